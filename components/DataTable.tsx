/** Tables: one list of columns gives the cells, the cards of narrow screens and the CSV. */
import type { ComponentChildren } from "preact";
import { csv } from "../web/format.ts";

export interface Column<Row> {
  readonly label: string;
  /** Stands small beside the label. */
  readonly unit?: string;
  readonly kind?: "text" | "number";
  /** Left out where there is little room (1), or less (2). */
  readonly spare?: 1 | 2;
  /** The cell that names the row. */
  readonly head?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
  /** Raw value for the CSV; a column without one is only for the eye. */
  readonly raw?: (row: Row) => string | number | null;
}

interface TableProps<Row> {
  /** For those who do not see the panel's title. */
  readonly caption: string;
  readonly class?: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function DataTable<Row>({ caption, class: name = "", columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table class={`data ${name}`}>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ label, unit, kind, spare }) => (
            <th key={label} scope="col" class={classOf(kind, spare)}>
              {label}
              {unit && <span class="unit">{unit}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody data-rows>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ label, kind, spare, head, cell }) =>
              head
                ? <th key={label} scope="row" class={classOf(kind, spare)}>{cell(row)}</th>
                : <td key={label} data-label={label} class={classOf(kind, spare)}>{cell(row)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const classOf = (kind: string | undefined, spare: number | undefined): string =>
  `${kind === "number" ? "n" : ""}${spare ? ` spare-${spare}` : ""}`;

export function tableCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const kept = columns.filter(({ raw }) => raw);
  const heads = kept.map(({ label, unit }) => unit ? `${label} (${unit})` : label);
  return csv(heads, rows.map((row) => kept.map(({ raw }) => raw!(row))));
}
