/** The symbol at a glance: price, day, spread, regime, and its pause, which is at once while going on takes a hold. */
import { guarded } from "../components/Guard.tsx";
import { useEffect, useState } from "preact/hooks";
import { Chip, RegimeChip } from "../components/Chip.tsx";
import { HoldButton } from "../components/HoldButton.tsx";
import { Icon } from "../components/Icon.tsx";
import { Num, Signed } from "../components/Num.tsx";
import { command } from "../web/client/command.ts";
import { panel } from "../web/client/live.ts";
import { bps, duration, percent, price } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";

const UNDO_MS = 10_000;

interface HeadProps {
  readonly boot: Boot;
  readonly symbol: string;
}

function SymbolHead({ boot, symbol }: HeadProps) {
  const row = panel(boot, "symbols").find((other) => other.symbol === symbol);
  const { nowMs } = panel(boot, "status");
  if (!row) return null;
  const mid = row.bidUsd === null || row.askUsd === null ? null : (row.bidUsd + row.askUsd) / 2;
  const facts = [
    ["Bid", <Num key="b" text={price(row.bidUsd, row.priceDecimals)} />],
    ["Ask", <Num key="a" text={price(row.askUsd, row.priceDecimals)} />],
    ["Spread", <Num key="s" text={`${bps(row.spreadBps)} bps`} />],
  ] as const;
  return (
    <div class="symbol-head">
      <h1>{symbol}</h1>
      <div class="symbol-price">
        <Num text={price(mid, row.priceDecimals)} title={mid === null ? "no quote" : "middle of bid and ask, USD"} />
        <Signed
          value={row.dayChangeRatio === null ? null : row.dayChangeRatio * 100}
          text={percent(row.dayChangeRatio, { signed: true })}
        />
        <span class="muted">today</span>
      </div>
      <dl class="symbol-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Regime</dt>
          <dd>
            {row.warmUp ? <span class="num">warming up {row.warmUp.have}/{row.warmUp.need}</span> : (
              <>
                <RegimeChip regime={row.regime} />
                {row.regimeSinceMs !== null && <span class="muted num">for {duration(nowMs - row.regimeSinceMs)}</span>}
              </>
            )}
          </dd>
        </div>
      </dl>
      <Pause boot={boot} symbol={symbol} paused={row.paused} />
    </div>
  );
}

function Pause({ boot, symbol, paused }: HeadProps & { readonly paused: boolean }) {
  const [canUndo, setCanUndo] = useState(false);
  useEffect(() => {
    if (!canUndo) return;
    const timer = setTimeout(() => setCanUndo(false), UNDO_MS);
    return () => clearTimeout(timer);
  }, [canUndo]);
  const { token } = boot;
  if (!paused) {
    return (
      <form
        class="pause"
        method="post"
        action={`/api/control/pause/${symbol}`}
        onSubmit={(event) => {
          event.preventDefault();
          void command(`/api/control/pause/${symbol}`, { token, what: `Pausing ${symbol}` }).then(setCanUndo);
        }}
      >
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="back" value={boot.path} />
        <button type="submit" class="button" title="No new entries in this symbol; its stop stays">
          <Icon name="pause" />
          <span>Pause {symbol}</span>
        </button>
      </form>
    );
  }
  const path = `/api/control/unpause/${symbol}`;
  return (
    <div class="pause">
      <Chip tone="warn" icon="pause">paused</Chip>
      {canUndo
        ? (
          <button
            type="button"
            class="button"
            onClick={() => {
              setCanUndo(false);
              void command(path, { token, what: "Undoing", confirm: "UNPAUSE" });
            }}
          >
            Undo
          </button>
        )
        : <HoldButton boot={boot} path={path} word="UNPAUSE" label="go on" what={`${symbol} goes on`} />}
    </div>
  );
}

export default guarded("Symbol", "p-wide", SymbolHead);
