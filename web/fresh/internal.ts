/** `fresh/internal`: for the generated files in `_fresh/` alone. */
export { attachSnapshot, createSnapshot } from "./snapshot.ts";
