import type {
  BelugaError,
  ChatOptions,
  FinishReason,
  Message,
  MessagePart,
  ReasoningOptions,
} from "@beluga/core";
import type { ChatAnswer, ChatCall, HttpClientOptions, ResponseInfo } from "@beluga/core/provider";

/**
 * One vendor's variety of the OpenAI chat wire: its address and keys, and what it does differently. What is not said here is as OpenAI
 * has it.
 */
export interface OpenAIChatWire extends HttpClientOptions {
  model: string;
  /** Below the base URL. Default: `chat/completions`. */
  path?: string;
  /** Of the URL. */
  query?: Record<string, string>;

  // What the vendor has not, or under another name. A call that asks for it warns.

  /** What the vendor calls an option in the body; `false` where it has none. Default: {@link defaultOptionNames}. */
  optionNames?: OptionNames;
  /** Whether its models call tools. Default: true. */
  tools?: boolean;
  /** The forms of JSON that can be asked for: any, or by a schema. Default: both. */
  responseFormats?: readonly ("json" | "schema")[];
  /** The efforts of reasoning that it knows; of others the nearest is sent. Empty: it knows none. Default: all. */
  efforts?: readonly Effort[];
  /** What it takes in a message beside text; all else is refused. Default: all three. */
  media?: readonly ("image" | "audio" | "file")[];
  /** Whether its models make images, which stand in `images` of an answer, and go back there. Default: false. */
  makesImages?: boolean;

  // What the vendor writes in its own way.

  /** The field in which it takes back an assistant's reasoning. Default: none, so that it is not sent. */
  reasoningField?: "reasoning_content" | "reasoning" | undefined;
  /** Writes the reasoning options, the effort being one that the vendor knows. Default: as `reasoning_effort`; a budget warns. */
  writeReasoning?(reasoning: ReasoningOptions, body: WireBody, call: ChatCall): void;
  /** Writes a part of a message; `undefined` where it is written as usual. */
  writePart?(part: MessagePart): WireBody | undefined;
  /** A last word on a message. */
  refineMessage?(written: WireBody, message: Message, isLast: boolean): void;
  /** A last word on the body, before the caller's `providerOptions`. */
  refineBody?(body: WireBody, call: ChatCall): void;

  // What the vendor answers in its own way.

  /**
   * Begins to read an answer; what it gives reads what the vendor adds to each chunk, or to a whole answer.
   *
   * @param failure - Makes the error of a failure that a chunk reports in a way of the vendor's own.
   * @param response - What it came with: headers, the vendor's id of the request.
   */
  readExtras?(
    answer: ChatAnswer,
    failure: (body: unknown) => BelugaError,
    response: ResponseInfo,
  ): (chunk: Readonly<WireBody>) => void;
  /** What its words at the end of an answer mean, beside those that are usual. */
  finishReasons?: Readonly<Record<string, FinishReason>>;
}

/** An object of the wire, while it is written. */
export type WireBody = Record<string, unknown>;

export type Effort = NonNullable<ReasoningOptions["effort"]>;

export type OptionNames = { readonly [Option in NamedOption]?: string | false };

type NamedOption = Extract<
  keyof ChatOptions,
  | "maxTokens"
  | "temperature"
  | "topP"
  | "topK"
  | "stopSequences"
  | "seed"
  | "frequencyPenalty"
  | "presencePenalty"
>;

/** OpenAI's own names; `false` is what it does not have. */
export const defaultOptionNames = {
  maxTokens: "max_completion_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: false,
  stopSequences: "stop",
  seed: "seed",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
} as const satisfies OptionNames;
