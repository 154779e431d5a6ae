import { BelugaError, type ErrorCode } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatCall,
  type ErrorRefinement,
  type VendorFailure,
  asArray,
  asRecord,
  refineOpenAIError,
  vendorMessage,
} from "@beluga/core/provider";
import {
  type Effort,
  type OpenAIChatWire,
  type WireBody,
  metadataOf,
  uniqueSources,
} from "@beluga/llm-openai-compatible/base";
import type { XAISettings } from "./config.js";

/** What xAI does differently from OpenAI: {@link https://docs.x.ai/developers/rest-api-reference/inference/chat-completions}. */
export function xaiWire({
  apiKey,
  ...settings
}: XAISettings & { packageName: string; version: string }): OpenAIChatWire {
  return {
    ...settings,
    provider: "xai",
    auth: { authorization: `Bearer ${apiKey}` },
    efforts: effortsOf(settings.model),
    media: ["image"],
    refineBody(body, call) {
      refuseDeferral(call);
      dropWhatReasoningRefuses(body, call);
    },
    readExtras,
    refineError,
  };
}

/** {@link https://docs.x.ai/developers/model-capabilities/text/reasoning}; models without efforts refuse any. */
function effortsOf(model: string): readonly Effort[] {
  if (model.startsWith("grok-3-mini")) return ["low", "high"];
  if (/^grok-(3|4|4-.*|4\.20.*|build.*|code.*)$/.test(model)) return [];
  return model.startsWith("grok-4.3") ? ["none", "low", "medium", "high"] : ["low", "medium", "high"];
}

/** Options of which xAI says that "requests that include them return an error" while the model reasons. */
const notWhileReasoning = {
  stop: "stopSequences",
  frequency_penalty: "frequencyPenalty",
  presence_penalty: "presencePenalty",
} as const;

function dropWhatReasoningRefuses(body: WireBody, call: ChatCall): void {
  if (!reasons(body, call)) return;
  for (const [field, option] of Object.entries(notWhileReasoning)) {
    if (body[field] === undefined) continue;
    delete body[field];
    const message = "xai does not take it while the model reasons; it was not sent";
    call.warn({ type: "unsupported", option, message });
  }
}

function reasons(body: WireBody, { model, options }: ChatCall): boolean {
  if (/non-reasoning|^grok-3(?!-mini)/.test(model)) return false;
  return (options.providerOptions?.["reasoning_effort"] ?? body["reasoning_effort"]) !== "none";
}

/** Its answer would be an id alone: {@link https://docs.x.ai/developers/advanced-api-usage/deferred-chat-completions}. */
function refuseDeferral({ op, model, options }: ChatCall): void {
  if (options.providerOptions?.["deferred"] !== true) return;
  const message = `xai ${op}: providerOptions.deferred: an answer that is fetched later is not supported`;
  throw new BelugaError({ op, code: "unsupported", provider: "xai", model, message });
}

function readExtras(answer: ChatAnswer): (chunk: Readonly<Record<string, unknown>>) => void {
  const addSource = uniqueSources(answer);
  return ({ citations, usage }) => {
    if (citations) {
      for (const url of asArray(citations)) if (typeof url === "string") addSource({ url });
    }
    const { cost_in_usd_ticks: cost } = asRecord(usage);
    if (cost !== undefined) metadataOf(answer, { provider: "xai" })["costInUSDTicks"] = cost;
  };
}

/** {@link https://docs.x.ai/developers/debugging}. Its codes are those of gRPC, and too few: the words say what it is. */
function refineError(failure: VendorFailure): ErrorRefinement {
  const refined = refineOpenAIError(failure);
  const words = vendorMessage(failure.body) ?? "";
  const [, code] = meanings.find(([pattern]) => pattern.test(words)) ?? [];
  return code ? { ...refined, code } : refined;
}

const meanings: readonly (readonly [RegExp, ErrorCode])[] = [
  [/incorrect api key/i, "auth_error"], // with status 400
  [/available credits|any credits|spending limit/i, "quota_exhausted"], // 403 or 429
  [/violates usage guidelines|SAFETY_CHECK/i, "content_filter"], // 403
  [/maximum prompt length/i, "context_length"],
];
