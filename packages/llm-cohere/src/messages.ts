import {
  type AssistantMessage,
  BelugaError,
  type FilePart,
  type ImagePart,
  type Message,
  type MessagePart,
  type ToolMessage,
} from "@beluga/core";
import { type ChatCall, asBase64, asRecord, decodeBase64, isRecord } from "@beluga/core/provider";

type Fields = Record<string, unknown>;

/** Writes the messages of one call: {@link https://docs.cohere.com/v2/reference/chat#request.body.messages}. */
export class MessageWriter {
  /** The texts among the users' files. The API takes documents beside the messages: the model can cite them. */
  readonly documents: Fields[] = [];
  readonly #call: ChatCall;
  /** Where in the conversation it is, for errors. */
  #at = 0;
  #hasMovedText = false;

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
      case "tool":
        return this.#toolResult(message);
      default: {
        const { role, content } = message;
        return { role, content: typeof content === "string" ? content : this.#blocks(content) };
      }
    }
  }

  #blocks(parts: readonly MessagePart[]): Fields[] {
    return parts.flatMap((part) => {
      switch (part.type) {
        case "text":
          return [{ type: "text", text: part.text }];
        case "image":
          return [this.#image(part)];
        case "file":
          if (part.mediaType.startsWith("image/")) return [this.#image(part)];
          this.documents.push(this.#document(part));
          return [];
        default:
          throw this.#unsupported(`no ${part.type} (only texts and images, and texts as files)`);
      }
    });
  }

  /** {@link https://docs.cohere.com/v2/docs/image-inputs#file-types} */
  #image(part: ImagePart | FilePart): Fields {
    const { url, mediaType } = part;
    const type = mediaType === "image/jpg" ? "image/jpeg" : mediaType;
    if (url === undefined && !imageTypes.has(type))
      throw this.#unsupported(`no ${mediaType} (only ${[...imageTypes].join(", ")})`);
    return {
      type: "image_url",
      image_url: { url: url ?? `data:${type};base64,${asBase64(part.data)}`, ...metadataOf(part) },
    };
  }

  /**
   * {@link https://docs.cohere.com/v2/reference/chat#request.body.documents}: the fields of a JSON object are those of the document; of any
   * other text it is one of them. An `id` in the part's metadata is what citations name it by.
   */
  #document(part: FilePart): Fields {
    const { data, url, mediaType, name } = part;
    const isJSON = mediaType === "application/json";
    if (!isJSON && !mediaType.startsWith("text/"))
      throw this.#unsupported(`no file of the type ${mediaType} (only texts and JSON)`);
    if (url !== undefined) throw this.#unsupported("no text by its URL");
    const text = this.#text(data);
    const fields = isJSON ? parseObject(text) : undefined;
    const title = name !== undefined && { title: name };
    return { data: { ...title, ...(fields ?? { text }) }, ...metadataOf(part) };
  }

  #text(data: Uint8Array | string = ""): string {
    try {
      return new TextDecoder().decode(typeof data === "string" ? decodeBase64(data) : data);
    } catch {
      throw this.#error("invalid_input", "the data of a file is not valid base64");
    }
  }

  /** The wire has no mark for a failed tool: its content says so. {@link https://docs.cohere.com/v2/docs/tool-use-overview#step-3-get-tool-results} */
  #toolResult({ toolCallId, content }: ToolMessage): Fields {
    const blocks = (parts: Exclude<typeof content, string>): Fields[] =>
      parts.map((part) => {
        if (part.type === "text") return { type: "text", text: part.text };
        if (part.type === "file") return { type: "document", document: this.#document(part) };
        throw this.#unsupported("no image as a tool's result (only texts and documents)");
      });
    return {
      role: "tool",
      tool_call_id: toolCallId,
      content: typeof content === "string" ? content : blocks(content),
    };
  }

  #assistant({ content }: AssistantMessage): Fields | undefined {
    const message: Fields = { role: "assistant" };
    const blocks: Fields[] = [];
    const calls: Fields[] = [];
    for (const part of typeof content === "string" ? [{ type: "text" as const, text: content }] : content) {
      switch (part.type) {
        case "text":
          // The plan and the citations, which an answer of the API had on an empty text.
          Object.assign(message, metadataOf(part));
          if (part.text !== "") blocks.push({ type: "text", text: part.text });
          break;
        case "reasoning":
          if (part.text !== "") blocks.push({ type: "thinking", thinking: part.text });
          break;
        case "tool-call":
          calls.push({
            id: part.id,
            type: "function",
            function: { name: part.name, arguments: JSON.stringify(part.arguments ?? {}) },
          });
          break;
        default:
          throw this.#unsupported("no file of an assistant");
      }
    }
    if (calls.length > 0) message["tool_calls"] = calls;
    const kept = calls.length > 0 ? this.#withoutText(blocks, message) : blocks;
    if (kept.length > 0) message["content"] = typeof content === "string" ? content : kept;
    // An answer may be empty, a refusal say; the API takes no message without content.
    return Object.keys(message).length > 1 ? message : undefined;
  }

  /**
   * The API refuses text beside calls, with the advice to send it as the plan:
   * {@link https://github.com/vercel/ai/issues/5794}. Its own answers have a plan there, and no text.
   */
  #withoutText(blocks: readonly Fields[], message: Fields): Fields[] {
    const texts = blocks.filter(({ type }) => type === "text").map(({ text }) => text);
    if (texts.length > 0) {
      message["tool_plan"] = [message["tool_plan"], ...texts].filter(Boolean).join("\n");
      this.#warnOfMovedText();
    }
    return blocks.filter(({ type }) => type !== "text");
  }

  #warnOfMovedText(): void {
    if (this.#hasMovedText) return;
    this.#hasMovedText = true;
    this.#call.warn({
      type: "adjusted",
      option: "messages",
      message: "cohere takes no text beside the calls of tools; it was sent as the tool plan",
    });
  }

  #unsupported(what: string): BelugaError {
    return this.#error("unsupported", `the API takes ${what}`);
  }

  #error(code: "invalid_input" | "unsupported", problem: string): BelugaError {
    const { op, model } = this.#call;
    const message = `cohere ${op}: messages[${this.#at}]: ${problem}`;
    return new BelugaError({ op, code, provider: "cohere", model, message });
  }
}

const imageTypes: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // then it is sent as the text that it is
  }
}

/** What goes out as it stands. */
function metadataOf({ providerMetadata }: MessagePart): Readonly<Fields> {
  return asRecord(providerMetadata?.["cohere"]);
}
