/** A fault that was kept in its place: an id for the reader, the rest for the log of the browser or of the program. */
export interface Fault {
  readonly id: string;
  readonly text: string;
}

export function reportFault(title: string, error: unknown): Fault {
  const id = `${title.toLowerCase().replaceAll(/\W+/g, "-")}-${Date.now().toString(36)}`;
  console.error(id, error);
  return { id, text: error instanceof Error ? error.message : String(error) };
}
