/**
 * The shape of the program, as rules of `deno lint` (it runs as a lint plugin, so it sees syntax, never text):
 *  - `grodt/imports`: imports point one way; the table below says who may import whom;
 *  - `grodt/purity`: code that decides reads no clock, chance, network, file or environment, and the core never waits.
 *
 * Why: code that reads no clock or socket answers the same live, in backtest and in replay. Test files may do anything.
 */
import { fileURLToPath } from "node:url";

interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** What it may import, as people say it, and the layers by name. `null`: anything. */
  readonly may: { readonly say: string; readonly layers: readonly string[] } | null;
  /** `strict`: no outside and no waiting; `steady`: no outside; `free`: it is the outside. */
  readonly purity: "strict" | "steady" | "free";
}

const may = (say: string, ...layers: string[]): Layer["may"] => ({ say, layers });

/** Stand for imports that are no files of ours, and for an import of types alone. */
const PACKAGES = "packages";
const CORE_TYPES = "core types";

/** The first row that matches a path is its layer. */
// deno-fmt-ignore
export const LAYERS: readonly Layer[] = [
  { name: "tests",            files: /^tests\/|_test\.tsx?$|_bench\.ts$/, may: null, purity: "free" },
  { name: "main.ts",          files: /^(main|dev)\.ts$/,         may: null, purity: "free" },
  { name: "commands",         files: /^commands\//,              may: null, purity: "free" },
  { name: "scripts",          files: /^scripts\//,               may: null, purity: "free" },
  { name: "core",             files: /^core\//,                  may: may("core", "core"), purity: "strict" },
  { name: "configs",          files: /^configs\//,               may: may("core, configs and packages", "core", "configs", PACKAGES), purity: "steady" },
  { name: "adapters",         files: /^adapters\//,              may: may("core, adapters and packages", "core", "adapters", PACKAGES), purity: "free" },
  { name: "storage",          files: /^storage\//,               may: may("core, storage and packages", "core", "storage", PACKAGES), purity: "free" },
  { name: "supervisor",       files: /^actors\/supervisor\/(?!logic\.ts)/, may: may("pure logic and protocols of the actors, core, actors/shared, adapters, storage, the web's port and views", "supervisor", "actor logic", "actor protocol", "core", "actors/shared", "adapters", "storage", "web/port", "web/view"), purity: "free" },
  { name: "worker main",      files: /^actors\/shared\/worker_main\.ts$/, may: may("core, actors/shared and adapters", "core", "actors/shared", "adapters"), purity: "free" },
  { name: "actor shell",      files: /^actors\/[^/]+\/(worker|shell)\.ts$/, may: may("its own folder, protocols, core, actors/shared, adapters, storage and packages", "actor logic", "actor shell", "actor protocol", "core", "actors/shared", "worker main", "adapters", "storage", PACKAGES), purity: "free" },
  { name: "actors/shared",    files: /^actors\/shared\//,        may: may("core and actors/shared", "core", "actors/shared"), purity: "free" },
  { name: "actor protocol",   files: /^actors\/[^/]+\/protocol\.ts$/, may: may("core, actors/shared and other protocols", "core", "actors/shared", "actor protocol"), purity: "strict" },
  { name: "actor logic",      files: /^actors\/[^/]+\//,         may: may("its own folder, protocols, core and actors/shared", "actor logic", "actor protocol", "core", "actors/shared"), purity: "strict" },
  { name: "backtest",         files: /^backtest\//,              may: may("core, actor logic and protocols, storage and backtest", "core", "actor logic", "actor protocol", "storage", "backtest"), purity: "steady" },
  { name: "web/fresh",        files: /^web\/fresh\//,            may: may("web/fresh and packages", "web/fresh", PACKAGES), purity: "free" },
  { name: "web/view",         files: /^web\/(view\/|format\.ts)/, may: may("web/view, web/format.ts and core types", "web/view", CORE_TYPES), purity: "steady" },
  { name: "web/port",         files: /^web\/system_port\.ts$/,   may: may("web/view and core types", "web/view", CORE_TYPES), purity: "steady" },
  { name: "web",              files: /^web\//,                   may: may("web, routes, islands, components, core types and packages", "web", "web/port", "web/view", "web/fresh", "routes", "islands", "components", CORE_TYPES, PACKAGES), purity: "free" },
  { name: "routes",           files: /^routes\//,                may: may("web, routes, islands, components, core types and packages", "web", "web/port", "web/view", "routes", "islands", "components", CORE_TYPES, PACKAGES), purity: "steady" },
  { name: "islands",          files: /^islands\//,               may: may("web/view, web/format.ts, islands, components, core types and packages", "web/view", "islands", "components", CORE_TYPES, PACKAGES), purity: "free" },
  { name: "components",       files: /^components\//,            may: may("web/view, web/format.ts, components, core types and packages", "web/view", "components", CORE_TYPES, PACKAGES), purity: "steady" },
];

/** The layer of a path relative to the root, `null` for a file of none. */
export const layerOf = (path: string): Layer | null => LAYERS.find(({ files }) => files.test(path)) ?? null;

/** Says why `path` may not import `specifier`, or `null` when it may. */
export function importFault(path: string, specifier: string, typesOnly: boolean): string | null {
  if (/^(jsr|https?):/.test(specifier)) return `imports ${specifier}: packages come from npm, pinned in deno.json`;
  const from = layerOf(path);
  if (from === null) return `is in no layer; give its folder a row in scripts/check_layers.ts`;
  if (from.may === null) return null;
  const refusal = `imports ${specifier}: ${from.name} may import only ${from.may.say}`;
  if (!specifier.startsWith(".")) return from.may.layers.includes(PACKAGES) ? null : refusal;
  const target = resolve(path, specifier);
  const to = layerOf(target);
  if (to === null) return refusal;
  if (to.name === "core" && typesOnly && from.may.layers.includes(CORE_TYPES)) return null;
  if (!from.may.layers.includes(to.name)) return refusal;
  // Logic and shells are private to their folder; only protocols and actors/shared are for others.
  const isPrivate = from.name.startsWith("actor ") && (to.name === "actor logic" || to.name === "actor shell");
  return isPrivate && folderOf(path) !== folderOf(target) ? refusal : null;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** `specifier` as a path relative to the root. */
function resolve(path: string, specifier: string): string {
  const parts = folderOf(`/${path}`).split("/").filter((part) => part !== "");
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Globals that reach the outside, with what to do in their place. */
const OUTSIDE: Readonly<Record<string, string>> = {
  ...named("pass the time in as an argument", "performance"),
  ...named(
    "return an effect and let the shell do it",
    ...["setTimeout", "setInterval", "setImmediate", "requestAnimationFrame", "requestIdleCallback", "queueMicrotask"],
    ...["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "BroadcastChannel", "MessageChannel", "Worker"],
    ...["Deno", "process", "navigator", "caches", "console", "postMessage"],
  ),
  ...named("pass an Rng in as an argument", "crypto"),
  ...named("pass the data in as an argument", "localStorage", "sessionStorage", "indexedDB"),
  ...named("its answer depends on the garbage collector", "WeakRef", "FinalizationRegistry"),
  ...named("write the code down", "eval"),
};

function named(hint: string, ...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, hint]));
}

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replaceAll("\\", "/");

/** Path relative to the root, with `/` on every system; a path that is relative already stays. */
export function relativePath(filename: string): string {
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

type Node = Deno.lint.Node;

const plugin: Deno.lint.Plugin = {
  name: "grodt",
  rules: {
    imports: {
      create(context) {
        const path = relativePath(context.filename);
        const check = (node: Node, specifier: unknown, typesOnly: boolean): void => {
          if (typeof specifier !== "string") return;
          const fault = importFault(path, specifier, typesOnly);
          if (fault !== null) context.report({ node, message: `${path} ${fault}` });
        };
        return {
          ImportDeclaration(node) {
            const each = node.specifiers.length > 0 &&
              node.specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
            check(node, node.source.value, node.importKind === "type" || each);
          },
          ExportNamedDeclaration(node) {
            if (node.source) check(node, node.source.value, node.exportKind === "type");
          },
          ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === "type"),
          ImportExpression: (node) => check(node, literal(node.source), false),
          TSImportType: (node) => check(node, literal(node.argument), true),
        };
      },
    },
    purity: {
      create(context) {
        const path = relativePath(context.filename);
        const layer = layerOf(path);
        if (layer === null || layer.purity === "free") return {};
        const found: { readonly node: Node; readonly name: string; readonly message: string }[] = [];
        const declared = new Set<string>();
        const say = (node: Node, name: string, what: string, hint: string): void =>
          void found.push({ node, name, message: `${path} uses ${what}: ${layer.name} is pure; ${hint}` });
        const noWaiting = (node: Node): void => {
          if (layer.purity === "strict") say(node, "", "async", "it never waits");
        };
        const functionLike = (
          node: Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression | Deno.lint.ArrowFunctionExpression,
        ): void => {
          for (const param of node.params) {
            declare(param.type === "TSParameterProperty" ? param.parameter : param, declared);
          }
          if (node.type !== "ArrowFunctionExpression" && node.id) declared.add(node.id.name);
          if (node.async) noWaiting(node);
        };
        return {
          FunctionDeclaration: functionLike,
          FunctionExpression: functionLike,
          ArrowFunctionExpression: functionLike,
          AwaitExpression: noWaiting,
          ForOfStatement(node) {
            if (node.await) noWaiting(node);
          },
          VariableDeclarator: (node) => declare(node.id, declared),
          ImportSpecifier: (node) => void declared.add(node.local.name),
          ImportDefaultSpecifier: (node) => void declared.add(node.local.name),
          ImportNamespaceSpecifier: (node) => void declared.add(node.local.name),
          ClassDeclaration(node) {
            if (node.id) declared.add(node.id.name);
          },
          Identifier(node) {
            const use = isReference(node) ? outsideUse(node, layer.purity === "strict") : null;
            if (use !== null) say(node, node.name, use.what, use.hint);
          },
          MemberExpression(node) {
            const name = memberName(node);
            const isGlobal = node.object.type === "Identifier" &&
              ["globalThis", "self", "window"].includes(node.object.name);
            if (
              isGlobal && (name === null || name in OUTSIDE || ["Date", "Math", "Temporal", "Promise"].includes(name))
            ) {
              say(
                node,
                "",
                `globalThis.${name ?? "[…]"}`,
                OUTSIDE[name ?? ""] ?? "use the plain name, so that it can be checked",
              );
            }
          },
          "Program:exit"() {
            // A name that the file declares itself is an argument or a helper, not the global.
            for (const { node, name, message } of found) if (!declared.has(name)) context.report({ node, message });
          },
        };
      },
    },
  },
};
export default plugin;

/** What a reference to a global does wrong, if anything. */
function outsideUse(node: Deno.lint.Identifier, strict: boolean): { what: string; hint: string } | null {
  const { name, parent } = node;
  const member = parent.type === "MemberExpression" && parent.object === node ? memberName(parent) : undefined;
  if (name in OUTSIDE) return { what: member ? `${name}.${member}` : name, hint: OUTSIDE[name] };
  if (name === "Math" && (member === undefined || member === null || member === "random")) {
    return { what: member ? "Math.random" : "Math as a value", hint: "pass an Rng in as an argument" };
  }
  if (name === "Temporal" && (member === undefined || member === null || member === "Now")) {
    return { what: "Temporal.Now", hint: "pass the time in as an argument" };
  }
  if (name === "Date") {
    const hint = "pass the time in as an argument";
    if (parent.type === "NewExpression" && parent.callee === node) {
      if (parent.arguments.length === 0) return { what: "new Date()", hint };
      return parent.arguments.length === 1 ? null : { what: "local time", hint: "use Date.UTC()" };
    }
    if (parent.type === "BinaryExpression" && parent.operator === "instanceof") return null;
    return member === "UTC" || member === "parse"
      ? null
      : { what: member ? `Date.${member}` : "Date as a value", hint };
  }
  return strict && name === "Promise" ? { what: "Promise", hint: "it never waits" } : null;
}

/** Syntax around an expression that is TypeScript's but not a type. */
const TYPED_EXPRESSIONS = [
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSExportAssignment",
];

/** True where an identifier is read as a value: not a key, not the name after a dot, not a type. */
function isReference(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.value === node || (parent.key === node && parent.computed);
    case "TSEnumMember":
      return parent.initializer === node;
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return false;
    default:
      return !parent.type.startsWith("TS") || TYPED_EXPRESSIONS.includes(parent.type);
  }
}

/** Adds the names that a pattern binds. */
function declare(pattern: Node, names: Set<string>): void {
  switch (pattern.type) {
    case "Identifier":
      names.add(pattern.name);
      break;
    case "ObjectPattern":
      for (const one of pattern.properties) declare(one.type === "Property" ? one.value : one.argument, names);
      break;
    case "ArrayPattern":
      for (const one of pattern.elements) if (one) declare(one, names);
      break;
    case "AssignmentPattern":
      declare(pattern.left, names);
      break;
    case "RestElement":
      declare(pattern.argument, names);
      break;
  }
}

/** The name after the dot, also of `x["name"]`; `null` when it is computed. */
function memberName(node: Deno.lint.MemberExpression): string | null {
  if (!node.computed && node.property.type === "Identifier") return node.property.name;
  const name = literal(node.property);
  return typeof name === "string" ? name : null;
}

/** The value of a string literal, bare or wrapped as in `import("x")`. */
function literal(node: unknown): unknown {
  const { type, value, literal: inner } = node as { type?: string; value?: unknown; literal?: unknown };
  if (type === "TSLiteralType") return literal(inner);
  return type === "Literal" ? value : undefined;
}
