/** A value as text, with its types: the same text on both sides of the wire means that it arrived whole. */
export function describe(value: unknown, seen: Map<object, number> = new Map()): string {
  const inner = (part: unknown) => describe(part, seen);
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (seen.has(value)) return `#${seen.get(value)}`;
  seen.set(value, seen.size);
  if ("peek" in value) {
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value), "value")!;
    return `${set ? "signal" : "computed"}(${inner((value as unknown as { value: unknown }).value)})`;
  }
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (part, i) => i in value ? inner(part) : "hole").join()}]`;
  }
  if (value instanceof Map) return `Map{${[...value].map(([k, v]) => `${inner(k)}=>${inner(v)}`).join()}}`;
  if (value instanceof Set) return `Set{${[...value].map(inner).join()}}`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${new Uint8Array(value)})`;
  if (ArrayBuffer.isView(value)) return `${type}(${value} of ${value.buffer.byteLength})`;
  if (type === "Object") return `{${Object.entries(value).map(([k, v]) => `${k}:${inner(v)}`).join()}}`;
  return `${type}(${value})`;
}
