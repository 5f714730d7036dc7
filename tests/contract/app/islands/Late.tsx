import { IS_BROWSER } from "fresh/runtime";

/** Nothing on the server. */
export default function Late() {
  return IS_BROWSER ? <u>late</u> : null;
}
