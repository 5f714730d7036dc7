/**
 * Server rendering. One hook sees each vnode before it is written and puts a component in the place of those that
 * depend on the page: markers and props around islands, elements of <Head> merged into <head>, the nonce, active links,
 * asset keys, the start-up script. Always true:
 *  - rendering is synchronous, so one module variable holds the page being written
 *  - the props an author wrote are kept, so that a vnode in a module constant is right on each page
 */
import { createContext, Fragment, type FunctionComponent, h, options, type VNode } from "preact";
import { useContext } from "preact/hooks";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";
import type { Context } from "./context.ts";
import { decorate, type Props } from "./decorate.ts";
import { HeadContext } from "./head.ts";
import { writeProps } from "./props.ts";
import { type Island, scriptUrl, type Snapshot } from "./snapshot.ts";
import type { PageProps, RouteComponent } from "./types.ts";

// deno-lint-ignore no-explicit-any
type AnyVNode = VNode<any>;

interface Place {
  readonly url: URL;
  readonly nonce: string;
  readonly snapshot: Snapshot;
}

interface Page extends Place {
  readonly tags: Set<string>;
  readonly head: Map<string, AnyVNode>;
  readonly islands: Set<Island>;
  readonly islandProps: { island: string; props: Props }[];
}

let page: Page | null = null;

/** The whole document. `child.html` receives the page for the wrapper to place; `undefined` stands for no wrapper. */
export function renderDocument(
  vnode: VNode | null,
  wrapper: VNode | null | undefined,
  child: { html: string },
  place: Place,
): string {
  const tags = new Set<string>();
  page = { ...place, tags, head: new Map(), islands: new Set(), islandProps: [] };
  try {
    child.html = renderToString(vnode ?? h(Fragment, null));
    let html = wrapper === undefined ? child.html : renderToString(wrapper ?? h(Fragment, null));
    if (!tags.has("body")) html = renderToString(h("body", null, jsxTemplate([html])));
    if (!tags.has("head")) html = renderToString(h("head", null, h("meta", { charset: "utf-8" }))) + html;
    if (!tags.has("html")) html = `<html>${html}</html>`;
    return `<!DOCTYPE html>${html}`;
  } finally {
    page = null;
  }
}

/** JSX of a page, layout or wrapper. Only a real `async function` is awaited, and only it may answer by itself. */
export async function renderComponent<State>(
  ctx: Context<State>,
  component: RouteComponent<State>,
  data: unknown,
  Component: FunctionComponent,
): Promise<VNode | Response | null> {
  const { config, url, req, params, info, state, route, error, isPartial } = ctx;
  const props: PageProps<unknown, State> = {
    ...{ config, url, req, params, info, state, route, error, isPartial },
    ...{ data, Component },
  };
  if (component.constructor.name === "AsyncFunction") return await component(props) as VNode | Response | null;
  return h(component as FunctionComponent<Props>, props) as VNode;
}

const hooks = options as { __b?: (vnode: AnyVNode) => void };
const beforeDiff = hooks.__b;
hooks.__b = (vnode) => {
  if (page) prepare(vnode, page);
  beforeDiff?.(vnode);
};

/** Elements that the components below have finished, and that must not be taken once more. */
const finished = new WeakSet<VNode>();

const DOCUMENT_TAGS = new Set(["html", "head", "body"]);
const HEAD_TAGS = new Set(["title", "meta", "link", "script", "style", "base", "noscript", "template"]);
const DECORATED_TAGS = new Set(["a", "img", "source"]);
const TAGS = DOCUMENT_TAGS.union(HEAD_TAGS).union(DECORATED_TAGS);

/** Puts a component in the place of an island or of an element that depends on the page. */
function prepare(vnode: AnyVNode, page: Page): void {
  const { type, key: id, props: own } = vnode;
  if (finished.has(vnode)) return;
  const island = page.snapshot.islands.get(type as FunctionComponent);
  if (island) replace(vnode, IslandBoundary, { island, own });
  else if (TAGS.has(type as string)) replace(vnode, Tag, { tag: type as string, id, own });
}

function replace<P>(vnode: AnyVNode, component: FunctionComponent<P>, props: P): void {
  vnode.type = component;
  vnode.props = props;
}

interface TagProps {
  tag: string;
  id: unknown;
  own: Props;
}

/** An element with what the page adds. Of the head's elements, those in `<Head>` are kept for `<head>` to merge. */
function Tag({ tag, id, own }: TagProps): AnyVNode | null {
  const place = useContext(HeadContext);
  if (!page) return h(tag, own);
  const isOfHead = HEAD_TAGS.has(tag);
  const props: Props = { ...decorate(tag, own, page.url, page.snapshot.buildId) };
  if (DOCUMENT_TAGS.has(tag)) page.tags.add(tag);
  if (tag === "body") props.children = [own.children, h(StartScript, null)];
  if (tag === "head") {
    props.children = h(HeadContext.Provider, { value: "head", children: [own.children, h(RestOfHead, null)] });
  }
  if (tag === "script" || tag === "style") props.nonce ??= page.nonce;
  if (isOfHead && id != null) props["data-key"] = id;
  const vnode: AnyVNode = h(tag, props);
  finished.add(vnode);

  if (!isOfHead || place === "page") return vnode;
  const key = headKey(tag, id, own);
  if (place === "head") {
    const namesake = page.head.get(key);
    page.head.delete(key);
    return namesake ?? vnode;
  }
  page.head.set(key, vnode);
  return null;
}

function headKey(tag: string, id: unknown, own: Props): string {
  if (id != null) return String(id);
  if (tag === "title") return tag;
  const free = ["children", "nonce", "ref", { meta: "content", link: "href" }[tag]];
  const names = Object.keys(own).filter((name) => !free.includes(name)).sort();
  return JSON.stringify([tag, ...names.map((name) => [name, own[name]])]);
}

function RestOfHead(): VNode {
  return h(Fragment, null, [...page?.head.values() ?? []]);
}

interface IslandProps {
  island: Island;
  own: Props;
}

const InsideIsland = createContext(false);

/** The markers between which the browser starts an island; inside another island it is an ordinary component. */
function IslandBoundary({ island, own }: IslandProps): VNode {
  const inner = h(island.component, own);
  finished.add(inner);
  if (useContext(InsideIsland) || !page) return inner;
  page.islands.add(island);
  const index = page.islandProps.push({ island: island.name, props: own }) - 1;
  return h(Fragment, null, [
    comment(`frsh:island:${island.name}:${index}:`),
    h(InsideIsland.Provider, { value: true, children: inner }),
    comment("/frsh:island"),
  ]);
}

function comment(text: string): VNode {
  return h(Fragment, { UNSTABLE_comment: text } as Props);
}

/** Imports the runtime and the islands of this page and starts them. A page without islands ships no script. */
function StartScript(): AnyVNode | null {
  if (!page || page.islands.size === 0) return null;
  const { islands, islandProps, snapshot } = page;
  const imports = [...islands].map(({ name, exportName, chunk }) =>
    `import { ${exportName} as ${name} } from "${scriptUrl(snapshot.buildId, chunk)}";`
  );
  const names = [...islands].map(({ name }) => name).join(",");
  const props = JSON.stringify(writeProps(islandProps)).replaceAll("<", "\\u003C");
  const runtime = scriptUrl(snapshot.buildId, "fresh-runtime");
  const code = `import { boot } from "${runtime}";${imports.join("")}boot({${names}},${props});`;
  return h("script", { type: "module", dangerouslySetInnerHTML: { __html: code } });
}
