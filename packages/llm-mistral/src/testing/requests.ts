import { type RecordedRequests, openAIChatRequests } from "@beluga/conformance";
import type { Message } from "@beluga/core";
import { requestSchema } from "./request-schema.js";

interface WireMessage {
  role: string;
  content?: string | readonly WirePart[] | null;
  tool_calls?: { id: string }[] | null;
  tool_call_id?: string;
  name?: string;
  prefix?: boolean;
}

interface WirePart {
  type: string;
  text?: string;
  thinking?: readonly { text?: string }[];
  image_url?: string | object;
}

const usual = openAIChatRequests({ provider: "mistral", options: { random_seed: "seed" } });

/** The requests of Mistral, read apart from what writes them. */
export const mistralRequests: RecordedRequests = {
  schema: requestSchema,
  read(recorded) {
    const body = structuredClone(recorded) as { messages: WireMessage[] };
    const wire = body.messages;
    numberIds(wire);
    for (const message of wire) normalize(message);
    const { messages, options } = usual.read({ ...body });
    return { messages: messages.map((message, at) => refine(message, wire[at])), options };
  },
};

/** Which ids they are means nothing, but which are the same does. */
function numberIds(messages: readonly WireMessage[]): void {
  const known: string[] = [];
  const numbered = (id: string): string => {
    if (!known.includes(id)) known.push(id);
    return `call_${known.indexOf(id)}`;
  };
  for (const message of messages) {
    for (const call of message.tool_calls ?? []) call.id = numbered(call.id);
    if (message.tool_call_id !== undefined) message.tool_call_id = numbered(message.tool_call_id);
  }
}

/** A URL may stand by itself; a prefix is what a last message of the assistant is anyway. */
function normalize(message: WireMessage): void {
  delete message.prefix;
  if (!Array.isArray(message.content)) return;
  for (const part of message.content as WirePart[])
    if (typeof part.image_url === "string") part.image_url = { url: part.image_url };
}

function refine(message: Message, { content, name }: WireMessage = { role: message.role }): Message {
  if (message.role === "tool") return name === undefined ? message : { ...message, toolName: name };
  if (message.role !== "assistant" || !Array.isArray(content)) return message;
  const parts = content as readonly WirePart[];
  if (typeof message.content === "string" || !parts.some(({ type }) => type === "thinking")) return message;
  return {
    role: "assistant",
    content: [
      ...parts.map(({ type, text = "", thinking = [] }) =>
        type === "thinking"
          ? { type: "reasoning" as const, text: thinking.map((piece) => piece.text ?? "").join("") }
          : { type: "text" as const, text },
      ),
      ...message.content.filter((part) => part.type === "tool-call"),
    ],
  };
}
