import type { ChatResponse, ChatStreamPart } from "../chat.js";

/** A response as the stream that it could have come by. */
export function* replay(response: ChatResponse): Generator<ChatStreamPart, void> {
  const { content } = response.message;
  let index = 0;
  for (const part of typeof content === "string" ? [{ type: "text", text: content } as const] : content) {
    if (part.type === "text" || part.type === "reasoning") {
      if (part.text !== "") yield { type: part.type, text: part.text };
    } else if (part.type === "tool-call") {
      const { id, name } = part;
      yield { type: "tool-call-start", index, id, name };
      yield { type: "tool-call-delta", index, argumentsText: JSON.stringify(part.arguments ?? {}) };
      yield { type: "tool-call", index, toolCall: part };
      index++;
    }
  }
  for (const source of response.sources) yield { type: "source", source };
  yield { type: "finish", response };
}
