import type { Usage } from "../usage.js";
import { asCount, asRecord } from "./wire.js";

/**
 * The usage of a call that produces no text, as of embedding and reranking: `{ prompt_tokens, total_tokens }`. All that was counted is input then;
 * the total goes before, as some vendors (Voyage AI, say) report it alone.
 */
export function readInputUsage(usage: unknown): Usage {
  const { prompt_tokens: prompt, total_tokens: total } = asRecord(usage);
  return inputUsage(
    [total, prompt].map(asCount).find((count) => count !== undefined && count >= 0),
    usage,
  );
}

/** The same of tokens that were counted elsewhere in an answer. */
export function inputUsage(tokens: number | undefined, raw: unknown): Usage {
  return tokens === undefined ? {} : { inputTokens: tokens, totalTokens: tokens, raw };
}
