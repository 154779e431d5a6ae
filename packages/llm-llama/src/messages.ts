import { type AssistantMessage, BelugaError, type Message, type MessagePart } from "@beluga/core";
import { type ChatCall, dataURL } from "@beluga/core/provider";

type Fields = Record<string, unknown>;

/**
 * Writes the messages of one call:
 * {@link https://github.com/meta-llama/llama-api-typescript/blob/main/src/resources/chat/chat.ts | Message}.
 */
export class MessageWriter {
  readonly #call: ChatCall;
  /** Where in the conversation it is, for errors. */
  #at = 0;

  constructor(call: ChatCall) {
    this.#call = call;
  }

  messages(): Fields[] {
    return this.#call.messages.flatMap((message, at) => {
      this.#at = at;
      const written = this.#message(message);
      return written ? [written] : [];
    });
  }

  #message(message: Message): Fields | undefined {
    switch (message.role) {
      case "assistant":
        return this.#assistant(message);
      case "tool": {
        const { role, toolCallId, content } = message;
        // The wire has no mark for a failed tool: its content says so.
        return { role, tool_call_id: toolCallId, content: this.#content(content, false) };
      }
      default:
        return { role: message.role, content: this.#content(message.content, true) };
    }
  }

  #content(content: string | readonly MessagePart[], takesImages: boolean): unknown {
    if (typeof content === "string") return content;
    return content.map((part) => {
      if (part.type === "text") return { type: "text", text: part.text };
      if (!takesImages) throw this.#unsupported(`no ${part.type} as a tool's result, only text`);
      if (part.type === "image" || (part.type === "file" && part.mediaType.startsWith("image/")))
        return { type: "image_url", image_url: { url: part.url ?? dataURL(part) } };
      throw this.#unsupported(`no ${part.type}, only texts and images`);
    });
  }

  /** One text at most, and no reasoning. */
  #assistant({ content }: AssistantMessage): Fields | undefined {
    const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    for (const { type } of parts) if (type === "file") throw this.#unsupported("no file of an assistant");
    const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
    const calls = parts.filter((part) => part.type === "tool-call");
    // An answer may be empty; it says nothing to the model.
    if (text === "" && calls.length === 0) return undefined;
    return {
      role: "assistant",
      ...(text !== "" && { content: text }),
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, name, arguments: args }) => ({
          id,
          function: { name, arguments: JSON.stringify(args ?? {}) },
        })),
      }),
    };
  }

  #unsupported(what: string): BelugaError {
    const { op, model } = this.#call;
    const message = `llama ${op}: messages[${this.#at}]: the API takes ${what}`;
    return new BelugaError({ op, code: "unsupported", provider: "llama", model, message });
  }
}
