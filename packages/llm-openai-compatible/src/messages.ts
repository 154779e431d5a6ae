import {
  type AssistantMessage,
  BelugaError,
  type Message,
  type MessagePart,
  type ToolMessage,
} from "@beluga/core";
import { type ChatCall, asBase64, asRecord, dataURL, isRecord } from "@beluga/core/provider";
import { writeImages } from "./images.js";
import type { OpenAIChatWire, WireBody } from "./wire.js";

/** Writes the messages of one call: {@link https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages}. */
export class MessageWriter {
  readonly #call: ChatCall;
  readonly #wire: OpenAIChatWire;
  /** Where in the conversation it is, for errors. */
  #at = 0;

  constructor(call: ChatCall, wire: OpenAIChatWire) {
    this.#call = call;
    this.#wire = wire;
  }

  messages(): WireBody[] {
    const { messages } = this.#call;
    return messages.map((message, at) => {
      this.#at = at;
      const written = this.#message(message);
      this.#wire.refineMessage?.(written, message, at === messages.length - 1);
      return written;
    });
  }

  #message(message: Message): WireBody {
    switch (message.role) {
      case "system":
      case "user":
        return { role: message.role, content: this.#content(message.content) };
      case "assistant":
        return this.#assistant(message);
      default:
        return this.#toolResult(message);
    }
  }

  #assistant({ content }: AssistantMessage): WireBody {
    if (typeof content === "string") return { role: "assistant", content };
    const text = content.filter((part) => part.type === "text");
    const calls = content.filter((part) => part.type === "tool-call");
    const reasoning = content.filter((part) => part.type === "reasoning");
    const { reasoningField, makesImages = false } = this.#wire;
    const files = content.filter((part) => part.type === "file");
    if (files.some(({ mediaType }) => !makesImages || !mediaType.startsWith("image/")))
      throw this.#unsupported("a file of an assistant");
    if (calls.length > 0) this.#needTools();
    return {
      role: "assistant",
      content: text.length > 0 ? text.map((part) => part.text).join("") : null,
      ...(reasoningField &&
        reasoning.length > 0 && { [reasoningField]: reasoning.map((part) => part.text).join("") }),
      ...(files.length > 0 && { images: writeImages(files) }),
      ...(calls.length > 0 && {
        tool_calls: calls.map((part) => ({
          id: part.id,
          type: "function",
          function: { name: part.name, arguments: JSON.stringify(part.arguments ?? {}) },
          ...this.#metadata(part),
        })),
      }),
    };
  }

  /** The wire has no mark for a failed tool: its content says so. */
  #toolResult({ toolCallId, content }: ToolMessage): WireBody {
    this.#needTools();
    if (typeof content !== "string" && content.some((part) => part.type !== "text")) {
      throw this.#unsupported("anything but text in a tool's result");
    }
    return { role: "tool", tool_call_id: toolCallId, content: this.#content(content) };
  }

  #content(content: string | readonly MessagePart[]): unknown {
    return typeof content === "string" ? content : content.map((part) => this.#part(part));
  }

  #part(part: MessagePart): WireBody {
    const metadata = this.#metadata(part);
    // A whole part of the vendor's own, that goes in place of ours.
    if (typeof metadata["type"] === "string") return { ...metadata };
    const written = this.#wire.writePart?.(part) ?? this.#usualPart(part);
    for (const [key, value] of Object.entries(metadata)) {
      const present = written[key];
      written[key] = isRecord(present) && isRecord(value) ? { ...present, ...value } : value;
    }
    return written;
  }

  #usualPart(part: MessagePart): WireBody {
    const { media = ["image", "audio", "file"] } = this.#wire;
    if (part.type !== "text" && !media.some((kind) => kind === part.type))
      throw this.#unsupported(`a part of the type "${part.type}" here`);
    switch (part.type) {
      case "text":
        return { type: "text", text: part.text };
      case "image":
        return { type: "image_url", image_url: { url: part.url ?? dataURL(part) } };
      case "audio": {
        if (part.url !== undefined) throw this.#unsupported("audio by its URL");
        const format = audioFormats[part.mediaType];
        if (!format)
          throw this.#unsupported(`audio of the type ${part.mediaType}, only audio/wav and audio/mpeg`);
        return { type: "input_audio", input_audio: { data: asBase64(part.data), format } };
      }
      case "file":
        if (part.url !== undefined) throw this.#unsupported("a file by its URL");
        return { type: "file", file: { filename: part.name ?? "file", file_data: dataURL(part) } };
      default:
        throw this.#unsupported(`a part of the type "${part.type}" here`);
    }
  }

  /** What the vendor gave with a part goes back as it was. */
  #metadata({ providerMetadata }: MessagePart): Readonly<WireBody> {
    return asRecord(providerMetadata?.[this.#wire.provider]);
  }

  #needTools(): void {
    if (this.#wire.tools === false) throw this.#unsupported("calls of tools and their results");
  }

  /** What the wire cannot carry is refused, never left out. */
  #unsupported(what: string): BelugaError {
    const { op, model } = this.#call;
    const { provider } = this.#wire;
    const message = `${provider} ${op}: messages[${this.#at}]: ${provider} does not take ${what}`;
    return new BelugaError({ op, code: "unsupported", provider, model, message });
  }
}

const audioFormats: Readonly<Record<string, string>> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
};
