import { BelugaError, type Message, type MessagePart, type ToolMessage } from "@beluga/core";
import { type ChatCall, asBase64, asRecord, isRecord } from "@beluga/core/provider";
import type { ModelTraits } from "./models.js";

/** A content block, of which one member says what it is: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html}. */
export type Block = Record<string, unknown>;

export interface WireMessage {
  role: "user" | "assistant";
  content: Block[];
}

/** The system prompt and the messages of a request. */
export function wireConversation(
  call: ChatCall,
  traits: ModelTraits,
): { system: Block[]; messages: WireMessage[] } {
  const system: Block[] = [];
  const messages: WireMessage[] = [];
  const documentNames = new Set<string>();
  // What comes in between two answers of the model is one turn, whatever messages it is made of; the results of tools come first.
  let turn: { results: Block[]; content: Block[] } | undefined;

  const endTurn = (): void => {
    const content = turn ? [...turn.results, ...turn.content] : [];
    if (content.length > 0) messages.push({ role: "user", content });
    turn = undefined;
  };

  for (const [at, message] of call.messages.entries()) {
    const writer = new BlockWriter(call, traits, documentNames, `messages[${at}]`);
    if (message.role === "system") {
      if (messages.length > 0 || turn) warnLaterSystem(call);
      system.push(...writer.blocks(message.content));
    } else if (message.role === "assistant") {
      endTurn();
      const content = writer.blocks(message.content);
      if (hasMoreThanReasoning(content)) messages.push({ role: "assistant", content });
    } else {
      turn ??= { results: [], content: [] };
      if (message.role === "tool") turn.results.push(toolResult(message, writer));
      else turn.content.push(...writer.blocks(message.content));
    }
  }
  endTurn();
  return { system, messages };
}

/** The names of the tools that the history has calls of. */
export function calledTools(messages: readonly Message[]): Set<string> {
  const names = new Set<string>();
  for (const { role, content } of messages) {
    if (role !== "assistant" || typeof content === "string") continue;
    for (const part of content) if (part.type === "tool-call") names.add(part.name);
  }
  return names;
}

/**
 * An answer may be empty, as a refusal say, and the API takes no message without content. One of reasoning alone, which a token limit cut,
 * newer Claudes take for a beginning that they should go on with, and refuse: {@link https://github.com/NousResearch/hermes-agent/issues/105780}.
 */
function hasMoreThanReasoning(content: readonly Block[]): boolean {
  return content.some((block) => !("reasoningContent" in block));
}

/** The reference knows a role for it, but not where such a message may stand, nor which models take it. */
function warnLaterSystem({ warn }: ChatCall): void {
  warn({
    type: "adjusted",
    option: "messages",
    message:
      "bedrock takes system messages only at the beginning; a later one was added to the system prompt",
  });
}

/** {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultBlock.html} */
function toolResult({ toolCallId, content, isError }: ToolMessage, writer: BlockWriter): Block {
  return {
    toolResult: {
      toolUseId: wireId(toolCallId),
      content: writer.blocks(content),
      ...(isError && { status: "error" }),
    },
  };
}

/** Ids of other vendors' calls may be longer, or have characters that the API does not take. */
function wireId(id: string): string {
  return id.replaceAll(/[^\w.:-]/g, "_").slice(0, 64);
}

/** Writes the parts of one message. */
class BlockWriter {
  readonly #call: ChatCall;
  readonly #traits: ModelTraits;
  /** Of all messages, as no two documents may have the same. */
  readonly #documentNames: Set<string>;
  readonly #path: string;

  constructor(call: ChatCall, traits: ModelTraits, documentNames: Set<string>, path: string) {
    this.#call = call;
    this.#traits = traits;
    this.#documentNames = documentNames;
    this.#path = path;
  }

