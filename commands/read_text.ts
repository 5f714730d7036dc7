import { readFileSync } from "node:fs";

/** The text of a file, `null` when there is none; any other failure throws. */
export function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return null;
    throw error;
  }
}
