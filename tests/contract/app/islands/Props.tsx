import { useEffect, useState } from "preact/hooks";
import { describe } from "../describe.ts";

/** Shows what arrived in the browser. */
export default function Props({ values }: { values: Record<string, unknown> }) {
  const [arrived, setArrived] = useState<[string, string][]>([]);
  useEffect(() => setArrived(Object.entries(values).map(([name, value]) => [name, describe(value)])), []);
  return (
    <dl id="props" data-started={String(arrived.length > 0)}>
      {arrived.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
