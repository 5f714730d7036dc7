import { signal } from "@preact/signals";
import Counter from "../islands/Counter.tsx";
import Feed from "../islands/Feed.tsx";
import Panel, { Label } from "../islands/Panel.tsx";
import { define } from "../define.ts";

export default define.page(() => {
  const count = signal(3);
  return (
    <div id="islands">
      <Counter id="one" count={count} />
      <Counter id="two" count={count} />
      <Panel count={count} />
      <Label text="named export" />
      <Feed url="/events" />
    </div>
  );
});
