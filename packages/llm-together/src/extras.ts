import { type ChatAnswer, asArray, asRecord, isRecord } from "@beluga/core/provider";
import { metadataOf } from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<Record<string, unknown>>;

/** Reads what Together adds to an answer: {@link https://docs.together.ai/reference/chat-completions}. */
export function readExtras(answer: ChatAnswer): (chunk: Fields) => void {
  const warned = new Set<string>();
  const readWarning = (warning: unknown): void => {
    const { message } = asRecord(warning);
    if (typeof message !== "string" || warned.has(message)) return;
    warned.add(message);
    answer.warn({ type: "other", message });
  };
  return ({ warnings, prompt, choices }) => {
    if (warnings) for (const warning of asArray(warnings)) readWarning(warning);
    // Empty, where the request did not `echo` it.
    if (Array.isArray(prompt) && prompt.length > 0) metadataOf(answer, together)["prompt"] = prompt;
    const choice = asArray(choices)[0];
    if (!isRecord(choice)) return;
    const { seed, logprobs } = choice;
    if (typeof seed === "number") metadataOf(answer, together)["seed"] = seed;
    if (logprobs !== undefined && logprobs !== null)
      readLogprobs(logprobs, asRecord(choice["delta"]), answer);
  };
}

/**
 * Together's own form of them: lists beside each other in a whole answer, and in a stream the number alone, beside its token. They are
 * kept as OpenAI writes them, which some models here do as well.
 */
function readLogprobs(logprobs: unknown, delta: Fields, answer: ChatAnswer): void {
  const lists = asRecord(logprobs);
  if (lists["content"]) return; // OpenAI's form, which the base reads
  const {
    tokens,
    token_logprobs: values,
    token_ids: ids,
  } = typeof logprobs === "number"
    ? { tokens: [delta["content"]], token_logprobs: [logprobs], token_ids: [delta["token_id"]] }
    : lists;
  const all = (metadataOf(answer, together)["logprobs"] ??= []) as unknown[];
  for (const [at, token] of asArray(tokens).entries()) {
    const id = asArray(ids)[at];
    all.push({ token, logprob: asArray(values)[at], ...(typeof id === "number" && { token_id: id }) });
  }
}

const together = { provider: "together" };
