/**
 * What `start` may run, as `--allow-run` wants it: this very Deno, for the program that it guards, and the opener of a
 * browser where there is one. Printed for the task, since neither path is the same on two machines.
 */
const opener = { linux: "xdg-open", darwin: "open", windows: "explorer.exe" }[Deno.build.os as string];
const separator = Deno.build.os === "windows" ? ";" : ":";
const found = (Deno.env.get("PATH") ?? "").split(separator).map((dir) => `${dir}/${opener}`).find(isFile);
console.log([Deno.execPath(), ...(found ? [found] : [])].join(","));

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // not there, or not for us
  }
}
