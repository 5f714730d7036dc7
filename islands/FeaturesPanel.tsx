/** What the newest closed candle looks like in numbers: the inputs of regime, strategies and verdict. */
import { guarded } from "../components/Guard.tsx";
import { FeatureList } from "../components/FeatureList.tsx";
import { Empty, Panel } from "../components/Panel.tsx";
import { panel } from "../web/client/live.ts";
import { csv } from "../web/format.ts";
import type { Boot } from "../web/view/boot.ts";

function FeaturesPanel({ boot, symbol }: { readonly boot: Boot; readonly symbol: string }) {
  const row = panel(boot, "symbols").find((other) => other.symbol === symbol);
  const features = Object.entries(row?.features ?? {});
  return (
    <Panel
      boot={boot}
      id="features"
      title="Features"
      class="p-features"
      shows={["symbols"]}
      scrolls
      csv={() => csv(["Feature", "Value"], features)}
    >
      {features.length === 0
        ? (
          <Empty>
            {row?.warmUp
              ? `Warming up: ${row.warmUp.have} of ${row.warmUp.need} candles.`
              : "They come with the next closed candle."}
          </Empty>
        )
        : <FeatureList features={row!.features} decimals={row!.priceDecimals} />}
    </Panel>
  );
}

export default guarded("Features", "p-features", FeaturesPanel);
