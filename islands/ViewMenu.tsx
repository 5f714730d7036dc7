/** How pages look and behave for this reader: theme, time, colours, keys. Lives in the navigation. */
import { Icon } from "../components/Icon.tsx";
import { prefs, setPref } from "../web/client/prefs.ts";
import type { Prefs } from "../web/view/prefs.ts";

interface Choice<K extends keyof Prefs> {
  readonly name: K;
  readonly legend: string;
  readonly options: readonly (readonly [value: Prefs[K], label: string])[];
}

const CHOICES = [
  { name: "theme", legend: "Theme", options: [["system", "System"], ["dark", "Dark"], ["light", "Light"]] },
  { name: "zone", legend: "Times", options: [["utc", "UTC"], ["local", "Local"]] },
  { name: "colours", legend: "Gain and loss", options: [["blue", "Blue, orange"], ["green", "Green, red"]] },
  { name: "keys", legend: "Keyboard shortcuts", options: [["on", "On"], ["off", "Off"]] },
] as const satisfies readonly Choice<keyof Prefs>[];

export default function ViewMenu() {
  return (
    <details class="view-menu">
      <summary>
        <Icon name="more" />
        <span>View</span>
      </summary>
      <div class="view-choices">
        {CHOICES.map(({ name, legend, options }) => (
          <fieldset key={name}>
            <legend>{legend}</legend>
            {options.map(([value, label]) => (
              <label key={value}>
                <input
                  type="radio"
                  name={`pref-${name}`}
                  value={value}
                  checked={prefs.value[name] === value}
                  onChange={() => setPref(name, value)}
                />
                <span>{label}</span>
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </details>
  );
}
