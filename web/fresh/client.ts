/**
 * The browser half: finds the islands of a page and renders each onto the HTML that the server sent for it. Always
 * true: each island starts in its own task, so that one that throws does not stop the others.
 */
import { type ComponentType, type ContainerNode, h, options, render } from "preact";
import { buildId } from "./build_id.ts";
import { decorate } from "./decorate.ts";
import { readProps } from "./props.ts";

const previous = options.vnode;
options.vnode = (vnode) => {
  const { type, props } = vnode;
  if (typeof type === "string") vnode.props = decorate(type, props, location, buildId()) as typeof props;
  previous?.(vnode);
};

/** Called by the start-up script of the page with its islands by name and the props of all of them. */
export function boot(islands: Record<string, ComponentType>, props: string): void {
  const allProps = readProps(props);
  for (const { name, index, start, end } of findIslands()) {
    setTimeout(() => render(h(islands[name], allProps[index]), between(start, end)));
  }
}

interface Place {
  name: string;
  index: number;
  start: Text;
  end: Text;
}

function findIslands(): Place[] {
  const comments: Comment[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) comments.push(walker.currentNode as Comment);
  const markers = comments.filter(({ data }) => /^\/?frsh:island/.test(data));

  const places: Place[] = [];
  for (let i = 0; i < markers.length; i += 2) {
    const [, , name, index] = markers[i].data.split(":");
    if (markers[i].parentNode !== markers[i + 1]?.parentNode) {
      console.error(`Island ${name} was not started: the browser moved its HTML, which may not stand where it does`);
      continue;
    }
    // Preact steps over comments when it looks for the place of a new node, and would leave the island.
    const [start, end] = [markers[i], markers[i + 1]].map((comment) => {
      const text = new Text("");
      comment.replaceWith(text);
      return text;
    });
    places.push({ name, index: Number(index), start, end });
  }
  return places;
}

/** What Preact asks of a parent element, for the nodes between two others. */
function between(start: Text, end: Text): ContainerNode {
  const parent = start.parentNode as Element;
  const nodes = () => {
    const list: ChildNode[] = [];
    for (let node = start.nextSibling; node && node !== end; node = node.nextSibling) list.push(node);
    return list;
  };
  return {
    namespaceURI: parent.namespaceURI,
    get childNodes() {
      return nodes();
    },
    get firstChild() {
      return nodes()[0] ?? null;
    },
    insertBefore: (node: Node, before: Node | null) => parent.insertBefore(node, before ?? end),
  } as unknown as ContainerNode;
}
