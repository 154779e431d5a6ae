import type { MessagePart, ReasoningOptions } from "@beluga/core";
import { type ChatCall, asBase64 } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, warnUnsupported } from "@beluga/llm-openai-compatible/base";
import type { TogetherSettings } from "./config.js";
import { refineTogetherError } from "./errors.js";
import { readExtras } from "./extras.js";
import { type ModelFamily, familyOf } from "./models.js";

/** What Together does differently from OpenAI: {@link https://docs.together.ai/reference/chat-completions}. */
export function togetherWire({
  apiKey,
  ...settings
}: TogetherSettings & { packageName: string; version: string }): OpenAIChatWire {
  const family = familyOf(settings.model);
  return {
    ...settings,
    provider: "together",
    auth: { authorization: `Bearer ${apiKey}` },
    optionNames: { maxTokens: "max_tokens", topK: "top_k", ...family.optionNames },
    efforts: family.efforts,
    media: ["image"],
    // "Together accepts the trace back under either `reasoning_content` or the newer `reasoning` alias"; two models name only the former:
    // https://docs.together.ai/docs/kimi-k3-quickstart#preserve-the-thinking-history
    reasoningField: "reasoning_content",
    writeReasoning: (reasoning, body, call) => writeReasoning(reasoning, body, call, family),
    writePart,
    refineMessage,
    refineBody,
    readExtras,
    refineError: refineTogetherError,
  };
}

/** {@link https://docs.together.ai/docs/inference/chat/reasoning} */
function writeReasoning(
  { effort, budgetTokens }: ReasoningOptions,
  body: WireBody,
  call: ChatCall,
  { anyEffort }: ModelFamily,
): void {
  if (budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens", "together");
  if (effort === undefined) return;
  if (effort === "none") {
    body["reasoning"] = { enabled: false };
    return;
  }
  Object.assign(body, anyEffort ?? { reasoning_effort: effort });
  if (anyEffort && anyEffort["reasoning_effort"] !== effort) {
    const message = `this model does not tell the effort "${effort}" from others; ${JSON.stringify(anyEffort)} was sent`;
    call.warn({ type: "adjusted", option: "reasoning.effort", message });
  }
}

/** Video and audio by their URL, and audio as WAV: the reference has no other form of them. */
function writePart(part: MessagePart): WireBody | undefined {
  if (part.type !== "video" && part.type !== "audio") return undefined;
  const { type, url, data, mediaType } = part;
  if (url !== undefined) return { type: `${type}_url`, [`${type}_url`]: { url } };
  if (data === undefined || !/^audio\/(x-)?wav$/.test(mediaType)) return undefined;
  const content = asBase64(data);
  return { type: "input_audio", input_audio: { data: content, format: "wav" } };
}

/** Only a user's message may be in parts. */
function refineMessage(written: WireBody): void {
  const { role, content } = written;
  if (role !== "user" && Array.isArray(content))
    written["content"] = content.map((part: { text?: string }) => part.text ?? "").join("");
}

function refineBody(body: WireBody, call: ChatCall): void {
  // Not in the reference: a stream ends with the usage anyway.
  delete body["stream_options"];
  // "You cannot pass `tools` and `response_format` in the same request":
  // https://github.com/togethercomputer/skills/blob/main/skills/together-chat-completions/references/function-calling-patterns.md
  if (body["tools"] && body["response_format"]) {
    delete body["response_format"];
    const message = "together does not take it together with tools; it was not sent";
    call.warn({ type: "unsupported", option: "responseFormat", message });
  }
}
