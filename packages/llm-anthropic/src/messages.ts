import {
  BelugaError,
  type FilePart,
  type ImagePart,
  type Message,
  type MessagePart,
  type ToolMessage,
} from "@beluga/core";
import { type ChatCall, asBase64, asRecord, decodeBase64, isRecord } from "@beluga/core/provider";
import type { ModelTraits } from "./models.js";

/** A content block: {@link https://platform.claude.com/docs/en/build-with-claude/working-with-messages}. */
type Block = Record<string, unknown>;

interface WireMessage {
  role: "user" | "assistant" | "system";
  content: Block[];
}

/** What comes in between two answers of the model: one user turn, whatever messages it is made of. */
interface Input {
  results: Block[];
  content: Block[];
  system: Block[];
}

/** The system prompt and the messages of a request. */
export function wireConversation(
  call: ChatCall,
  traits: ModelTraits,
): { system: Block[]; messages: WireMessage[] } {
  const system: Block[] = [];
  const messages: WireMessage[] = [];
  const toolsets = toolsetsOf(call.messages);
  let input: Input | undefined;

  const endInput = (): void => {
    if (!input) return;
    // The API wants the results first.
    const content = [...input.results, ...input.content];
    if (content.length > 0) messages.push({ role: "user", content });
    if (input.system.length > 0) {
      if (traits.laterSystem && content.length > 0) messages.push({ role: "system", content: input.system });
      else moveToSystemPrompt(call, traits, system, input.system);
    }
    input = undefined;
  };

  for (const [at, message] of call.messages.entries()) {
    const writer = new BlockWriter(call, `messages[${at}]`);
    if (message.role === "assistant") {
      endInput();
      const content = writer.blocks(message.content);
      // An answer may be empty, a refusal say; the API takes no message without content.
      if (content.length > 0) messages.push({ role: "assistant", content });
    } else if (message.role === "system" && messages.length === 0 && !input) {
      system.push(...writer.blocks(message.content));
    } else {
      input ??= { results: [], content: [], system: [] };
      if (message.role === "tool") input.results.push(toolResult(message, writer, toolsets));
      else input[message.role === "user" ? "content" : "system"].push(...writer.blocks(message.content));
    }
  }
  endInput();
  return { system, messages };
}

/**
 * Where a system message can stand: right after a user turn, and before the answer to it, on newer models alone. So it goes to the end of
 * the turn that it stands in; where there is none, or on an older model, into the system prompt, as the reference advises.
 * {@link https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages}
 */
function moveToSystemPrompt(
  call: ChatCall,
  traits: ModelTraits,
  system: Block[],
  later: readonly Block[],
): void {
  system.push(...later);
  call.warn({
    type: "adjusted",
    option: "messages",
    message: traits.laterSystem
      ? "anthropic takes a later system message only in the same turn as a user's or a tool's; it was added to the system prompt"
      : `${call.model} takes system messages only at the beginning; a later one was added to the system prompt`,
  });
}

/** {@link https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls} */
function toolResult(
  { toolCallId, content, isError }: ToolMessage,
  writer: BlockWriter,
  toolsets: ReadonlyMap<string, unknown>,
): Block {
  const blocks = writer.blocks(content);
  return {
    type: "tool_result",
    tool_use_id: wireId(toolCallId),
    ...(blocks.length > 0 && { content: blocks }),
    ...(isError && { is_error: true }),
    ...(toolsets.has(toolCallId) && { toolset_name: toolsets.get(toolCallId) }),
  };
}

/** The result of a call from a toolset has to name it as the call does. */
function toolsetsOf(messages: readonly Message[]): ReadonlyMap<string, unknown> {
  const toolsets = new Map<string, unknown>();
  for (const { role, content } of messages) {
    if (role !== "assistant" || typeof content === "string") continue;
    for (const part of content) {
      const { toolset_name: toolset } = metadataOf(part);
      if (part.type === "tool-call" && typeof toolset === "string") toolsets.set(part.id, toolset);
    }
  }
  return toolsets;
}

/** Ids of other vendors' calls may have characters that the API does not take. */
function wireId(id: string): string {
  return id.replaceAll(/[^\w-]/g, "_");
}

/** Writes the parts of one message. */
class BlockWriter {
  readonly #call: ChatCall;
  readonly #path: string;

  constructor(call: ChatCall, path: string) {
    this.#call = call;
    this.#path = path;
  }

