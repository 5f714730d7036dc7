import { define } from "../../../define.ts";

export default define.page(({ params, state }) => <p>docs "{params.version}" {state.trace?.join()}</p>);
