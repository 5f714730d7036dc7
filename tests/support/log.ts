/** Runs with `console.error` recorded instead of shown. */
export async function withErrorLog<T>(run: () => Promise<T>): Promise<{ result: T; logged: unknown[] }> {
  const original = console.error;
  const logged: unknown[] = [];
  console.error = (...args: unknown[]) => logged.push(...args);
  try {
    return { result: await run(), logged };
  } finally {
    console.error = original;
  }
}
