/** The only place where tests read the environment, so that a test without that permission still runs with its defaults. */
export function env(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}

/** A whole number from the environment, or the fallback where it is not set. */
export function envInt(name: string, fallback: number): number {
  const text = env(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} must be a whole number, got "${text}"`);
  return value;
}
