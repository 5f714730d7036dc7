/**
 * One decision from candle to outcome: what was seen, what was said, each check with its number, what was sent and what
 * came of it. It is drawn on the server; the browser asks again while its trade is open.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { IS_BROWSER } from "fresh/runtime";
import { Chip, RegimeChip } from "../components/Chip.tsx";
import { type Column, DataTable } from "../components/DataTable.tsx";
import { FeatureList } from "../components/FeatureList.tsx";
import { Gates } from "../components/Gates.tsx";
import { guarded } from "../components/Guard.tsx";
import { Num, Signed, Time, Words } from "../components/Num.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { ago, count, number, percent, price, quantity, quantityOf, rMultiple, usd } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";
import type { DecisionView } from "../web/view/types.ts";
import { plainWords, roleWord } from "../web/view/words.ts";

interface StoryProps {
  readonly boot: Boot;
  readonly decision: DecisionView;
  readonly stages: readonly string[];
}

type CheckRow = DecisionView["checks"][number];
type Order = DecisionView["orders"][number];

const deniedFirst = (checks: readonly CheckRow[]) => checks.toSorted((a, b) => Number(a.pass) - Number(b.pass));

const CHECKS: readonly Column<CheckRow>[] = [
  { label: "Rule", head: true, cell: (row) => plainWords(row.rule) },
  { label: "Value", kind: "number", cell: (row) => <Num text={quantity(row.value, row.unit)} /> },
  { label: "Limit", kind: "number", cell: (row) => <Num text={quantity(row.limit, row.unit)} /> },
  {
    label: "Margin",
    kind: "number",
    cell: (row) => <Num text={quantity(row.margin, row.unit)} tone={row.pass ? "flat" : "down"} />,
  },
  {
    label: "Answer",
    cell: (row) =>
      row.pass ? <Chip tone="quiet" icon="check">passed</Chip> : <Chip tone="stop" icon="cross">denied</Chip>,
  },
];

const MISSES: readonly Column<DecisionView["misses"][number]>[] = [
  { label: "Strategy", head: true, cell: (row) => row.strategy },
  { label: "Condition", cell: (row) => plainWords(row.code) },
  { label: "Value", kind: "number", cell: (row) => <Num text={quantity(row.value, row.unit)} /> },
  { label: "Needed", kind: "number", cell: (row) => <Num text={quantity(row.limit, row.unit)} /> },
];

function DecisionStory({ boot, decision: first, stages }: StoryProps) {
  const decision = useFollowed(boot, first);
  const { nowMs } = panel(boot, "status");
  const { decisionId, symbol, stage, closedAtMs, text, verdict, fusion, misses, checks, orders, outcome } = decision;
  const decimals = panel(boot, "symbols").find((row) => row.symbol === symbol)?.priceDecimals ?? null;
  const shared = { boot, shows: [] } as const;
  return (
    <>
      <header class="story-head">
        <p class="story-where">
          <a href="/decisions">Decisions</a> / <a href={`/symbol/${symbol}`}>{symbol}</a>
        </p>
        <h1>
          {symbol}, candle closed <Time at={closedAtMs} precision="full" />
        </h1>
        <p class="story-lead">
          <b>{stage === "traded" ? "Traded" : "No trade"}:</b> <Words>{text}</Words>.{" "}
          <span class="muted">{ago(nowMs - closedAtMs)}</span>
        </p>
        <div class="story-tools">
          <code class="id">{decisionId}</code>
          {IS_BROWSER && <CopyJson decision={decision} />}
          {IS_BROWSER && <button type="button" class="button" onClick={() => print()}>Print</button>}
        </div>
      </header>
      <Gates stages={stages} stage={stage} />
      <div class="grid">
        <Panel {...shared} id="inputs" title="Inputs" class="p-third">
          <dl class="facts">
            <Fact label="Close">
              <Num text={price(decision.closeUsd, decimals)} /> USD
            </Fact>
            <Fact label="Regime">
              <RegimeChip regime={decision.regime} />
            </Fact>
            <Fact label="Strategy">{decision.strategy ?? "none was asked"}</Fact>
            <Fact label="Technical score">
              <Num text={number(decision.technicalScore, { digits: 2 })} />
            </Fact>
            <Fact label="Expected move">
              <Num text={quantity(decision.expectedMoveBps, "bps")} />
            </Fact>
            <Fact label="Round-trip cost">
              <Num text={quantity(decision.roundTripCostBps, "bps")} />
            </Fact>
          </dl>
          <FeatureList features={decision.features} decimals={decimals} />
        </Panel>
        <div class="p-two-thirds stack">
          {misses.length > 0 && (
            <Panel {...shared} id="signal" title="Signals that missed">
              <DataTable
                caption="The condition that missed, per strategy"
                columns={MISSES}
                rows={misses}
                keyOf={(row) => row.strategy}
              />
            </Panel>
          )}
          {verdict && (
            <Panel {...shared} id="verdict" title="Verdict">
              <Verdict verdict={verdict} />
            </Panel>
          )}
          {fusion && (
            <Panel {...shared} id="fusion" title="Fusion">
              <dl class="facts">
                {Object.entries(fusion).map(([voice, value]) => (
                  <Fact key={voice} label={plainWords(voice)}>
                    <Num text={number(value, { digits: 3, signed: true })} />
                  </Fact>
                ))}
                <Fact label="Confidence">
                  <Num text={percent(decision.confidence, { digits: 1 })} />
                </Fact>
              </dl>
            </Panel>
          )}
          {checks.length > 0 && (
            <Panel {...shared} id="checks" title="Risk checks">
              <DataTable
                caption="Each check of the risk gate"
                columns={CHECKS}
                rows={deniedFirst(checks)}
                keyOf={(row) => row.rule}
              />
            </Panel>
          )}
          {orders.length > 0 && (
            <Panel {...shared} id="orders" title="Orders and fills">
              <Orders orders={orders} decimals={decimals} />
            </Panel>
          )}
          {stage === "traded" && (
            <Panel {...shared} id="outcome" title="Outcome">
              {outcome ? <Outcome outcome={outcome} decimals={decimals} /> : <Empty>Still open.</Empty>}
            </Panel>
          )}
          <NotReached decision={decision} />
        </div>
      </div>
    </>
  );
}

/** What the candle's way did not come to. */
function NotReached(
  { decision: { misses, technicalScore, verdict, fusion, checks, orders } }: { readonly decision: DecisionView },
) {
  const missing = [
    ...misses.length === 0 && technicalScore === null ? ["strategies"] : [],
    ...verdict ? [] : ["scorer"],
    ...fusion ? [] : ["fusion"],
    ...checks.length > 0 ? [] : ["risk gate"],
    ...orders.length > 0 ? [] : ["orders"],
  ];
  return missing.length > 0 ? <p class="not-reached muted">Not reached: {missing.join(", ")}.</p> : null;
}

