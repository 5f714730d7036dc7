/** Filters, tabs and ranges live in the address, so that a view can be linked and survives a reload. */
import { useState } from "preact/hooks";

/** A choice kept in a query parameter; the first is meant when there is none, and is left out. `path` is this page. */
export function useChoice<const Value extends string | number>(
  path: string,
  name: string,
  choices: readonly Value[],
): [Value, (value: Value) => void] {
  const given = new URL(path, "http://site.invalid").searchParams.get(name);
  const [value, setValue] = useState(choices.find((choice) => String(choice) === given) ?? choices[0]);
  return [value, (next) => {
    setValue(next);
    const url = new URL(location.href);
    if (next === choices[0]) url.searchParams.delete(name);
    else url.searchParams.set(name, String(next));
    history.replaceState(history.state, "", url);
  }];
}
