import type { Message, MessagePart } from "@beluga/core";
import { type ChatCall, asBase64 } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, dataURL } from "@beluga/llm-openai-compatible/base";
import type { MistralSettings } from "./config.js";
import { refineMistralError } from "./errors.js";
import { readExtras } from "./extras.js";
import { familyOf } from "./models.js";
import { thinkingContent } from "./thinking.js";
import { fitToolCallIds } from "./tool-call-ids.js";

/** What Mistral does differently from OpenAI: {@link https://docs.mistral.ai/api/endpoint/chat}. */
export function mistralWire({
  apiKey,
  ...settings
}: MistralSettings & { packageName: string; version: string }): OpenAIChatWire {
  const { efforts, reasons } = familyOf(settings.model);
  return {
    ...settings,
    provider: "mistral",
    auth: { authorization: `Bearer ${apiKey}` },
    optionNames: { maxTokens: "max_tokens", seed: "random_seed" },
    efforts,
    media: ["image"], // the other two are written by `writePart`
    writePart,
    refineMessage(written, message, isLast) {
      refineMessage(written, message, reasons);
      // Without the mark, a conversation that ends with the assistant is refused.
      if (isLast && message.role === "assistant" && !written["tool_calls"]) written["prefix"] = true;
    },
    refineBody,
    readExtras,
    refineError: refineMistralError,
  };
}

/** {@link https://docs.mistral.ai/studio/audio/speech_to_text/offline_transcription}, {@link https://docs.mistral.ai/studio/document-processing/document_qna} */
function writePart(part: MessagePart): WireBody | undefined {
  if (part.type === "audio") return { type: "input_audio", input_audio: part.url ?? asBase64(part.data) };
  if (part.type !== "file") return undefined;
  return {
    type: "document_url",
    document_url: part.url ?? dataURL(part),
    ...(part.name !== undefined && { document_name: part.name }),
  };
}

function refineMessage(written: WireBody, message: Message, reasons: boolean): void {
  if (message.role === "tool" && message.toolName !== undefined) written["name"] = message.toolName;
  if (message.role !== "assistant" || typeof message.content === "string" || !reasons) return;
  const content = thinkingContent(message.content);
  if (content) written["content"] = content;
}

function refineBody(body: WireBody, call: ChatCall): void {
  // Mistral refuses fields that it does not know, and gives the usage without being asked.
  delete body["stream_options"];
  fitToolCallIds(body);
  const { temperature } = call.options;
  if (temperature === undefined || temperature <= maxTemperature) return;
  body["temperature"] = maxTemperature;
  const message = `mistral takes ${maxTemperature} at most, which was sent`;
  call.warn({ type: "adjusted", option: "temperature", message });
}

const maxTemperature = 1.5;
