import { IS_BROWSER } from "fresh/runtime";

/** Fails in the browser only. */
export default function Thrower() {
  if (IS_BROWSER) throw new Error("thrown by an island");
  return <p>thrower</p>;
}
