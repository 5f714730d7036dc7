/**
 * What the contract tests share. They know Fresh by its public names only, so that they can run against the real one.
 */
import type { App } from "fresh";

/** False when `--config deno.fresh.json` brings the real Fresh. */
export const IS_STAND_IN = import.meta.resolve("fresh").endsWith("/web/fresh/mod.ts");

export async function ask<State>(app: App<State>, path: string, init?: RequestInit): Promise<Response> {
  return await app.handler()(new Request(`http://localhost${path}`, init));
}

export async function textOf<State>(app: App<State>, path: string, init?: RequestInit): Promise<string> {
  return await (await ask(app, path, init)).text();
}

/** "200 body" */
export async function answerOf<State>(app: App<State>, path: string, method = "GET"): Promise<string> {
  const response = await ask(app, path, { method });
  return `${response.status} ${await response.text()}`.trim();
}

/** What stands between the tags of the first such element. */
export function inside(html: string, tag: string): string {
  return new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "s").exec(html)?.[1] ?? "";
}

/** Runs with `console.error` recorded instead of shown. */
export async function withErrorLog<T>(run: () => Promise<T>): Promise<{ result: T; logged: unknown[] }> {
  const original = console.error;
  const logged: unknown[] = [];
  console.error = (...args: unknown[]) => logged.push(...args);
  try {
    return { result: await run(), logged };
  } finally {
    console.error = original;
  }
}
