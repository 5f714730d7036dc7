import Local from "./(_islands)/Local.tsx";
import { note } from "./(_components)/note.ts";

export default function With() {
  return (
    <div>
      <p>{note}</p>
      <Local text="local" />
    </div>
  );
}
