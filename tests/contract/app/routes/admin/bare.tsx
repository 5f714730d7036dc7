import { define } from "../../define.ts";

export const config = { skipInheritedLayouts: true, skipAppWrapper: true };

export default define.page(() => <p>bare</p>);
