/** The tree of actors: who runs, how fresh their beat is, who was restarted and why. */
import { guarded } from "../components/Guard.tsx";
import { Chip, type Tone } from "../components/Chip.tsx";
import { type Column, DataTable, tableCsv } from "../components/DataTable.tsx";
import type { IconName } from "../components/Icon.tsx";
import { Num, Words } from "../components/Num.tsx";
import { Panel } from "../components/Panel.tsx";
import { link, panel } from "../web/client/live.ts";
import { count, duration } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { ActorRow } from "../web/view/types.ts";

const CHIPS: Readonly<Record<ActorRow["state"], readonly [Tone, IconName]>> = {
  running: ["quiet", "check"],
  starting: ["plain", "clock"],
  restarting: ["warn", "clock"],
  silent: ["warn", "warn"],
  paused: ["stop", "pause"],
  stopped: ["stop", "cross"],
};

const columns: Column<ActorRow>[] = [
  {
    label: "Actor",
    head: true,
    cell: (row) => <span class={row.parent === null ? "" : "branch"}>{row.id}</span>,
    raw: (row) => row.id,
  },
  {
    label: "State",
    cell: (row) => {
      const [tone, icon] = CHIPS[row.state];
      const text = row.state === "silent" ? `silent ${duration(row.beatAgeMs)}` : row.state;
      return <Chip tone={tone} icon={icon} title={row.lastFault ?? undefined}>{text}</Chip>;
    },
    raw: (row) => row.state,
  },
  { label: "Beat", kind: "number", cell: (row) => <Num text={duration(row.beatAgeMs)} />, raw: (row) => row.beatAgeMs },
  {
    label: "Mailbox",
    kind: "number",
    spare: 1,
    cell: (row) => <Num text={count(row.mailbox)} />,
    raw: (row) => row.mailbox,
  },
  {
    label: "Restarts",
    unit: "h",
    kind: "number",
    cell: (row) => <Num text={count(row.restartsLastHour)} />,
    raw: (row) => row.restartsLastHour,
  },
];

const ROOT = {
  ...{ id: "supervisor", parent: null, state: "running", beatAgeMs: null, mailbox: 0, handled: 0, restartsLastHour: 0 },
  lastFault: null,
} as const satisfies ActorRow;

function ActorsPanel({ boot }: { readonly boot: Boot }) {
  // This page comes from the supervisor: what it says of its children says that it lives.
  const root: ActorRow = {
    ...ROOT,
    state: link.value.state === "stale" || link.value.state === "offline" ? "silent" : "running",
  };
  const actors = [root, ...panel(boot, "actors")];
  const faults = actors.filter(({ lastFault, state }) => lastFault && state !== "running");
  return (
    <Panel
      boot={boot}
      id="actors"
      title="Actors"
      class="p-actors"
      shows={["actors"]}
      scrolls
      csv={() => tableCsv(columns, actors)}
    >
      <DataTable caption="Actors" class="actors" columns={columns} rows={actors} keyOf={(row) => row.id} />
      {faults.map(({ id, lastFault }) => (
        <p key={id} class="actor-fault">
          <b>{id}</b> <Words>{lastFault!}</Words>
        </p>
      ))}
    </Panel>
  );
}

export default guarded("Actors", "p-actors", ActorsPanel);
