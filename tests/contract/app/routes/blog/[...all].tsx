import { define } from "../../define.ts";

export default define.page(({ params }) => <p>all "{params.all}"</p>);
