/** `fresh/runtime`: the only part of Fresh that an island may import. */
import { buildId, IS_BROWSER } from "./build_id.ts";
import { assetPath, assetSrcSet as srcSet } from "./decorate.ts";

export { IS_BROWSER };
export { HttpError } from "./error.ts";
export { Head } from "./head.ts";

/** The path with the build id, so that browsers may keep the file for a year. */
export function asset(path: string): string {
  return assetPath(path, buildId());
}

/** `asset` for each path in a `srcset`. */
export function assetSrcSet(srcset: string): string {
  return srcSet(srcset, buildId());
}
