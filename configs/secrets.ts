/**
 * Secrets come from the environment or from `.env`, and from nowhere else. They are no part of the configuration: they are
 * never hashed, stored, shown or sent to an actor that does not need them, and no message repeats their value.
 */
import { parseEnv } from "node:util";
import { didYouMean } from "./did_you_mean.ts";

interface SecretSpec {
  readonly says: string;
  /** What a value looks like; wrong ones are refused at the start and not by the venue in the middle of a trade. */
  readonly pattern: RegExp;
  readonly looks: string;
}

export const SECRETS = {
  ROBINHOOD_API_KEY: {
    says: "API key of the Robinhood crypto account",
    pattern: /^\S{8,200}$/,
    looks: "8 to 200 characters without spaces",
  },
  ROBINHOOD_PRIVATE_KEY: {
    says: "private key (Ed25519 seed) that belongs to it, in base64",
    pattern: /^[A-Za-z0-9+/]{43}=$/,
    looks: "32 bytes in base64, 44 characters that end in =",
  },
  OPENAI_API_KEY: {
    says: "key of OpenAI, for scorer.provider auto or openai",
    pattern: /^\S{8,400}$/,
    looks: "8 to 400 characters without spaces",
  },
} as const satisfies Readonly<Record<string, SecretSpec>>;

export type SecretName = keyof typeof SECRETS;
export type Secrets = Readonly<Partial<Record<SecretName, string>>>;
const NAMES = Object.keys(SECRETS) as readonly SecretName[];

export interface SecretProblem {
  readonly file: string;
  readonly name: string;
  readonly says: string;
  readonly next: string;
}

/** Secrets of the environment over those of the `.env` text. An empty value counts as none. */
export function readSecrets(
  { file, text, env }: {
    readonly file: string;
    readonly text: string;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): { readonly secrets: Secrets; readonly problems: readonly SecretProblem[] } {
  const problems: SecretProblem[] = [];
  const written = parseEnv(text);
  for (const name of Object.keys(written)) {
    if (Object.hasOwn(SECRETS, name)) continue;
    const meant = didYouMean(name, NAMES);
    const next = meant
      ? `Did you mean ${meant}?`
      : `It may hold ${NAMES.join(", ")}; settings belong into settings.yaml`;
    problems.push({ file, name, says: "is no secret that is known", next });
  }
  const secrets: Partial<Record<SecretName, string>> = {};
  for (const name of NAMES) {
    const fromEnv = env[name] !== undefined && env[name] !== "";
    const value = fromEnv ? env[name]! : written[name] ?? "";
    if (value === "") continue;
    const { pattern, looks } = SECRETS[name];
    if (pattern.test(value)) secrets[name] = value;
    else {
      const next = `Copy it again; it must be ${looks}`;
      problems.push({
        file: fromEnv ? "environment" : file,
        name,
        says: `(hidden, ${value.length} characters) is malformed`,
        next,
      });
    }
  }
  if (
    (secrets.ROBINHOOD_API_KEY === undefined) !== (secrets.ROBINHOOD_PRIVATE_KEY === undefined) && problems.length === 0
  ) {
    const name = secrets.ROBINHOOD_API_KEY === undefined ? "ROBINHOOD_API_KEY" : "ROBINHOOD_PRIVATE_KEY";
    problems.push({ file, name, says: "is missing, and its partner is there", next: "Set both or none" });
  }
  return { secrets, problems };
}
