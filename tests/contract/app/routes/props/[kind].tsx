import Props from "../../islands/Props.tsx";
import { define } from "../../define.ts";
import { CARRIED, CARRIED_BY_STAND_IN, REFUSED_BY_STAND_IN } from "../../values.ts";

export default define.page(({ params, url }) => {
  const sets: Record<string, Record<string, unknown>> = {
    carried: CARRIED,
    "stand-in": CARRIED_BY_STAND_IN,
    refused: REFUSED_BY_STAND_IN,
    function: { call: () => 1 },
  };
  const only = url.searchParams.get("only");
  const values = sets[params.kind];
  return <Props values={only ? { [only]: values[only] } : values} />;
});
