import type { ChatAnswer, ChatCall, HttpClientOptions, ResponseInfo } from "@beluga/core/provider";
import type { ModelTraits } from "./responses-models.js";
import type { OptionNames, WireBody } from "./wire.js";

/**
 * One vendor's variety of the Responses wire: its address and keys, and what it does differently. What is not said here is as OpenAI has
 * it.
 */
export interface OpenAIResponsesWire extends HttpClientOptions {
  model: string;
  /** Below the base URL. Default: `responses`. */
  path?: string;
  /** Of the URL. */
  query?: Record<string, string>;
  /**
   * What the vendor calls an option in the body; `false` where it has none, so that a call that asks for it warns. Default:
   * {@link defaultResponsesOptionNames}.
   */
  optionNames?: OptionNames;
  /** What the model takes. Default: what OpenAI's model of this name does; of a name that is not OpenAI's, all that is asked for. */
  traits?: ModelTraits;
  /** A last word on the body, before the caller's `providerOptions`. */
  refineBody?(body: WireBody, call: ChatCall): void;
  /**
   * Begins to read an answer; what it gives reads what the vendor adds to a response, which comes at the start of a stream and at its end.
   *
   * @param info - What it came with: headers, the vendor's id of the request.
   */
  readExtras?(answer: ChatAnswer, info: ResponseInfo): (response: Readonly<WireBody>) => void;
}

/** OpenAI's own names; `false` is what it does not have: {@link https://platform.openai.com/docs/api-reference/responses/create}. */
export const defaultResponsesOptionNames = {
  maxTokens: "max_output_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: false,
  stopSequences: false,
  seed: false,
  frequencyPenalty: false,
  presencePenalty: false,
} as const satisfies OptionNames;
