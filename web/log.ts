/** A fault that a page survives: in the log with all its words, on the page only as something that is missing. */
export function logged(error: unknown): null {
  console.error(error);
  return null;
}
