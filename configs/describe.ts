/**
 * The schema in words: what each key may be, for errors, the table of options, forms and the help of the command line.
 */
import { z } from "zod";
import type { KeyMeta } from "./schema.ts";

/** One key that holds a value. */
export interface KeyInfo {
  /** Path from the top of the file; `*` stands for a name that the file chooses, such as a symbol. */
  readonly path: readonly string[];
  readonly description: string;
  /** `""` where there is none. */
  readonly unit: string;
  /** What it may be, for example `a whole number from 0 to 65535`. */
  readonly allowed: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly choices: readonly string[];
}

/** The part of JSON Schema that zod writes for our files. */
type JsonSchema = Partial<KeyMeta> & {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

const known = new WeakMap<z.ZodType, JsonSchema>();
function jsonOf(schema: z.ZodType): JsonSchema {
  const json = known.get(schema) ?? z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  known.set(schema, json);
  return json;
}

/** Every key of a schema that holds a value, in the order of the schema. */
export function keysOf(schema: z.ZodType): KeyInfo[] {
  const keys: KeyInfo[] = [];
  const walk = (json: JsonSchema, path: readonly string[]): void => {
    if (json.properties) {
      for (const [name, child] of Object.entries(json.properties)) walk(child, [...path, name]);
    } else if (json.additionalProperties) walk(json.additionalProperties, [...path, "*"]);
    else keys.push(infoOf(json, path));
  };
  walk(jsonOf(schema), []);
  return keys;
}

/** What the value at `path` may be; also of parts that hold other keys, and of items of a list. */
export function allowedAt(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const json = nodeAt(schema, path);
  return json === undefined ? "known" : allowedText(json);
}

/** Names that may stand at `path`; empty where the file chooses them. */
export function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  return Object.keys(nodeAt(schema, path)?.properties ?? {});
}

/** What a name that the file chooses at `path` must be. */
export function nameAllowedAt(schema: z.ZodType, path: readonly PropertyKey[]): string {
  return nodeAt(schema, path)?.propertyNames?.says ?? "another name";
}

/** The one key at `path`, written with dots. Throws when there is none. */
export function keyAt(schema: z.ZodType, path: string): KeyInfo {
  const found = keysOf(schema).find((key) => key.path.join(".") === path);
  if (!found) throw new RangeError(`the schema has no key ${path}`);
  return found;
}

function nodeAt(schema: z.ZodType, path: readonly PropertyKey[]): JsonSchema | undefined {
  let json: JsonSchema | undefined = jsonOf(schema);
  for (const step of path) {
    json = typeof step === "number"
      ? json?.items
      : json?.properties?.[String(step)] ?? (json?.additionalProperties || undefined);
  }
  return json;
}

function infoOf(json: JsonSchema, path: readonly string[]): KeyInfo {
  const number = [json, ...(json.anyOf ?? [])].find(({ type }) => type === "number" || type === "integer");
  return {
    path,
    description: json.description ?? "",
    unit: json.unit === "none" ? "" : json.unit ?? "",
    allowed: allowedText(json),
    min: number?.minimum ?? null,
    max: number?.maximum ?? null,
    choices: json.enum ?? [],
  };
}

function allowedText(json: JsonSchema): string {
  if (json.anyOf) return json.anyOf.map(allowedText).join(" or ");
  if (json.says) return json.says;
  if (json.const !== undefined) return json.const;
  if (json.enum) return `one of ${json.enum.join(", ")}`;
  switch (json.type) {
    case "integer":
      return `a whole number from ${json.minimum} to ${json.maximum}`;
    case "number":
      return `a number from ${json.minimum} to ${json.maximum}`;
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return `a list; each item is ${allowedText(json.items ?? {})}`;
    case "object":
      return json.properties ? `a map with ${Object.keys(json.properties).join(", ")}` : "a map";
    default:
      return "text";
  }
}
