import { inspect } from "node:util";
import { BelugaError, type ErrorCode } from "@beluga/core";
import { isCredential } from "@beluga/core/provider";
import { capabilities } from "./loader.js";

/** What someone can do about it, by what went wrong. */
const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
  rate_limit: "wait a little and try again",
  quota_exhausted: "the account's credit is used up: see the vendor's billing page",
  timeout: "try again, or take another model",
};

/** An error in one line for the one who typed the command. */
export function describeFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = BelugaError.is(error) ? hintOf(error) : undefined;
  return oneLine(hint === undefined ? message : `${message} (${hint})`);
}

/** An error as `--json` gives it. */
export function failureAsJSON(error: unknown): { error: Record<string, unknown> } {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { error: BelugaError.is(error) ? error.toJSON() : { name, message } };
}

/** All that is known of an error, its causes included. A `BelugaError` holds no key and no prompt. */
export function explainFailure(error: unknown): string {
  return inspect(error, { depth: 4 });
}

function hintOf({ code, op, provider, status, retryAfterMs }: BelugaError): string | undefined {
  if (code === "rate_limit" && retryAfterMs !== undefined)
    return `try again in ${Math.ceil(retryAfterMs / 1000)} s`;
  // Without a status the vendor was not asked: no key was found, and the message says where to put it.
  if (code === "auth_error" && status !== undefined) {
    const variable = keyVariable(op, provider);
    return variable === undefined ? undefined : `check the key in ${variable}`;
  }
  if (code === "context_length" && op.startsWith("llm."))
    return "ask for fewer passages (-k), or take a model with a longer context";
  if (code === "invalid_input" && op === "vector.ensureIndex")
    return "an index is for the vectors of one embedder: name another one in --store, and it is made";
  if (code === "not_found" && provider === "ollama")
    return "see `ollama list` for what is there, and `ollama pull` for more";
  if (code === "provider_unavailable" && status === undefined && provider === "ollama")
    return "is Ollama running? `ollama serve`";
  return hints[code];
}

/** The environment variable in which a provider finds its key. */
function keyVariable(op: string, provider: string | undefined): string | undefined {
  const capability = op.split(".")[0] ?? "";
  if (!Object.hasOwn(capabilities, capability) || provider === undefined) return undefined;
  const definition = capabilities[capability as keyof typeof capabilities].registry.get(provider);
  return Object.entries(definition?.env ?? {}).find(([option]) => isCredential(option))?.[1];
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
