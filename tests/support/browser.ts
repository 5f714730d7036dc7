/** A real browser for tests. They are skipped, visibly, where there is none; `CHROMIUM_PATH` names another. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { createFakeSystem, type FakeOptions, type FakeSystem } from "./fake_system.ts";
import { builtSite, newToken } from "./site.ts";
import { serveSite, type WebServer } from "../../web/serve.ts";

const CANDIDATES = [Deno.env.get("CHROMIUM_PATH"), "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = CANDIDATES.find((path) => path && existsSync(path));
if (!executablePath) console.warn("Browser tests are skipped: no Chromium found, set CHROMIUM_PATH");

// deno-fmt-ignore
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const WAIT_MS = 10_000;

export interface Visit {
  readonly browser: Browser;
  readonly system: FakeSystem;
  /** Of the server that runs now; `restart` changes it. */
  readonly url: () => string;
  /** How many streams are open. */
  readonly streams: () => number;
  /** A page of its own context, with all its complaints. */
  open(path: string, options?: BrowserContextOptions): Promise<OpenPage>;
  /** Ends the server; a page that is open loses its stream. */
  stop(): Promise<void>;
  /** Starts another on the same port, with a token of its own, on the system given. */
  start(system: FakeSystem): void;
}

export interface OpenPage {
  readonly page: Page;
  /** Console errors, uncaught errors, blocked resources. */
  readonly complaints: string[];
}

interface VisitOptions {
  readonly system?: FakeOptions;
  readonly heartbeatMs?: number;
  /** Market milliseconds that pass in each real 100; 0 stands still. */
  readonly pace?: number;
}

/** The browser's sockets and timers are none of the test's, so they are not counted. */
export function browserTest(name: string, options: VisitOptions, visit: (visit: Visit) => Promise<void>): void {
  Deno.test({
    name: `browser: ${name}`,
    ignore: !executablePath,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => run(options, visit),
  });
}

async function run(
  { system: given, heartbeatMs, pace = 0 }: VisitOptions,
  visit: (visit: Visit) => Promise<void>,
): Promise<void> {
  const site = await builtSite();
  let token = newToken();
  let system = createFakeSystem(given);
  let server: WebServer | null = serveSite(site, system, { token, heartbeatMs });
  const { url, port } = server;
  const ticking = pace > 0 ? setInterval(() => system.advance(pace), 100) : undefined;
  let browser: Browser | undefined;
  const stop = async () => {
    await server?.close();
    server = null;
  };
  try {
    browser = await chromium.launch({ executablePath, args: ARGS });
    const opened = browser;
    await visit({
      browser,
      get system() {
        return system;
      },
      url: () => url,
      streams: () => server?.clients() ?? 0,
      async open(path, options) {
        const context = await opened.newContext({ viewport: { width: 1440, height: 900 }, ...options });
        const page = await context.newPage();
        page.setDefaultTimeout(WAIT_MS);
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.goto(new URL(path, url).href);
        return { page, complaints };
      },
      stop,
      start(next) {
        system = next;
        token = newToken();
        server = serveSite(site, system, { port, token, heartbeatMs });
      },
    });
  } finally {
    clearInterval(ticking);
    await browser?.close();
    await stop();
  }
}

/** Resolves when the islands of a page have started and its stream is heard. */
export async function whenLive(page: Page): Promise<void> {
  await page.locator(":root[data-link=live]").waitFor({ state: "attached" });
}
