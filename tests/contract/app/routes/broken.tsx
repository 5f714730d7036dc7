import { signal } from "@preact/signals";
import Block from "../islands/Block.tsx";
import Counter from "../islands/Counter.tsx";
import Thrower from "../islands/Thrower.tsx";
import { define } from "../define.ts";

/** One island throws, one stands where HTML does not allow its element, one is well. */
export default define.page(() => (
  <div>
    <Thrower />
    <p>
      <Block />
    </p>
    <Counter id="well" count={signal(1)} />
  </div>
));
