/** `<Head>`: its elements move into the document's head while the server renders; in the browser it shows nothing. */
import { type ComponentChildren, createContext, h, type VNode } from "preact";
import { IS_BROWSER } from "./build_id.ts";

/** Where an element of the head stands: inside `<Head>`, inside `<head>`, or anywhere else. */
export const HeadContext = createContext<"collect" | "head" | "page">("page");

// deno-lint-ignore no-explicit-any
export function Head({ children }: { children?: ComponentChildren }): VNode<any> | null {
  return IS_BROWSER ? null : h(HeadContext.Provider, { value: "collect", children });
}
