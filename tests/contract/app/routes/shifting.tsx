import Late from "../islands/Late.tsx";
import Shifting from "../islands/Shifting.tsx";
import { define } from "../define.ts";

export default define.page(() => (
  <div id="shifting">
    <Shifting start={0} />
    <Late />
    <Shifting start={1} />
    <hr />
    <Shifting start={5} />
  </div>
));
