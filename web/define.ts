/** What every middleware, route and layout finds in `ctx.state`. */
import { createDefine } from "fresh";
import type { Site } from "./site.ts";
import type { CommandInput } from "./control.ts";
import type { Boot } from "./view/boot.ts";

export interface State {
  site: Site;
  /** On pages: what their handler brought along, for the shell around them. */
  boot: Boot;
  /** Below `/api/control/` only. */
  command: CommandInput;
}

export const define = createDefine<State>();