  blocks(content: string | readonly MessagePart[]): Block[] {
    const parts: readonly MessagePart[] =
      typeof content === "string" ? [{ type: "text", text: content }] : content;
    return parts.flatMap((part) => {
      if (part.type === "reasoning") return this.#reasoning(part);
      const metadata = asRecord(part.providerMetadata?.["bedrock"]);
      // Whole blocks, as they came from the API: a server tool's call or result, say.
      if (part.type === "text" && part.text === "")
        return Object.entries(metadata).map(([name, value]) => ({ [name]: value }));
      const { cachePoint, ...members } = metadata;
      const mark = cachePoint === undefined ? [] : [{ cachePoint }];
      // The API refuses texts of white space alone.
      if (part.type === "text" && part.text.trim() === "") return mark;
      return [this.#block(part, members), ...mark];
    });
  }

  /**
   * Reasoning goes back as it came. What has no signature, or is of another vendor, would be refused, and is left out.
   * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html}
   */
  #reasoning(part: Extract<MessagePart, { type: "reasoning" }>): Block[] {
    const { text, signature, redactedData, providerMetadata = {} } = part;
    const vendors = Object.keys(providerMetadata);
    const isOthers = vendors.length > 0 && !vendors.includes("bedrock");
    if (isOthers || !this.#traits.takesReasoning) return [];
    if (redactedData !== undefined) return [{ reasoningContent: { redactedContent: redactedData } }];
    return signature === undefined ? [] : [{ reasoningContent: { reasoningText: { text, signature } } }];
  }

  #block(part: Exclude<MessagePart, { type: "reasoning" }>, members: Block): Block {
    switch (part.type) {
      case "text": {
        const { citations, ...others } = members;
        return citations === undefined
          ? { text: part.text, ...others }
          : { citationsContent: { content: [{ text: part.text }], citations, ...others } };
      }
      case "tool-call":
        return this.#toolUse(part, members);
      default:
        return this.#media(part, members);
    }
  }

  #toolUse(
    { id, name, arguments: args }: Extract<MessagePart, { type: "tool-call" }>,
    members: Block,
  ): Block {
    const input = args ?? {};
    if (!isRecord(input))
      throw this.#error("invalid_input", `the arguments of the call of "${name}" are not an object`);
    return { toolUse: { toolUseId: wireId(id), name, input, ...members } };
  }

  #media(part: MediaPart, members: Block): Block {
    const { mediaType, data, url } = part;
    const kind = kindOf(part);
    const format = formats[kind][mediaType] ?? (mediaType.startsWith("text/") ? "txt" : undefined);
    if (format === undefined || (kind !== "document" && format === "txt"))
      throw this.#error("unsupported", `the API takes no ${kind} of the type ${mediaType}`);
    const name = kind === "document" ? { name: this.#documentName(part, format) } : {};
    return { [kind]: { format, ...name, source: this.#source(data, url), ...members } };
  }

  /** The API reads from Amazon S3 alone. */
  #source(data: Uint8Array | string = "", url: string | undefined): Block {
    if (url === undefined) return { bytes: asBase64(data) };
    if (url.startsWith("s3://")) return { s3Location: { uri: url } };
    throw this.#error("unsupported", "the API fetches nothing from the web, only from s3:// addresses");
  }

  /**
   * A document has to have a name of its own, of few kinds of characters, which the model reads. The extension says the same as the format,
   * and goes without a word: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html}.
   */
  #documentName({ name: given = "" }: MediaPart, format: string): string {
    const name = given.toLowerCase().endsWith(`.${format}`) ? given.slice(0, -format.length - 1) : given;
    const allowed = name
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .replaceAll(/[^A-Za-z0-9()[\]-]+/g, " ")
      .trim()
      .slice(0, 180);
    const wanted = allowed === "" ? "document" : allowed;
    let unique = wanted;
    for (let count = 2; this.#documentNames.has(unique); count++) unique = `${wanted} (${count})`;
    this.#documentNames.add(unique);
    if (name !== "" && unique !== name) {
      this.#call.warn({
        type: "adjusted",
        option: "messages",
        message: `bedrock takes a document's name once, and no other characters in it than letters, digits, single spaces, hyphens, parentheses and brackets; "${unique}" was sent (${this.#path})`,
      });
    }
    return unique;
  }

  #error(code: "invalid_input" | "unsupported", problem: string): BelugaError {
    const { op, model } = this.#call;
    const message = `bedrock ${op}: ${this.#path}: ${problem}`;
    return new BelugaError({ op, code, provider: "bedrock", model, message });
  }
}

type MediaPart = Extract<MessagePart, { mediaType: string }>;
type MediaKind = "image" | "document" | "video" | "audio";

/** A file is what its type says it is. */
function kindOf({ type, mediaType }: MediaPart): MediaKind {
  if (type !== "file") return type;
  const [kind] = mediaType.split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "document";
}

/** By media type: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Types_Amazon_Bedrock_Runtime.html}. */
const formats: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: {
    "image/gif": "gif",
    "image/jpeg": "jpeg",
    "image/jpg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
  },
  document: {
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/csv": "csv",
    "text/html": "html",
    "text/markdown": "md",
  },
  video: {
    "video/3gpp": "three_gp",
    "video/mp4": "mp4",
    "video/mpeg": "mpeg",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-flv": "flv",
    "video/x-matroska": "mkv",
    "video/x-ms-wmv": "wmv",
  },
  audio: {
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp3": "mp3",
    "audio/mp4": "mp4",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/wav": "wav",
    "audio/webm": "webm",
    "audio/x-m4a": "m4a",
    "audio/x-wav": "wav",
  },
};
