import { define } from "../../define.ts";

export default define.page(({ state }) => <p>inside {state.trace?.join()}</p>);
