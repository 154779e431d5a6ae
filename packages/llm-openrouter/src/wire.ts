import type { AudioPart, Message, MessagePart, ReasoningOptions } from "@beluga/core";
import { type ChatCall, asBase64 } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, dataURL } from "@beluga/llm-openai-compatible/base";
import type { OpenRouterApp, OpenRouterSettings } from "./config.js";
import { refineOpenRouterError } from "./errors.js";
import { readExtras } from "./extras.js";
import { keptLists } from "./kept.js";

/** What OpenRouter does differently from OpenAI: {@link https://openrouter.ai/docs/api-reference/overview}. */
export function openRouterWire({
  apiKey,
  app,
  headers,
  ...settings
}: OpenRouterSettings & { packageName: string; version: string }): OpenAIChatWire {
  return {
    ...settings,
    provider: "openrouter",
    auth: { authorization: `Bearer ${apiKey}` },
    headers: { ...(app && attribution(app)), ...headers },
    optionNames: { topK: "top_k" },
    // https://openrouter.ai/docs/guides/overview/multimodal/image-generation
    makesImages: true,
    reasoningField: "reasoning",
    writeReasoning,
    writePart,
    refineMessage,
    readExtras,
    refineError: refineOpenRouterError,
  };
}

function attribution({ url, title, categories }: OpenRouterApp): Record<string, string> {
  return {
    "http-referer": url,
    ...(title !== undefined && { "x-openrouter-title": title }),
    ...(categories !== undefined && { "x-openrouter-categories": categories.join(",") }),
  };
}

/** "One of the following (not both)": {@link https://openrouter.ai/docs/guides/best-practices/reasoning-tokens}. */
function writeReasoning({ effort, budgetTokens }: ReasoningOptions, body: WireBody, call: ChatCall): void {
  body["reasoning"] = budgetTokens === undefined ? { effort } : { max_tokens: budgetTokens };
  if (effort === undefined || budgetTokens === undefined) return;
  const message = "openrouter takes an effort or a budget; the budget was sent";
  call.warn({ type: "unsupported", option: "reasoning.effort", message });
}

/** Media beyond OpenAI's: {@link https://openrouter.ai/docs/guides/overview/multimodal/overview}. */
function writePart(part: MessagePart): WireBody | undefined {
  switch (part.type) {
    case "video":
      return { type: "video_url", video_url: { url: part.url ?? dataURL(part) } };
    case "file":
      return { type: "file", file: { filename: part.name ?? "file", file_data: part.url ?? dataURL(part) } };
    case "audio":
      return writeAudio(part);
    default:
      return undefined;
  }
}

function writeAudio({ data, mediaType }: AudioPart): WireBody | undefined {
  const format = audioFormats[mediaType];
  if (data === undefined || format === undefined) return undefined; // written, or refused, as OpenAI's
  const encoded = asBase64(data);
  return { type: "input_audio", input_audio: { data: encoded, format } };
}

/** Beside wav and mp3: {@link https://openrouter.ai/docs/guides/overview/multimodal/audio}. */
const audioFormats: Readonly<Record<string, string>> = {
  "audio/aac": "aac",
  "audio/aiff": "aiff",
  "audio/x-aiff": "aiff",
  "audio/flac": "flac",
  "audio/x-flac": "flac",
  "audio/m4a": "m4a",
  "audio/mp4": "m4a",
  "audio/x-m4a": "m4a",
  "audio/ogg": "ogg",
};

/** What came with an answer goes back with it; details of reasoning in place of its words, which they have in them. */
function refineMessage(written: WireBody, message: Message): void {
  if (message.role !== "assistant" || typeof message.content === "string") return;
  const kept = keptLists(message.content);
  if (kept["reasoning_details"]) delete written["reasoning"];
  Object.assign(written, kept);
}
