import type { CallOptions, JSONSchema, Warning } from "./common.js";
import type { Tool } from "./tools.js";
import type { Usage } from "./usage.js";

/** A model that answers conversations. */
export interface ChatModel {
  /** The provider's name in the registry: `openai`. */
  readonly provider: string;
  /** The vendor's name of the model: `gpt-5-mini`. */
  readonly model: string;
  /** `provider/model`: `openai/gpt-5-mini`. */
  readonly id: string;
  /** One whole answer. */
  generate(messages: ChatInput, options?: ChatOptions): Promise<ChatResponse>;
  /**
   * The answer as it is produced. The request is sent at the first read; the stream can be read once, ends with exactly one `finish`
   * part, and throws when anything goes wrong. Leaving the loop early closes the connection.
   */
  stream(messages: ChatInput, options?: ChatOptions): AsyncIterable<ChatStreamPart>;
  /** The same model with these tools offered in every call (`options.tools` of a call come on top). The original is unchanged. */
  bindTools(tools: readonly Tool[]): ChatModel;
}

/** A conversation; a string is one user message. */
export type ChatInput = string | readonly Message[];

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

export interface SystemMessage {
  role: "system";
  content: string | TextPart[];
}

export interface UserMessage {
  role: "user";
  content: string | (TextPart | ImagePart | AudioPart | VideoPart | FilePart)[];
}

export interface AssistantMessage {
  role: "assistant";
  content: string | (TextPart | ReasoningPart | ToolCallPart | FilePart)[];
}

/** The result of a tool call. */
export interface ToolMessage {
  role: "tool";
  /** The `id` of the call that this answers. */
  toolCallId: string;
  toolName?: string;
  content: string | (TextPart | ImagePart | FilePart)[];
  /** The tool failed, and `content` says how. */
  isError?: boolean;
}

/** Vendor data of a part, keyed by provider: signatures, item ids, cache marks. It goes back to the same vendor unchanged. */
export type ProviderMetadata = Record<string, unknown>;

export interface TextPart {
  type: "text";
  text: string;
  providerMetadata?: ProviderMetadata;
}

interface MediaPart {
  /** The content: bytes, or base64. Either this or `url`. */
  data?: Uint8Array | string;
  /** Where the vendor can fetch the content. */
  url?: string;
  /** The MIME type: `image/png`, `application/pdf`. */
  mediaType: string;
  /** A file name. */
  name?: string;
  providerMetadata?: ProviderMetadata;
}

export interface ImagePart extends MediaPart {
  type: "image";
}

export interface AudioPart extends MediaPart {
  type: "audio";
}

export interface VideoPart extends MediaPart {
  type: "video";
}

export interface FilePart extends MediaPart {
  type: "file";
}

/** What the model thought before its answer. */
export interface ReasoningPart {
  type: "reasoning";
  text: string;
  /** The vendor's proof that the text is its own; needed to continue with tools on some vendors. */
  signature?: string;
  /** Reasoning that the vendor encrypted. */
  redactedData?: string;
  providerMetadata?: ProviderMetadata;
}

export interface ToolCallPart {
  type: "tool-call";
  id: string;
  name: string;
  /** The parsed value, an object as a rule. Not validated against the tool's schema. */
  arguments: unknown;
  providerMetadata?: ProviderMetadata;
}

export type AssistantPart = TextPart | ReasoningPart | ToolCallPart | FilePart;
export type MessagePart = AssistantPart | ImagePart | AudioPart | VideoPart;

/** Options of a chat call. One that the vendor cannot honour is left out and named in `warnings`. */
export interface ChatOptions extends CallOptions {
  /** The most tokens to produce, reasoning included. */
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  /** The answer ends before the first of these. */
  stopSequences?: readonly string[] | undefined;
  seed?: number | undefined;
  frequencyPenalty?: number | undefined;
  presencePenalty?: number | undefined;
  tools?: readonly Tool[] | undefined;
  /** Default: `auto` where there are tools. */
  toolChoice?: ToolChoice | undefined;
  responseFormat?: ResponseFormat | undefined;
  reasoning?: ReasoningOptions | undefined;
  /** Merged into the vendor's request body as they stand, over what this library puts there. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
  /** A stream also yields the vendor's own events, as `raw` parts. */
  includeRaw?: boolean | undefined;
}

export type ToolChoice = "auto" | "none" | "required" | { tool: string };

export type ResponseFormat = { type: "text" } | { type: "json"; schema?: JSONSchema; name?: string };

export interface ReasoningOptions {
  effort?: "none" | "minimal" | "low" | "medium" | "high" | undefined;
  /** The most tokens to think with. */
  budgetTokens?: number | undefined;
}

/** One whole answer. */
export interface ChatResponse {
  /** Append it to the conversation as it is. */
  message: AssistantMessage;
  /** All text of the answer, joined. */
  text: string;
  /** All reasoning, joined. */
  reasoning: string;
  toolCalls: ToolCallPart[];
  /** The vendor's words, where it refused to answer. */
  refusal?: string;
  finishReason: { unified: FinishReason; raw: string | undefined };
  usage: Usage;
  /** The model that answered, by the vendor's word; the one asked for where the vendor does not say. */
  model: string;
  /** The vendor's id of the answer. */
  id: string | undefined;
  /** Options that the vendor cannot honour, and other remarks. */
  warnings: Warning[];
  /** Citations, search results. */
  sources: Source[];
  providerMetadata: ProviderMetadata;
}

export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other" | (string & {});

/** Where a statement comes from. */
export interface Source {
  url?: string;
  title?: string;
  /** The id of a document that the caller gave. */
  documentId?: string;
  /** The words that were cited. */
  text?: string;
  providerMetadata?: ProviderMetadata;
}

/** A piece of a streamed answer. An open union: ignore types that you do not know. */
export type ChatStreamPart =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool-call-start"; index: number; id: string; name: string }
  | { type: "tool-call-delta"; index: number; argumentsText: string }
  | { type: "tool-call"; index: number; toolCall: ToolCallPart }
  | { type: "source"; source: Source }
  | { type: "raw"; value: unknown }
  | { type: "finish"; response: ChatResponse };
