/**
 * What rendering adds to links and images, on the server and again in the browser when an island renders them: marks on
 * links to the current page and its parents, and the build id on images, so that they may be cached for ever.
 */

// deno-lint-ignore no-explicit-any
export type Props = Record<string, any>;

/** The query parameter that names the build a file belongs to. */
export const ASSET_KEY = "__frsh_c";

/** The props of an `a`, `img` or `source` element with the additions; those of other elements as they are. */
export function decorate(
  type: string,
  props: Props,
  page: { readonly pathname: string; readonly search: string },
  buildId: string,
): Props {
  if (type === "a") return { ...props, ...linkMarks(props, page) };
  if ((type !== "img" && type !== "source") || props["data-fresh-disable-lock"]) return props;
  const locked = { ...props };
  if (typeof props.src === "string") locked.src = assetPath(props.src, buildId);
  if (typeof props.srcset === "string") locked.srcset = assetSrcSet(props.srcset, buildId);
  return locked;
}

function linkMarks(props: Props, page: { pathname: string; search: string }): Props {
  const { href } = props;
  if (typeof href !== "string" || !href.startsWith("/") || "aria-current" in props) return {};
  const link = new URL(href, "http://localhost");
  const [target, current] = [link.pathname, page.pathname].map((path) => path.replace(/(.)\/$/, "$1"));
  if (target === current && (link.search === "" || link.search === page.search)) {
    return { "data-current": "true", "aria-current": "page" };
  }
  const isParent = target === "/" || target === current || current.startsWith(target + "/");
  return isParent ? { "data-ancestor": "true", "aria-current": "true" } : {};
}

/** A path of this site with the build id; anything else as it is. */
export function assetPath(path: string, buildId: string): string {
  if (!path.startsWith("/") || path.startsWith("//")) return path;
  const url = new URL(path, "http://localhost");
  if (url.searchParams.has(ASSET_KEY)) return path;
  url.searchParams.set(ASSET_KEY, buildId);
  return url.pathname + url.search + url.hash;
}

/** `assetPath` for each path in a `srcset`; one with functions in it is left alone. */
export function assetSrcSet(srcset: string, buildId: string): string {
  if (srcset.includes("(")) return srcset;
  return srcset.split(",").map((part) => part.replace(/\S+/, (path) => assetPath(path, buildId))).join(",");
}
