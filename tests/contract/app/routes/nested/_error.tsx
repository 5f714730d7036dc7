import { define } from "../../define.ts";

export default define.layout(({ error }) => <p class="nested-error">{(error as Error).message}</p>);
