/** Features with label, value and unit; one that is not known yet is a dash. */
import { number, percent, price } from "../web/format.ts";
import { type FeatureUnit, featureWords } from "../web/view/words.ts";
import { Num } from "./Num.tsx";

interface ListProps {
  readonly features: Readonly<Record<string, number | null>>;
  readonly decimals: number | null;
}

const UNIT_WORDS: Readonly<Record<FeatureUnit, string>> = {
  price: "USD",
  points: "0..100",
  ratio: "",
  z: "σ",
  atr: "ATR",
  times: "×",
  number: "",
};

export function FeatureList({ features, decimals }: ListProps) {
  return (
    <table class="data pairs">
      <caption class="unseen">Features</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">Feature</th>
          <th scope="col">Value</th>
          <th scope="col">Unit</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(features).map(([name, value]) => {
          const { label, unit } = featureWords(name);
          return (
            <tr key={name}>
              <th scope="row">{label}</th>
              <td class="n" data-label="Value">
                <Num text={valueText(value, unit, decimals)} title={value === null ? "not warm yet" : undefined} />
              </td>
              <td class="unit-cell" data-label="Unit">{UNIT_WORDS[unit]}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function valueText(value: number | null, unit: FeatureUnit, decimals: number | null): string {
  switch (unit) {
    case "price":
      return price(value, decimals);
    case "ratio":
      return percent(value);
    case "points":
      return number(value, { digits: 1 });
    case "z":
    case "atr":
      return number(value, { digits: 2, signed: true });
    case "times":
      return number(value, { digits: 2 });
    case "number":
      return number(value, { digits: 4 });
  }
}
