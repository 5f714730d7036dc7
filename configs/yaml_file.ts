/**
 * A configuration file as data with line numbers. Faults of the syntax are told with their line; nothing of a faulty file is
 * used.
 */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";

export interface YamlFile {
  /** Path as people know it. */
  readonly file: string;
  /** The top map; empty for a file without keys. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Line of a key, or of the nearest one above it that the file has. */
  lineOf(path: readonly PropertyKey[]): number;
}

export interface YamlFault {
  readonly line: number;
  readonly says: string;
}

export type YamlReading = { readonly ok: true; readonly yaml: YamlFile } | {
  readonly ok: false;
  readonly faults: readonly YamlFault[];
};

/** Behind the first few, faults of syntax are mostly consequences of those. */
const FAULTS_MAX = 3;

/** Reads YAML 1.2 text that holds one map. */
export function readYaml(file: string, text: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  // A warning is an unknown tag: nothing that a configuration needs.
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0) {
    const faults = found.slice(0, FAULTS_MAX).map(({ pos, message }) => ({ line: lineAt(pos[0]), says: message }));
    return { ok: false, faults };
  }
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch (error) {
    return { ok: false, faults: [{ line: 1, says: error instanceof Error ? error.message : String(error) }] };
  }
  if (typeof data !== "object" || Array.isArray(data)) {
    return { ok: false, faults: [{ line: 1, says: "the file must hold keys with values, as in `port: 8000`" }] };
  }
  return {
    ok: true,
    yaml: {
      file,
      data: data as Record<string, unknown>,
      lineOf(path) {
        for (let length = path.length; length > 0; length--) {
          const above = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
          const name = String(path[length - 1]);
          const node = isMap(above)
            ? above.items.find(({ key }) => isScalar(key) && String(key.value) === name)?.key
            : document.getIn(path.slice(0, length), true);
          if (isNode(node) && node.range) return lineAt(node.range[0]);
        }
        return 1;
      },
    },
  };
}
