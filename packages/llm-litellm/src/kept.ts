import type { AssistantPart, ProviderMetadata } from "@beluga/core";
import { asRecord, isRecord } from "@beluga/core/provider";
import type { WireBody } from "@beluga/llm-openai-compatible/base";

/** What a part carries, so that its message has these fields again when it goes back. They may still grow. */
export function keep(fields: WireBody): ProviderMetadata {
  return { litellm: fields };
}

/**
 * The fields that the parts of an assistant's message carry for it: blocks of thinking, without which Anthropic's models refuse the results
 * of the calls that came of it ({@link https://docs.litellm.ai/docs/reasoning_content#tool-calling-with-thinking}), what a vendor did on its
 * side, marks for the prompt cache.
 */
export function keptFields(parts: readonly AssistantPart[]): WireBody {
  const kept: WireBody = {};
  for (const { type, providerMetadata } of parts) {
    if (type === "tool-call") continue; // these go with the call itself
    for (const [name, value] of Object.entries(asRecord(providerMetadata?.["litellm"])))
      kept[name] = joined(kept[name], value);
  }
  return kept;
}

function joined(before: unknown, value: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(value))
    return [...(before as unknown[]), ...(value as unknown[])];
  return isRecord(before) && isRecord(value) ? { ...before, ...value } : value;
}
