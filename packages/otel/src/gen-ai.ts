import type { Call, Usage } from "@beluga/core";
import type { Attributes } from "@opentelemetry/api";
import type { End } from "./kind.js";
import type { Settings } from "./settings.js";

/** From a provider's name here to its `gen_ai.provider.name`, where the two differ; all other names stay as they are. */
const providerNames: ReadonlyMap<string, string> = new Map([
  ["azure", "azure.ai.openai"],
  ["bedrock", "aws.bedrock"],
  ["google", "gcp.gemini"],
  ["mistral", "mistral_ai"],
  ["moonshot", "moonshot_ai"],
  ["vertex", "gcp.vertex_ai"],
  ["watsonx", "ibm.watsonx.ai"],
  ["xai", "x_ai"],
]);

export function genAiIdentity(operation: string, { provider, model }: Call): Attributes {
  const attributes: Attributes = {
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": providerNames.get(provider) ?? provider,
  };
  if (model !== undefined) attributes["gen_ai.request.model"] = model;
  return attributes;
}

export function genAiSpanName(operation: string, { model }: Call): string {
  return model === undefined ? operation : `${operation} ${model}`;
}

export function usageAttributes(usage: Usage | undefined, { legacyNames }: Settings): Attributes {
  const counts = {
    "gen_ai.usage.input_tokens": usage?.inputTokens,
    "gen_ai.usage.output_tokens": usage?.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage?.cachedInputTokens,
    "gen_ai.usage.cache_write.input_tokens": usage?.cacheWriteTokens,
    "gen_ai.usage.cache_creation.input_tokens": legacyNames ? usage?.cacheWriteTokens : undefined,
    "gen_ai.usage.reasoning.output_tokens": usage?.reasoningTokens,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}

/** Of streams only. */
export function firstChunkAttributes({ firstPart }: End): Attributes {
  return firstPart === undefined ? {} : { "gen_ai.response.time_to_first_chunk": firstPart / 1000 };
}

/** What the metrics of a call carry, apart from the error. */
export function metricAttributes(identity: Attributes, { model }: End): Attributes {
  return model === undefined ? identity : { ...identity, "gen_ai.response.model": model };
}

/** The second argument of a call, which may be anything: it is reported before it is checked. */
export function optionsOf({ input }: Call): Readonly<Record<string, unknown>> {
  const options = input[1];
  return typeof options === "object" && options !== null ? (options as Record<string, unknown>) : {};
}
