/**
 * Commands over HTTP. Always true:
 *  - a command without the token of a page of this program is refused
 *  - what loosens a brake (resume, unpause) needs its word, so that no single stray request can do it
 *  - nothing is claimed: the answer is what the system says that it did
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { BODY_LIMIT_BYTES } from "./door.ts";
import { logged } from "./log.ts";
import type { Site } from "./site.ts";
import type { ControlCommand, ControlResult } from "./system_port.ts";

/** What stands in for a broker that cannot be asked. */
export const UNREACHABLE = "The program did not answer. In a terminal: deno task stop";

export interface CommandInput {
  readonly isForm: boolean;
  readonly fields: z.infer<typeof Fields>;
}

export interface Refused {
  readonly status: 400 | 403 | 413 | 415;
  readonly error: string;
}

const Fields = z.object({
  token: z.string().max(200).optional(),
  confirm: z.string().max(20).optional(),
  /** Where a plain form comes back to. */
  back: z.string().max(300).optional(),
  why: z.string().max(200).optional(),
  idempotencyKey: z.string().regex(/^[\w-]{8,64}$/, "8 to 64 letters, digits, - or _").optional(),
});

/** Reads a command's body, JSON or form, and checks its token (header `x-grodt-token` or field `token`). */
export async function readCommand(request: Request, token: string): Promise<CommandInput | Refused> {
  const type = request.headers.get("content-type")?.split(";")[0].trim().toLowerCase();
  const isForm = type === "application/x-www-form-urlencoded";
  if (!isForm && type !== "application/json") {
    return { status: 415, error: `content-type "${type ?? ""}": send application/json or a form` };
  }
  const text = await readText(request, BODY_LIMIT_BYTES);
  if (text === null) return { status: 413, error: `A body may have ${BODY_LIMIT_BYTES} bytes` };
  let raw: unknown;
  try {
    raw = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    return { status: 400, error: "The body is not JSON" };
  }
  const parsed = Fields.safeParse(raw);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    return { status: 400, error: `${path.join(".") || "body"}: ${message}` };
  }
  const given = request.headers.get("x-grodt-token") ?? parsed.data.token ?? "";
  if (!isSame(given, token)) {
    return { status: 403, error: "The token is missing or from before a restart. Load the page again" };
  }
  // A form is a new wish each time it is sent; a script says which of its requests are the same wish.
  if (!isForm && parsed.data.idempotencyKey === undefined) {
    return { status: 400, error: "idempotencyKey: required, one for each wish, the same when it is sent again" };
  }
  return { isForm, fields: parsed.data };
}

/** Equal, told in a time that does not depend on where they differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a, b);
}

async function readText(request: Request, limit: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > limit) return null;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** The word that a command needs, `null` where none is needed. */
export function confirmWord(command: ControlCommand["type"]): string | null {
  return command === "resume" ? "RESUME" : command === "unpause" ? "UNPAUSE" : null;
}

/** Carries a command out and answers: a script with the result, a form with the way back to its page. */
export async function answerCommand(site: Site, input: CommandInput, command: ControlCommand): Promise<Response> {
  const key = input.fields.idempotencyKey ?? crypto.randomUUID();
  const { status, result } = await carryOut(site, input, command, key);
  if (!input.isForm) return Response.json(result, { status });
  site.results.keep(key, result);
  const back = localPath(input.fields.back);
  back.searchParams.set("did", key);
  return new Response(null, { status: 303, headers: { location: back.pathname + back.search } });
}

async function carryOut(
  { system }: Site,
  { fields }: CommandInput,
  command: ControlCommand,
  idempotencyKey: string,
): Promise<{ status: number; result: ControlResult }> {
  const no = (status: number, did: string) => ({
    status,
    result: { ok: false, did, tradingState: system.panels().status.tradingState },
  });
  if ("symbol" in command && !system.panels().symbols.some(({ symbol }) => symbol === command.symbol)) {
    return no(404, `Unknown symbol ${command.symbol.slice(0, 40)}: nothing was changed`);
  }
  const word = confirmWord(command.type);
  if (word !== null && fields.confirm?.trim().toUpperCase() !== word) {
    return no(422, `Nothing was changed. To confirm, type ${word}`);
  }
  const why = fields.why?.trim() || "asked for in the dashboard";
  try {
    return { status: 200, result: await system.control({ command, who: "dashboard", why, idempotencyKey }) };
  } catch (error) {
    logged(error);
    return no(503, UNREACHABLE);
  }
}

/** A path of this site; anything else is the front page, so that no form can send the operator elsewhere. */
function localPath(back: string | undefined): URL {
  const here = "http://site.invalid";
  if (back === undefined || !/^\/(?![/\\])/.test(back) || !URL.canParse(back, here)) return new URL("/", here);
  const url = new URL(back, here);
  return url.origin === here ? url : new URL("/", here);
}
