import assert from "node:assert/strict";
import { openStateDir, StateDirError } from "./state_dir.ts";

function inTempDir(body: (dir: string) => void) {
  const dir = Deno.makeTempDirSync();
  try {
    body(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test("a second program on the same state directory is refused, and let in once the first is gone", () =>
  inTempDir((dir) => {
    const first = openStateDir(`${dir}/state`);
    assert.throws(
      () => openStateDir(`${dir}/state`),
      (error) => error instanceof StateDirError && /Another grodt runs on .*--state/.test(error.message),
    );
    first.release();
    openStateDir(`${dir}/state`).release();
  }));

Deno.test("a state directory that cannot be made names itself and the next step", () =>
  inTempDir((dir) => {
    Deno.writeTextFileSync(`${dir}/file`, "");
    assert.throws(() => openStateDir(`${dir}/file/state`), /Cannot make the state directory .*file\/state: .*--state/);
  }));

Deno.test("a small file is replaced as a whole", () =>
  inTempDir((dir) => {
    const state = openStateDir(dir);
    state.write("a.json", "1");
    state.write("a.json", "2", { mode: 0o600 });
    assert.equal(Deno.readTextFileSync(state.file("a.json")), "2");
    assert.deepEqual([...Deno.readDirSync(dir)].map(({ name }) => name).sort(), ["a.json", "lock"]);
    state.release();
  }));
