import type { MessagePart, ReasoningOptions } from "@beluga/core";
import type { ChatCall } from "@beluga/core/provider";
import {
  type OpenAIChatWire,
  type WireBody,
  warnUnsupported,
  withVersion,
} from "@beluga/llm-openai-compatible/base";
import type { FireworksSettings } from "./config.js";
import { refineFireworksError } from "./errors.js";
import { readExtras } from "./extras.js";
import { type ModelFamily, familyOf } from "./models.js";

/** What Fireworks does differently from OpenAI: {@link https://docs.fireworks.ai/tools-sdks/openai-compatibility}. */
export function fireworksWire({
  apiKey,
  baseURL,
  ...settings
}: FireworksSettings & { packageName: string; version: string }): OpenAIChatWire {
  const family = familyOf(settings.model);
  return {
    ...settings,
    provider: "fireworks",
    // Its own SDKs, and so their variable, leave the path out that all requests have.
    baseURL: withVersion(baseURL, "/inference/v1"),
    auth: { authorization: `Bearer ${apiKey}` },
    optionNames: { maxTokens: "max_tokens", topK: "top_k" },
    efforts: family.efforts,
    media: ["image"],
    reasoningField: "reasoning_content",
    writeReasoning: (reasoning, body, call) => writeReasoning(reasoning, body, call, family),
    writePart,
    refineBody,
    readExtras,
    refineError: refineFireworksError,
  };
}

/** All by one field, a budget as a number: {@link https://docs.fireworks.ai/api-reference/post-chatcompletions#body-reasoning-effort}. */
function writeReasoning(
  { effort, budgetTokens }: ReasoningOptions,
  body: WireBody,
  call: ChatCall,
  { anyEffort, budgets }: ModelFamily,
): void {
  const warn = (message: string): void =>
    call.warn({ type: "adjusted", option: "reasoning.effort", message });
  if (effort === "none") body["reasoning_effort"] = effort;
  else if (effort !== undefined) {
    Object.assign(body, anyEffort ?? { reasoning_effort: effort });
    if (anyEffort && anyEffort["reasoning_effort"] !== effort)
      warn(
        `this model does not tell the effort "${effort}" from others; ${JSON.stringify(anyEffort)} was sent`,
      );
  }
  if (budgetTokens === undefined) return;
  if (!budgets || effort === "none") return warnUnsupported(call, "reasoning.budgetTokens", "fireworks");
  body["reasoning_effort"] = budgetTokens;
  if (effort !== undefined) warn("fireworks takes either an effort or a budget; the budget was sent");
}

/** By their URL: {@link https://docs.fireworks.ai/guides/video-audio-inputs}. As data they could not be confirmed, and are refused. */
function writePart({ type, ...part }: MessagePart): WireBody | undefined {
  if ((type !== "video" && type !== "audio") || !("url" in part) || part.url === undefined) return undefined;
  return { type: `${type}_url`, [`${type}_url`]: { url: part.url } };
}

function refineBody(body: WireBody, call: ChatCall): void {
  // Not in the reference: a stream ends with the usage anyway.
  delete body["stream_options"];
  // Without it, a limit that does not fit beside the prompt is lowered without a word.
  if (call.options.maxTokens !== undefined) body["context_length_exceeded_behavior"] = "error";
  if ((call.options.topK ?? 0) <= maxTopK) return;
  body["top_k"] = maxTopK;
  const message = `fireworks takes ${maxTopK} at most; that was sent`;
  call.warn({ type: "adjusted", option: "topK", message });
}

/** {@link https://docs.fireworks.ai/api-reference/post-chatcompletions#body-top-k} */
const maxTopK = 100;
