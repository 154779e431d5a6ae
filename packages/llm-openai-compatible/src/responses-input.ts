import { BelugaError, type Message, type MessagePart, type ToolMessage } from "@beluga/core";
import { type ChatCall, asBase64, asRecord, dataURL } from "@beluga/core/provider";
import { AssistantWriter } from "./responses-assistant.js";
import type { ModelTraits } from "./responses-models.js";
import type { WireBody } from "./wire.js";

/**
 * Writes the conversation of one call as items: {@link https://platform.openai.com/docs/api-reference/responses/create#responses-create-input}.
 *
 * What the vendor gave goes back item by item, as it came: the API drops reasoning after a history that was changed
 * ({@link https://developers.openai.com/api/docs/guides/keep-prefix-unchanged}). System messages are items in their places, as there may be
 * several, and not `instructions`.
 */
export class InputWriter {
  readonly #call: ChatCall;
  readonly #provider: string;
  readonly #traits: ModelTraits;
  readonly #items: WireBody[] = [];
  /** The ids of calls of custom tools, whose results are items of another type. */
  readonly #customCalls = new Set<unknown>();
  /** Where in the conversation it is, for errors. */
  #at = 0;

  constructor(call: ChatCall, provider: string, traits: ModelTraits) {
    this.#call = call;
    this.#provider = provider;
    this.#traits = traits;
  }

  items(): WireBody[] {
    for (const [at, message] of this.#call.messages.entries()) {
      this.#at = at;
      this.#message(message);
    }
    return this.#items;
  }

  #message(message: Message): void {
    switch (message.role) {
      case "assistant": {
        const writer = new AssistantWriter({
          provider: this.#provider,
          // Without a word on it the API stores a response.
          isStored: this.#call.options.providerOptions?.["store"] !== false,
          refusesLooseReasoning: this.#traits.openAIReasoning,
          unsupported: (what) => this.#unsupported(what),
        });
        for (const item of writer.items(message)) {
          if (item["type"] === "custom_tool_call") this.#customCalls.add(item["call_id"]);
          this.#items.push(item);
        }
        break;
      }
      case "tool":
        this.#toolResult(message);
        break;
      default:
        this.#said(message.role, message.content);
    }
  }

  /** What the user or the system says. An item of the vendor's own may stand in between. */
  #said(role: string, content: string | readonly MessagePart[]): void {
    if (typeof content === "string") {
      this.#items.push({ role, content });
      return;
    }
    let message: WireBody[] | undefined;
    for (const part of content) {
      const own = this.#metadata(part);
      if (isItem(own)) {
        this.#items.push({ ...own });
        message = undefined;
        continue;
      }
      if (!message) this.#items.push({ role, content: (message = []) });
      message.push(this.#content(part));
    }
  }

  /** The API has no mark for a failed tool: its content says so. */
  #toolResult({ toolCallId, content }: ToolMessage): void {
    const type = this.#customCalls.has(toolCallId) ? "custom_tool_call_output" : "function_call_output";
    const result = (output: unknown): number => this.#items.push({ type, call_id: toolCallId, output });
    if (typeof content === "string") {
      result(content);
      return;
    }
    // The result of a tool of the vendor's that runs here (a computer, a shell) is an item of its own.
    const items = content.map((part) => this.#metadata(part)).filter(isItem);
    for (const item of items) this.#items.push({ call_id: toolCallId, ...item });
    const others = content.filter((part) => !isItem(this.#metadata(part)));
    if (others.length > 0 || items.length === 0) result(others.map((part) => this.#content(part)));
  }

  /** {@link https://platform.openai.com/docs/api-reference/responses/create#responses-create-input} */
  #content(part: MessagePart): WireBody {
    const own = this.#metadata(part);
    // Whole content of the vendor's own, that goes in place of ours: a file by its id.
    return typeof own["type"] === "string" ? { ...own } : { ...this.#usualContent(part), ...own };
  }

  #usualContent(part: MessagePart): WireBody {
    switch (part.type) {
      case "text":
        return { type: "input_text", text: part.text };
      case "image":
        return { type: "input_image", image_url: part.url ?? dataURL(part) };
      case "file":
        if (part.mediaType.startsWith("image/"))
          return { type: "input_image", image_url: part.url ?? dataURL(part) };
        if (part.url !== undefined) return { type: "input_file", file_url: part.url };
        return { type: "input_file", filename: part.name ?? "file", file_data: dataURL(part) };
      case "audio": {
        const format = audioFormats[part.mediaType];
        if (part.url !== undefined || part.data === undefined) throw this.#unsupported("audio by its URL");
        if (!format)
          throw this.#unsupported(`audio of the type ${part.mediaType}, only audio/wav and audio/mpeg`);
        return { type: "input_audio", input_audio: { data: asBase64(part.data), format } };
      }
      default:
        throw this.#unsupported(`a part of the type "${part.type}" here`);
    }
  }

  /** What the vendor gave with a part, or the caller for it. */
  #metadata({ providerMetadata }: MessagePart): Readonly<WireBody> {
    return asRecord(providerMetadata?.[this.#provider]);
  }

  /** What the wire cannot carry is refused, never left out. */
  #unsupported(what: string): BelugaError {
    const { op, model } = this.#call;
    const provider = this.#provider;
    const message = `${provider} ${op}: messages[${this.#at}]: ${provider} does not take ${what}`;
    return new BelugaError({ op, code: "unsupported", provider, model, message });
  }
}

/** Whether the vendor's data of a part are an item of their own, and not the content of a message. */
function isItem({ type }: Readonly<WireBody>): boolean {
  return typeof type === "string" && !type.startsWith("input_");
}

const audioFormats: Readonly<Record<string, string>> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
};
