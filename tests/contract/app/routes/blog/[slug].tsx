import { define } from "../../define.ts";

export default define.page(({ params, route }) => <p>slug {params.slug} of {route}</p>);
