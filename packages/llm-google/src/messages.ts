import { BelugaError, type FilePart, type Message, type MessagePart, type ToolMessage } from "@beluga/core";
import { type ChatCall, asBase64, asRecord, isRecord } from "@beluga/core/provider";
import type { ModelTraits } from "./models.js";

/** {@link https://ai.google.dev/api/caching#Part} */
type WirePart = Record<string, unknown>;

/** {@link https://ai.google.dev/api/caching#Content} */
interface WireContent {
  role: "user" | "model";
  parts: WirePart[];
}

/** The system instruction and the contents of a request. */
export function wireConversation(
  call: ChatCall,
  traits: ModelTraits,
): { system: WirePart[]; contents: WireContent[] } {
  const system: WirePart[] = [];
  const contents: WireContent[] = [];
  const functions = new Map<string, string>();
  const start = call.messages.findIndex(({ role }) => role !== "system");
  // What comes in between two answers of the model: the results of functions are one turn, which has to be the first.
  let results: WirePart[] = [];
  let words: WireContent[] = [];

  const endInput = (): void => {
    if (results.length > 0) contents.push({ role: "user", parts: results });
    contents.push(...words);
    results = [];
    words = [];
  };

  for (const [at, message] of call.messages.entries()) {
    const writer = new PartWriter(call, message.role, `messages[${at}]`);
    if (message.role === "tool") {
      results.push(...writer.result(message, functions, traits));
      continue;
    }
    const parts = writer.parts(message.content);
    if (message.role === "system") {
      system.push(...parts);
      if (start >= 0 && at > start) warnMoved(call);
    } else if (message.role === "user") {
      if (parts.length > 0) words.push({ role: "user", parts });
    } else if (parts.length > 0) {
      // An answer may be empty, a refusal say; the API takes no content without parts.
      endInput();
      if (traits.wantsSignatures) sign(parts);
      contents.push({ role: "model", parts });
      for (const { functionCall } of parts) {
        const { id, name } = asRecord(functionCall);
        if (typeof id === "string" && typeof name === "string") functions.set(id, name);
      }
    }
  }
  endInput();
  return { system, contents };
}

function warnMoved({ warn }: ChatCall): void {
  warn({
    type: "adjusted",
    option: "messages",
    message:
      "google takes system messages only at the beginning; a later one was added to the system instruction",
  });
}

/**
 * The first function call of a turn has to have a signature. One of another vendor, or of an older model, has none, and the reference says
 * what to send then: {@link https://ai.google.dev/gemini-api/docs/thought-signatures#faqs}.
 */
function sign(parts: readonly WirePart[]): void {
  const first = parts.find((part) => "functionCall" in part);
  if (first) first["thoughtSignature"] ??= "skip_thought_signature_validator";
}

/** Writes the parts of one message. */
class PartWriter {
  readonly #call: ChatCall;
  readonly #role: Message["role"];
  readonly #path: string;

  constructor(call: ChatCall, role: Message["role"], path: string) {
    this.#call = call;
    this.#role = role;
    this.#path = path;
  }

  /** Empty texts of an answer say nothing, and are left out. */
  parts(content: string | readonly MessagePart[]): WirePart[] {
    const parts: readonly MessagePart[] =
      typeof content === "string" ? [{ type: "text", text: content }] : content;
    return parts.flatMap((part) => {
      const metadata = metadataOf(part);
      // A whole part, as it came from the API: code that Google ran, say.
      if (isRecord(metadata["part"])) return [{ ...metadata["part"] }];
      const isSigned = Object.keys(metadata).length > 0;
      if (this.#role === "assistant" && part.type === "text" && part.text === "" && !isSigned) return [];
      // Thoughts go back as they came. Those of other vendors do not have this mark.
      if (part.type === "reasoning" && !isSigned) return [];
      return [{ ...this.#part(part), ...metadata }];
    });
  }

  /**
   * The result of a function, and what of it cannot stand in it: media, for older models.
   * {@link https://ai.google.dev/api/caching#FunctionResponse}
   */
  result(
    { toolCallId: id, toolName, content, isError }: ToolMessage,
    functions: ReadonlyMap<string, string>,
    { mediaInResults }: ModelTraits,
  ): WirePart[] {
    const name = functions.get(id) ?? toolName;
    if (name === undefined) {
      throw this.#error(
        "the API wants the name of the function that was called: no call before has this toolCallId, and there is no toolName",
      );
    }
    const parts = typeof content === "string" ? [] : content;
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    const media = this.parts(parts.filter((part) => part.type !== "text"));
    const text = typeof content === "string" ? content : texts.join("\n");
    const isInside = mediaInResults && media.length > 0;
    if (media.length > 0 && !mediaInResults) {
      this.#call.warn({
        type: "adjusted",
        option: "messages",
        message: `${this.#call.model} takes no media in the result of a function; they were put beside it`,
      });
    }
    const response = { [isError ? "error" : "output"]: text };
    return [
      { functionResponse: { id, name, response, ...(isInside && { parts: media }) } },
      ...(isInside ? [] : media),
    ];
  }

  #part(part: MessagePart): WirePart {
    switch (part.type) {
      case "text":
      case "reasoning":
        return { text: part.text };
      case "tool-call":
        return this.#functionCall(part);
      default:
        return media(part);
    }
  }

  #functionCall({ id, name, arguments: args }: Extract<MessagePart, { type: "tool-call" }>): WirePart {
    const value = args ?? {};
    if (!isRecord(value)) throw this.#error(`the arguments of the call of "${name}" are not an object`);
    return { functionCall: { id, name, args: value } };
  }

  #error(problem: string): BelugaError {
    const { op, model } = this.#call;
    const message = `google ${op}: ${this.#path}: ${problem}`;
    return new BelugaError({ op, code: "invalid_input", provider: "google", model, message });
  }
}

/** {@link https://ai.google.dev/gemini-api/docs/file-input-methods}: bytes, or a file of the Files API, of YouTube, of the web. */
function media({ data, url, mediaType }: Pick<FilePart, "data" | "url" | "mediaType">): WirePart {
  if (url !== undefined) {
    // The type may be left out, and of a YouTube video there is none to tell.
    return { fileData: { ...(!mediaType.includes("*") && { mimeType: mediaType }), fileUri: url } };
  }
  return { inlineData: { mimeType: mediaType, data: asBase64(data) } };
}

/** What goes into the part as it stands: its signature, `videoMetadata`, `mediaResolution`. */
function metadataOf({ providerMetadata }: MessagePart): Record<string, unknown> {
  return { ...asRecord(providerMetadata?.["google"]) };
}
