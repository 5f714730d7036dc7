import { useEffect, useState } from "preact/hooks";

export default function Local({ text }: { text: string }) {
  const [started, setStarted] = useState(false);
  useEffect(() => setStarted(true), []);
  return <p id="local" data-started={String(started)}>{text}</p>;
}
