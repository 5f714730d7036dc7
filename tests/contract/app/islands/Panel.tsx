import { asset, Head, IS_BROWSER } from "fresh/runtime";
import type { Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import Counter from "./Counter.tsx";

/** An island that holds another one, a link, an image, and shows more than the server sent. */
export default function Panel({ count }: { count: Signal<number> }) {
  const [started, setStarted] = useState(false);
  useEffect(() => setStarted(true), []);
  return (
    <>
      <Head>
        <meta name="from" content="island" />
      </Head>
      <Counter id="nested" count={count} />
      <a id="link" href="/islands">here</a>
      <img id="image" src="/dot.svg" alt="" />
      <p id="where" data-started={String(started)}>{IS_BROWSER ? "browser" : "server"}</p>
      {IS_BROWSER && <p id="added">{asset("/site.css")}</p>}
    </>
  );
}

/** A second island in the same file. */
export function Label({ text }: { text: string }) {
  return <b id="label">{text}</b>;
}
