import type { AudioPart, Message, MessagePart } from "@beluga/core";
import { type ChatCall, asArray, isRecord } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, dataURL } from "@beluga/llm-openai-compatible/base";
import { type QwenSettings, regions } from "./config.js";
import { refineQwenError } from "./errors.js";
import { readExtras } from "./extras.js";
import { familyOf } from "./models.js";
import { writeThinking } from "./thinking.js";

/** What Model Studio does differently from OpenAI: {@link https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-openai-chat-completions}. */
export function qwenWire({
  apiKey,
  region,
  baseURL = regions[region],
  ...settings
}: QwenSettings & { packageName: string; version: string }): OpenAIChatWire {
  const { thinking, takesSchemas, limitsThinking } = familyOf(settings.model);
  return {
    ...settings,
    baseURL,
    provider: "qwen",
    auth: { authorization: `Bearer ${apiKey}` },
    optionNames: {
      maxTokens: limitsThinking ? "max_completion_tokens" : "max_tokens",
      topK: "top_k",
      frequencyPenalty: false,
    },
    responseFormats: takesSchemas ? ["json", "schema"] : ["json"],
    media: ["image"], // the others are written by `writePart`
    reasoningField: "reasoning_content",
    // By `refineBody`, which is asked for calls as well that say nothing of reasoning.
    writeReasoning: () => undefined,
    writePart,
    refineMessage,
    refineBody(body, call) {
      refineToolChoice(body, call);
      writeThinking(body, call, thinking);
    },
    readExtras,
    refineError: refineQwenError,
  };
}

/** {@link https://www.alibabacloud.com/help/en/model-studio/vision}, {@link https://www.alibabacloud.com/help/en/model-studio/qwen-omni} */
function writePart(part: MessagePart): WireBody | undefined {
  if (part.type === "video") return { type: "video_url", video_url: { url: part.url ?? dataURL(part) } };
  return part.type === "audio" ? writeAudio(part) : undefined;
}

function writeAudio(part: AudioPart): WireBody | undefined {
  const format = audioFormats[part.mediaType];
  if (format === undefined) return undefined; // refused
  // Alibaba's own examples have no type in the URL.
  const data = part.url ?? dataURL({ ...part, mediaType: "" });
  return { type: "input_audio", input_audio: { data, format } };
}

const audioFormats: Readonly<Record<string, string>> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
  "audio/aac": "aac",
  "audio/amr": "amr",
  "audio/3gpp": "3gp",
};

function refineMessage(written: WireBody, message: Message, isLast: boolean): void {
  // Parts are for media and for marks of the cache; not every model takes them where a string would do.
  const content = asArray(written["content"]);
  if (content.length > 0 && content.every(isPlain))
    written["content"] = content.map(({ text }) => text).join("");
  // https://www.alibabacloud.com/help/en/model-studio/partial-mode
  if (isLast && message.role === "assistant" && !written["tool_calls"]) written["partial"] = true;
}

function isPlain(part: unknown): part is { type: "text"; text: string } {
  return isRecord(part) && part["type"] === "text" && Object.keys(part).length === 2;
}

/** The reference has no `required`, which some models refuse; with one tool it can be said otherwise. */
function refineToolChoice(body: WireBody, { tools, options }: ChatCall): void {
  const [tool, ...others] = tools;
  if (tool && others.length === 0 && options.toolChoice === "required")
    body["tool_choice"] = { type: "function", function: { name: tool.name } };
}
