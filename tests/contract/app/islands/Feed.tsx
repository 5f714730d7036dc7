import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Shows the newest event of the stream until it has seen five. */
export default function Feed({ url }: { url: string }) {
  const last = useSignal("none");
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = ({ data }) => {
      last.value = data;
      if (Number(data) >= 5) source.close();
    };
    return () => source.close();
  }, []);
  return <output id="feed">{last}</output>;
}
