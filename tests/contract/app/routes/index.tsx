import { define } from "../define.ts";

export default define.page(({ state }) => <h1>home {state.trace?.join()}</h1>);
