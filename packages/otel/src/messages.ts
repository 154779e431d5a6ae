import type { ChatResponse, Message, MessagePart } from "@beluga/core";
import type { Attributes } from "@opentelemetry/api";

/**
 * A conversation as the conventions' attributes, in JSON. It may be anything: it is reported before it is checked.
 *
 * The system messages that open a conversation are its instructions; one further on stays where it is.
 */
export function inputContent(input: unknown): Attributes {
  const messages = typeof input === "string" ? [{ role: "user", content: input }] : input;
  if (!Array.isArray(messages)) return {};
  const opening = messages.findIndex((message?: Message) => message?.role !== "system");
  const [instructions, conversation] =
    opening < 0 ? [messages, []] : [messages.slice(0, opening), messages.slice(opening)];
  return {
    ...(instructions.length > 0 && {
      "gen_ai.system_instructions": JSON.stringify(instructions.flatMap(partsOf)),
    }),
    ...(conversation.length > 0 && {
      "gen_ai.input.messages": JSON.stringify(conversation.map(messageOf)),
    }),
  };
}

export function outputContent({ message, refusal }: ChatResponse): Attributes {
  const { role, parts } = messageOf(message);
  const all = refusal === undefined ? parts : [...parts, { type: "refusal", content: refusal }];
  return { "gen_ai.output.messages": JSON.stringify([{ role, parts: all }]) };
}

/** A part as the {@link https://github.com/open-telemetry/semantic-conventions-genai/blob/main/model/gen-ai/gen-ai-input-messages.json | schema} has it. */
interface Part {
  type: string;
  [member: string]: unknown;
}

function messageOf(message: Message): { role: string; parts: Part[] } {
  if (message?.role !== "tool") return { role: message?.role, parts: partsOf(message) };
  const { toolCallId, content, isError } = message;
  const response = typeof content === "string" ? content : partsOf(message);
  return {
    role: "tool",
    parts: [
      { type: "tool_call_response", id: toolCallId, response, ...(isError === true && { is_error: true }) },
    ],
  };
}

function partsOf(message: Message): Part[] {
  const content: unknown = message?.content;
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", content }];
  return Array.isArray(content) ? content.map(partOf) : [];
}

function partOf(part: MessagePart): Part {
  switch (part?.type) {
    case "text":
    case "reasoning":
      return { type: part.type, content: part.text };
    case "tool-call":
      return { type: "tool_call", id: part.id, name: part.name, arguments: part.arguments };
    case "image":
    case "audio":
    case "video":
    case "file":
      return mediaOf(part);
    default:
      return { type: "unknown" };
  }
}

type Media = Extract<MessagePart, { mediaType: string }>;

/** Where a medium is, or how large; never the medium. */
function mediaOf({ type, mediaType, name, url, data }: Media): Part {
  const medium = {
    modality: type === "file" ? "document" : type,
    mime_type: mediaType,
    ...(name !== undefined && { name }),
  };
  if (typeof url === "string" && !/^data:/i.test(url)) return { type: "uri", ...medium, uri: url };
  return { type: "blob", ...medium, content: "", byte_length: byteLength(data ?? url) };
}

function byteLength(data: unknown): number {
  if (typeof data !== "string") return (data as Uint8Array | undefined)?.byteLength ?? 0;
  const base64 = data.slice(data.indexOf(",") + 1).replace(/=+$/, "");
  return Math.floor((base64.length * 3) / 4);
}
