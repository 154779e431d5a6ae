import type { ErrorCode, FinishReason, Usage } from "@beluga/core";
import type { RecordedError } from "./recording.js";

// What the vendors' words and numbers mean in Beluga's terms. Written from the vendors' references, and apart from the providers: so that a
// mistake has to be made twice to go unnoticed.

type RawUsage = Readonly<Record<string, unknown>>;

/** By `api`. */
export const usages: Readonly<Record<string, (raw: RawUsage) => Usage>> = {
  "openai-chat"(raw) {
    const input = count(raw["prompt_tokens"]);
    const total = count(raw["total_tokens"]);
    const completion = count(raw["completion_tokens"]);
    // xAI and Gemini leave reasoning out of completion_tokens, and have it in the total.
    const output =
      input !== undefined && total !== undefined ? Math.max(total - input, completion ?? 0) : completion;
    const inputDetails = record(raw["prompt_tokens_details"] ?? raw["prompt_token_details"]);
    const outputDetails = record(raw["completion_tokens_details"]);
    return usage({
      inputTokens: input,
      outputTokens: output,
      cachedInputTokens: first(
        inputDetails["cached_tokens"], // OpenAI
        raw["prompt_cache_hit_tokens"], // DeepSeek
        raw["cached_tokens"], // Moonshot
        raw["num_cached_tokens"], // Mistral
        raw["cache_read_input_tokens"], // Databricks
      ),
      cacheWriteTokens: first(inputDetails["cache_write_tokens"], raw["cache_creation_input_tokens"]),
      reasoningTokens: first(outputDetails["reasoning_tokens"], raw["reasoning_tokens"]),
    });
  },
  // https://docs.claude.com/en/api/messages: input_tokens are those that were neither read from the cache nor written to it.
  anthropic(raw) {
    const cached = count(raw["cache_read_input_tokens"]);
    const written = count(raw["cache_creation_input_tokens"]);
    const input = count(raw["input_tokens"]);
    return usage({
      inputTokens: input === undefined ? undefined : input + (cached ?? 0) + (written ?? 0),
      outputTokens: count(raw["output_tokens"]),
      cachedInputTokens: cached,
      cacheWriteTokens: written,
      reasoningTokens: count(record(raw["output_tokens_details"])["thinking_tokens"]),
    });
  },
  ollama: (raw) =>
    usage({ inputTokens: count(raw["prompt_eval_count"]), outputTokens: count(raw["eval_count"]) }),
  // An embedding has no output; Voyage reports the total alone.
  "openai-embed": (raw) => {
    const tokens = first(raw["prompt_tokens"], raw["total_tokens"]);
    return { ...defined({ inputTokens: tokens, totalTokens: first(raw["total_tokens"], tokens) }) };
  },
};

/** By what the vendors say at the end of an answer; another word is `other`. */
export const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  tool_calls: "tool-calls",
  tool_use: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
  refusal: "content-filter",
};

/** The code of a recorded error: the vendor's own words go before its status. */
export function codeOf({ status, type = "", code = "", message = "" }: RecordedError): ErrorCode {
  const words = `${type} ${code}`.toLowerCase();
  if (/insufficient_quota|billing/.test(words)) return "quota_exhausted";
  if (/content_filter|content_policy/.test(words)) return "content_filter";
  if (
    /context_length|too_many_prompt_tokens/.test(words) ||
    /maximum context length|prompt is too long|too many tokens: size limit exceeded|exceeds the maximum number of tokens|input tokens exceeds maximum length/i.test(
      message,
    )
  ) {
    return "context_length";
  }
  if (/invalid_model|model_not_found/.test(words)) return "not_found";
  if (/not_supported_error/.test(words)) return "unsupported";
  return codes[status] ?? (status >= 500 ? "provider_unavailable" : "invalid_input");
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: "auth_error",
  402: "quota_exhausted",
  403: "permission_denied",
  404: "not_found",
  408: "timeout",
  429: "rate_limit",
  504: "timeout",
};

function usage(counts: { readonly [Key in keyof Usage]: Usage[Key] | undefined }): Usage {
  const { inputTokens, outputTokens } = counts;
  const totalTokens =
    inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens;
  return defined({ ...counts, totalTokens });
}

function defined(counts: { readonly [Key in keyof Usage]: Usage[Key] | undefined }): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}

function count(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function first(...values: readonly unknown[]): number | undefined {
  return values.map(count).find((value) => value !== undefined);
}

function record(value: unknown): RawUsage {
  return typeof value === "object" && value !== null ? (value as RawUsage) : {};
}
