import { HttpError } from "fresh";
import { define } from "../define.ts";

export default define.layout(({ error }) => <p class="error">{error instanceof HttpError ? error.status : "broken"}
</p>);
