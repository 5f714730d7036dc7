/** Pages as the server sends them: whole without any script, inert whatever text they are given. */
import assert from "node:assert/strict";
import { HOSTILE, SCENES } from "../support/fake_system.ts";
import { withErrorLog } from "../support/log.ts";
import { DECISION_ID, PAGES } from "./routes.ts";
import { openSite } from "./site.ts";

/** What a reader without script sees. */
const shown = (html: string): string => html.replaceAll(/<script\b.*?<\/script>/gs, "");

Deno.test("every page has its data without script: shell, STOP, numbers, forms", async () => {
  await using site = await openSite();
  for (const path of Object.values(PAGES)) {
    const html = shown(await (await site.ask(path)).text());
    assert.match(html, /<a class="skip" href="#main">/, path);
    assert.match(html, /SIM seed 42/, path);
    assert.match(html, /data-mode="sim"/, path);
    assert.match(html, /<form[^>]*action="\/api\/control\/stop"/, path);
    assert.match(html, /\$\d{3}\.\d\d/, path);
    assert.match(html, /<nav class="nav"/, path);
    assert.doesNotMatch(html, /NaN|Infinity|undefined|\[object|aria-pressed[ >]/, path);
  }
});

Deno.test("each page carries what it is there for", async () => {
  await using site = await openSite();
  const wants: Record<string, RegExp[]> = {
    "/": [
      /Why nothing happened/,
      /Day against limits/,
      /Working orders/,
      /2 of 3 slots/,
      /symbol:BTC-USD/,
      /Standing in:/,
      /First steps/,
    ],
    "/symbols": [/Newest candle/, /DOGE-USD/],
    "/symbol/BTC-USD": [/Pause BTC-USD/, /VWAP, UTC day/, /Decisions on BTC-USD/, /role="slider"/],
    "/decisions": [/Ended at/, /name="stage"/, /href="\/decisions\?before=\d+"/],
    [PAGES["decision/[id].tsx"]]: [/Inputs/, /RSI 14/, new RegExp(DECISION_ID)],
  };
  for (const [path, texts] of Object.entries(wants)) {
    const html = shown(await (await site.ask(path)).text());
    for (const text of texts) assert.match(html, text, path);
  }
});

Deno.test("a decision that led to a trade shows checks, orders, fills and outcome", async () => {
  await using site = await openSite();
  const all = await site.system.decisions({ limit: 5_000 });
  const traded = all.find(({ outcomeR }) => outcomeR !== null)!;
  const html = shown(await (await site.ask(`/decision/${encodeURIComponent(traded.decisionId)}`)).text());
  for (
    const text of [/Verdict/, /Fusion/, /Risk checks/, /spread max/, /buy entry/, /fee/, /Outcome/, /[+−]\d\.\d\dR/]
  ) {
    assert.match(html, text);
  }
});

Deno.test("decisions are filtered by symbol and by gate, and paged without loss", async () => {
  await using site = await openSite();
  const rowsOf = (html: string) =>
    [...shown(html).matchAll(/href="\/decision\/([^"]+)"/g)].map(([, id]) => decodeURIComponent(id));
  const bySymbol = rowsOf(await (await site.ask("/decisions?symbol=ETH-USD")).text());
  assert.ok(bySymbol.length >= 50 && bySymbol.every((id) => id.startsWith("ETH-USD@")));
  const traded = rowsOf(await (await site.ask("/decisions?stage=traded")).text());
  const all = await site.system.decisions({ limit: 500 });
  assert.deepEqual(traded, all.filter(({ stage }) => stage === "traded").map(({ decisionId }) => decisionId));
  const seen: string[] = [];
  let path: string | undefined = "/decisions";
  for (let page = 0; page < 3; page++) {
    const html: string = await (await site.ask(path!)).text();
    seen.push(...rowsOf(html));
    path = /href="(\/decisions\?before=\d+)"[^>]*>Older/.exec(html)?.[1];
  }
  assert.deepEqual(seen, all.slice(0, seen.length).map(({ decisionId }) => decisionId));
});

Deno.test("text of models, feeds and faults is inert wherever it is shown", async () => {
  await using site = await openSite({ scene: "hostile" });
  for (const path of [...Object.values(PAGES), `/no-such-page/${encodeURIComponent("<script>1</script>")}`]) {
    const html = await (await site.ask(path)).text();
    // Between tags and in attributes nothing of it stands as it was given.
    assert.doesNotMatch(shown(html), /<script>window|<img src=x|<svg onload|href="javascript:|"'><a/, path);
    // The script that carries the data cannot be left from within.
    assert.doesNotMatch(html, /<script>window\.pwned|<\/script><img/, path);
    for (const [, attributes] of html.matchAll(/<(?:script|a|img|svg)\b([^>]*)>/g)) {
      assert.doesNotMatch(attributes, /\son\w+=|javascript:/i, path);
    }
  }
  const overview = await (await site.ask("/")).text();
  assert.ok(shown(overview).includes(HOSTILE.slice(0, 20).replaceAll("<", "&lt;")), "the text is shown, escaped");
});

Deno.test("every scene an operator may meet is a page, and a panel that breaks does not take it", async () => {
  for (const scene of SCENES) {
    await using site = await openSite({ scene });
    for (const path of ["/", "/symbol/BTC-USD", "/decisions"]) {
      const { result: response, logged } = await withErrorLog(() => site.ask(path));
      assert.equal(response.status, 200, `${scene} ${path}`);
      const html = shown(await response.text());
      assert.match(html, /action="\/api\/control\/stop"/, `${scene} ${path}`);
      assert.doesNotMatch(html, /NaN|Infinity|>undefined<|\[object/, `${scene} ${path}`);
      assert.equal(logged.length > 0, scene === "broken" && path !== "/decisions", `${scene} ${path}`);
    }
  }
});

// deno-fmt-ignore
const STATES: [scene: Parameters<typeof openSite>[0], texts: RegExp[]][] = [
  [{ scene: "empty", candles: 0 },  [/Flat, 0 of 3 slots/, /None\. Next candle in \d+ s/, /No candle has closed today/, /warming up 37\/50/, /Starts at \$500\.00/, /no trades yet/]],
  [{ scene: "halted" },             [/Halted/, /<bdi>day loss \$11\.52 (>|&gt;) \$11\.25/, /type RESUME/, /action="\/api\/control\/resume"/]],
  [{ scene: "brokerSilent" },       [/The broker is silent for 14 s: these are its last words/, /silent 14 s/]],
  [{ scene: "recorderParked" },     [/The recorder is paused \(record\.kv: disk is full\)/, /failed/]],
  [{ scene: "partial" },            [/3 of 4 symbols run: ETH-USD is restarting/, /partial/]],
  [{ scene: "catchingUp" },         [/Catching up/, /<progress/]],
  [{ scene: "ended" },              [/the recorded market has ended/, /simulated market, REPLAY/]],
  [{ scene: "unknown" },            [/no data yet/, /not protected/, /unknown/]],
  [{ scene: "broken" },             [/This panel cannot be drawn/, /The other panels and STOP go on/]],
  [{ scene: "live" },               [/data-mode="live"/, /LIVE Robinhood 4821/]],
  [{ scene: "paper" },              [/data-mode="paper"/]],
];
for (const [options, texts] of STATES) {
  Deno.test(`overview: ${options!.scene} says what it is`, async () => {
    await using site = await openSite(options);
    const { result: response } = await withErrorLog(() => site.ask("/"));
    const html = shown(await response.text());
    for (const text of texts) assert.match(html, text);
    if (options!.scene === "live" || options!.scene === "paper") assert.doesNotMatch(html, /simulated market/);
  });
}

Deno.test("a recorder that does not answer costs a page its data, not itself", async () => {
  await using site = await openSite();
  site.system.fail("series", new Error("away"));
  site.system.fail("decisions", new Error("away"));
  const { result } = await withErrorLog(async () => [
    shown(await (await site.ask("/symbol/BTC-USD")).text()),
    shown(await (await site.ask("/decisions?symbol=BTC-USD")).text()),
  ]);
  assert.match(result[0], /The recorder did not answer: no candles/);
  assert.match(result[1], /The recorder did not answer\. Trading and STOP go on/);
  assert.match(result[1], /href="\/decisions\?symbol=BTC-USD"[^>]*>Retry/);
});

Deno.test("theme and colours come with the page, so that nothing flashes", async () => {
  await using site = await openSite();
  const tagOf = async (cookie: string) =>
    /<html[^>]*>/.exec(await (await site.ask("/", { headers: { cookie } })).text())![0];
  assert.match(await tagOf(""), /data-theme="system" data-colours="blue"/);
  assert.match(await tagOf("grodt_prefs=theme.light_colours.green"), /data-theme="light" data-colours="green"/);
});

Deno.test("readiness tells which actor is away; health only that somebody answers", async () => {
  await using site = await openSite();
  assert.equal((await site.ask("/readyz")).status, 200);
  site.system.scene("recorderParked");
  const response = await site.ask("/readyz");
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), { ready: false, why: ["recorder is paused"] });
  assert.equal((await site.ask("/healthz")).status, 200);
});
