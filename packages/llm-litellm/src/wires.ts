import type { Message, MessagePart, ReasoningOptions } from "@beluga/core";
import { type ChatCall, refineOpenAIError } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, dataURL } from "@beluga/llm-openai-compatible/base";
import { type OpenAIResponsesWire, refineResponsesError } from "@beluga/llm-openai-compatible/responses";
import { errorRefiner } from "./errors.js";
import { noteCost, noteHeaders, readExtras } from "./extras.js";
import { keptFields } from "./kept.js";

/** What LiteLLM does differently from OpenAI's Chat Completions: {@link https://docs.litellm.ai/docs/completion/input}. */
export const chatWire = {
  // All vendors behind it have this one: https://docs.litellm.ai/docs/completion/input#translated-openai-params
  optionNames: { maxTokens: "max_tokens", topK: "top_k" },
  // https://docs.litellm.ai/docs/completion/image_generation_chat#spec
  makesImages: true,
  reasoningField: "reasoning_content",
  writeReasoning,
  writePart,
  refineMessage,
  readExtras,
  refineError: errorRefiner(refineOpenAIError),
} satisfies Partial<OpenAIChatWire>;

/** The Responses API is as OpenAI has it: {@link https://docs.litellm.ai/docs/response_api}. */
export const responsesWire = {
  readExtras(answer, { headers }) {
    noteHeaders(answer, headers);
    return (response) => noteCost(answer, response);
  },
  refineError: errorRefiner(refineResponsesError),
} satisfies Partial<OpenAIResponsesWire>;

/**
 * LiteLLM makes the same setting of the vendor's of either: {@link https://docs.litellm.ai/docs/reasoning_content#pass-thinking-to-anthropic-models}.
 */
function writeReasoning({ effort, budgetTokens }: ReasoningOptions, body: WireBody, call: ChatCall): void {
  if (budgetTokens === undefined) {
    body["reasoning_effort"] = effort;
    return;
  }
  body["thinking"] = { type: "enabled", budget_tokens: budgetTokens };
  if (effort === undefined) return;
  const message = "litellm takes an effort or a budget; the budget was sent";
  call.warn({ type: "unsupported", option: "reasoning.effort", message });
}

/**
 * Whatever OpenAI has no form for goes as a file: {@link https://docs.litellm.ai/docs/completion/document_understanding},
 * {@link https://docs.litellm.ai/docs/providers/vllm#send-video-url-to-vllm}.
 */
function writePart(part: MessagePart): WireBody | undefined {
  if (part.type !== "file" && part.type !== "video" && part.type !== "audio") return undefined;
  const { type, url, mediaType } = part;
  if (url !== undefined) return { type: "file", file: { file_id: url, format: mediaType } };
  const isUsual = type === "file" || (type === "audio" && /\/(x-)?(wav|mpeg|mp3)$/.test(mediaType));
  return isUsual ? undefined : { type: "file", file: { file_data: dataURL(part) } };
}

function refineMessage(written: WireBody, message: Message): void {
  if (message.role === "assistant" && typeof message.content !== "string")
    Object.assign(written, keptFields(message.content));
}
