import type { Message, MessagePart, ReasoningOptions } from "@beluga/core";
import { asArray, asBase64, asRecord, refineOpenAIError } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, dataURL } from "@beluga/llm-openai-compatible/base";
import { type OpenAIResponsesWire, refineResponsesError } from "@beluga/llm-openai-compatible/responses";
import { errorRefiner } from "./errors.js";
import { readExtras, readResponseExtras } from "./extras.js";

/**
 * What Bifrost does differently from OpenAI's Chat Completions:
 * {@link https://github.com/maximhq/bifrost/blob/main/docs/openapi/schemas/inference/chat.yaml | the schema},
 * {@link https://github.com/maximhq/bifrost/blob/main/core/schemas/chatcompletions.go | what it reads}.
 */
export const chatWire = {
  // "Pass directly in request body": https://docs.getbifrost.ai/providers/supported-providers/anthropic#extra-parameters
  optionNames: { topK: "top_k" },
  makesImages: true,
  reasoningField: "reasoning",
  writeReasoning,
  writePart,
  refineMessage,
  readExtras,
  refineError: errorRefiner(refineOpenAIError),
} satisfies Partial<OpenAIChatWire>;

/** {@link https://github.com/maximhq/bifrost/blob/main/docs/openapi/schemas/inference/responses.yaml} */
export const responsesWire = {
  optionNames: { topK: "top_k" },
  readExtras: readResponseExtras,
  refineError: errorRefiner(refineResponsesError),
} satisfies Partial<OpenAIResponsesWire>;

/** Of the two, a vendor gets the one that it knows: {@link https://docs.getbifrost.ai/providers/reasoning#chat-completions-api}. */
function writeReasoning({ effort, budgetTokens }: ReasoningOptions, body: WireBody): void {
  body["reasoning"] = {
    ...(effort !== undefined && { effort }),
    ...(budgetTokens !== undefined && { max_tokens: budgetTokens }),
  };
}

/** Files and videos by their URL, and audio of every type. */
function writePart(part: MessagePart): WireBody | undefined {
  const { type } = part;
  if (type === "video") return { type: "video_url", video_url: { url: part.url ?? dataURL(part) } };
  if (type === "file" && part.url !== undefined) {
    const { url, name, mediaType } = part;
    return {
      type: "file",
      file: { file_url: url, file_type: mediaType, ...(name !== undefined && { filename: name }) },
    };
  }
  if (type !== "audio" || part.data === undefined) return undefined; // written, or refused, as OpenAI's
  const [, format = "wav"] = /\/(?:x-)?(.+)$/.exec(part.mediaType) ?? [];
  return {
    type: "input_audio",
    input_audio: { data: asBase64(part.data), format: format === "mpeg" ? "mp3" : format },
  };
}

/** What the parts of a message carry for it. */
function refineMessage(written: WireBody, { role, content }: Message): void {
  if (role !== "assistant" || typeof content === "string") return;
  const details = content.flatMap(({ providerMetadata }) =>
    asArray(asRecord(providerMetadata?.["bifrost"])["reasoning_details"]),
  );
  if (details.length > 0) written["reasoning_details"] = details;
}
