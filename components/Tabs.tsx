/** A row of choices of which one is pressed. */
interface TabsProps<Value extends string | number> {
  readonly label: string;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

export function Tabs<Value extends string | number>({ label, options, chosen, onChoose }: TabsProps<Value>) {
  return (
    <div class="tabs" role="group" aria-label={label}>
      {options.map(([value, text]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen ? "true" : "false"}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

export function Toggle(
  { on, onToggle, children }: { readonly on: boolean; readonly onToggle: () => void; readonly children: string },
) {
  return (
    <button type="button" class="toggle" aria-pressed={on ? "true" : "false"} onClick={onToggle}>{children}</button>
  );
}