  /** The API refuses empty texts, and blank ones where a message says nothing else; both are left out. */
  blocks(content: string | readonly MessagePart[]): Block[] {
    const parts: readonly MessagePart[] =
      typeof content === "string" ? [{ type: "text", text: content }] : content;
    const hasWords = parts.some((part) => part.type === "text" && part.text.trim() !== "");
    return parts.flatMap((part) => {
      if (part.type === "reasoning") return this.#reasoning(part);
      const metadata = metadataOf(part);
      // A whole block, as it came from the API: a server tool's call or result, say.
      if (typeof metadata["type"] === "string") return [metadata];
      if (part.type === "text" && (hasWords ? part.text : part.text.trim()) === "") return [];
      return [{ ...this.#block(part), ...metadata }];
    });
  }

  /**
   * Reasoning goes back as it came, in its place. What has no signature, or one of another vendor, would be refused, and is left out.
   * {@link https://platform.claude.com/docs/en/build-with-claude/thinking#preserving-thinking-blocks}
   */
  #reasoning(part: Extract<MessagePart, { type: "reasoning" }>): Block[] {
    const { text, signature, redactedData, providerMetadata = {} } = part;
    const vendors = Object.keys(providerMetadata);
    if (vendors.length > 0 && !vendors.includes("anthropic")) return [];
    const metadata = metadataOf(part);
    if (redactedData !== undefined) return [{ type: "redacted_thinking", data: redactedData, ...metadata }];
    return signature === undefined ? [] : [{ type: "thinking", thinking: text, signature, ...metadata }];
  }

  #block(part: MessagePart): Block {
    switch (part.type) {
      case "text":
        return { type: "text", text: part.text };
      case "tool-call":
        return this.#toolUse(part);
      case "image":
        return this.#image(part);
      case "file":
        return part.mediaType.startsWith("image/") ? this.#image(part) : this.#document(part);
      default:
        throw this.#error("unsupported", `the API takes no ${part.type} (only texts, images and documents)`);
    }
  }

  #toolUse({ id, name, arguments: args }: Extract<MessagePart, { type: "tool-call" }>): Block {
    const input = args ?? {};
    if (!isRecord(input)) {
      throw this.#error("invalid_input", `the arguments of the call of "${name}" are not an object`);
    }
    return { type: "tool_use", id: wireId(id), name, input };
  }

  /** {@link https://platform.claude.com/docs/en/build-with-claude/vision} */
  #image({ data, url, mediaType }: ImagePart | FilePart): Block {
    if (url !== undefined) return { type: "image", source: { type: "url", url } };
    const type = mediaType === "image/jpg" ? "image/jpeg" : mediaType;
    if (!imageTypes.has(type)) {
      throw this.#error("unsupported", `the API takes no ${mediaType} (only ${[...imageTypes].join(", ")})`);
    }
    return { type: "image", source: { type: "base64", media_type: type, data: asBase64(data) } };
  }

  /**
   * {@link https://platform.claude.com/docs/en/build-with-claude/pdf-support},
   * {@link https://platform.claude.com/docs/en/build-with-claude/citations#plain-text-documents}
   */
  #document(part: FilePart): Block {
    const { name } = part;
    return {
      type: "document",
      source: this.#documentSource(part),
      ...(name !== undefined && { title: name }),
    };
  }

  #documentSource({ data, url, mediaType }: FilePart): Block {
    if (mediaType === "application/pdf") {
      if (url !== undefined) return { type: "url", url };
      return { type: "base64", media_type: mediaType, data: asBase64(data) };
    }
    if (!mediaType.startsWith("text/")) {
      throw this.#error("unsupported", `the API takes no file of the type ${mediaType}, only PDF and texts`);
    }
    if (url !== undefined)
      throw this.#error("unsupported", "the API fetches no texts by their URL, only PDF");
    return { type: "text", media_type: "text/plain", data: this.#text(data) };
  }

  #text(data: Uint8Array | string = ""): string {
    try {
      return new TextDecoder().decode(typeof data === "string" ? decodeBase64(data) : data);
    } catch {
      throw this.#error("invalid_input", "the data of a file is not valid base64");
    }
  }

  #error(code: "invalid_input" | "unsupported", problem: string): BelugaError {
    const { op, model } = this.#call;
    const message = `anthropic ${op}: ${this.#path}: ${problem}`;
    return new BelugaError({ op, code, provider: "anthropic", model, message });
  }
}

const imageTypes: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** What goes into the block as it stands: marks of the cache, citations, signatures. */
function metadataOf({ providerMetadata }: MessagePart): Readonly<Record<string, unknown>> {
  return asRecord(providerMetadata?.["anthropic"]);
}