/** The decision, asked for again when its orders or its position change, until it is settled. */
function useFollowed(boot: Boot, first: DecisionView): DecisionView {
  const [decision, setDecision] = useState(first);
  const { decisionId, stage, outcome } = decision;
  const isOpen = stage === "traded" && outcome === null;
  const orders = panel(boot, "orders").filter((order) => order.decisionId === decisionId);
  const position = panel(boot, "positions").find((held) => held.decisionId === decisionId);
  const sign = `${position?.qtyBase} ${orders.map(({ state, filledBase }) => `${state} ${filledBase}`)}`;
  useEffect(() => {
    if (!isOpen) return;
    const gone = new AbortController();
    fetch(`/api/decision/${encodeURIComponent(decisionId)}`, { signal: gone.signal })
      .then(async (response) => response.ok && setDecision(await response.json()))
      .catch(() => {}); // the next change asks again
    return () => gone.abort();
  }, [sign, isOpen]);
  return decision;
}

function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Verdict({ verdict }: { readonly verdict: NonNullable<DecisionView["verdict"]> }) {
  return (
    <>
      <dl class="facts">
        <Fact label="Direction">
          {verdict.direction}
          {verdict.abstain && `, abstained: ${plainWords(verdict.abstain)}`}
        </Fact>
        <Fact label="Probability">
          <Num text={percent(verdict.probability, { digits: 1 })} />
        </Fact>
        <Fact label="Model">
          <Words>{verdict.provider}</Words>, <Words>{verdict.model}</Words>
        </Fact>
        <Fact label="Queue, model">
          <Num text={`${count(verdict.queueMs)} + ${count(verdict.modelMs)} ms`} />
        </Fact>
      </dl>
      <blockquote class="rationale">{verdict.rationale}</blockquote>
    </>
  );
}

type OutcomeView = NonNullable<DecisionView["outcome"]>;

function Outcome({ outcome, decimals }: { readonly outcome: OutcomeView; readonly decimals: number | null }) {
  return (
    <dl class="facts">
      <Fact label="Result">
        <Signed value={outcome.rMultiple} text={rMultiple(outcome.rMultiple)} />
      </Fact>
      <Fact label="PnL">
        <Signed value={outcome.pnlUsd} text={usd(outcome.pnlUsd, { signed: true })} />
      </Fact>
      <Fact label="Fees">
        <Num text={usd(outcome.feesUsd)} />
      </Fact>
      <Fact label="Exit">
        <Num text={price(outcome.exitUsd, decimals)} /> USD, {plainWords(outcome.exitCause)}
      </Fact>
      <Fact label="Closed">
        <Time at={outcome.closedAtMs} precision="full" />
      </Fact>
      <Fact label="Worst, best">
        <Num text={`${rMultiple(outcome.maeR)} / ${rMultiple(outcome.mfeR)}`} />
      </Fact>
    </dl>
  );
}

function Orders({ orders, decimals }: { readonly orders: readonly Order[]; readonly decimals: number | null }) {
  return (
    <ol class="orders">
      {orders.map((order) => (
        <li key={order.clientOrderId}>
          <p>
            <b>{order.side} {roleWord(order.role)}</b> {plainWords(order.type)}{" "}
            <Num
              text={`${quantityOf(order.qtyBase)} at ${
                order.priceUsd === null ? "market" : price(order.priceUsd, decimals)
              }`}
            />
            , {plainWords(order.state)}{" "}
            <span class="muted">
              <Time at={order.createdAtMs} />
            </span>
          </p>
          {order.fills.map((fill, i) => (
            <p key={i} class="fill">
              filled <Num text={`${quantityOf(fill.qtyBase)} at ${price(fill.priceUsd, decimals)}`} />, fee{" "}
              <Num text={usd(fill.feeUsd, { digits: 4 })} />{" "}
              <span class="muted">
                <Time at={fill.atMs} />
              </span>
            </p>
          ))}
          <code class="id">{order.clientOrderId}</code>
        </li>
      ))}
    </ol>
  );
}

function CopyJson({ decision }: { readonly decision: DecisionView }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(JSON.stringify(decision, null, 2)).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return <button type="button" class="button" onClick={copy}>{copied ? "Copied" : "Copy JSON"}</button>;
}

export default guarded("Decision", "p-wide", DecisionStory);
