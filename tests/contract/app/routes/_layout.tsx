import { define } from "../define.ts";

export default define.layout(({ Component }) => (
  <main class="root">
    <Component />
  </main>
));
