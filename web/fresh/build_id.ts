/** The id of the build in use: a hash of what browsers may keep. On the server it is set when a build is attached. */

/** False on the server, where islands are rendered first. */
export const IS_BROWSER = typeof document !== "undefined";

// In the browser this module lies at /_fresh/js/<build id>/<chunk>.js, so nothing has to be filled into the bundle.
let current = IS_BROWSER ? import.meta.url.split("/").at(-2)! : "0";

/** The id of the build that pages refer to; "0" without one. */
export function buildId(): string {
  return current;
}

/** Called when a build is attached. */
export function setBuildId(id: string): void {
  current = id;
}
