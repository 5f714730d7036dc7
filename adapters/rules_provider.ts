/** The rules provider behind the port; it answers at once and never fails. */
import type { VerdictProvider } from "../core/ports/llm.ts";
import { ruleVerdict } from "../core/verdict/rules.ts";

export const rulesProvider: VerdictProvider = {
  provider: "rules",
  model: "rules-1",
  answer: (question) => Promise.resolve(ruleVerdict(question)),
};
