import { createDefine } from "fresh";

export interface State {
  trace?: string[];
}

export const define = createDefine<State>();
