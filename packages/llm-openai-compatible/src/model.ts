import type { ChatModel, ChatOptions } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatCall,
  HttpClient,
  type HttpClientOptions,
  createChatModel,
  feedFrames,
  refineOpenAIError,
} from "@beluga/core/provider";
import { requestBody } from "./request.js";
import { ChunkReader, readCompletion } from "./stream.js";

/** One vendor's variety of the OpenAI chat wire: its address and keys, and what it does differently. */
export interface OpenAIChatWire extends HttpClientOptions {
  model: string;
  /** Below the base URL. Default: `chat/completions`. */
  path?: string;
  /**
   * What the vendor calls an option in the body; `false` where it has none, so that the call warns. Default: {@link defaultOptionNames}.
   */
  optionNames?: OptionNames;
  /** The field in which the vendor takes back an assistant's reasoning. Default: none, so that it is not sent. */
  reasoningField?: "reasoning_content" | "reasoning" | undefined;
  /** A last word on the body, before the caller's `providerOptions`. */
  refineBody?(body: Record<string, unknown>, call: ChatCall): void;
  /** Reads what the vendor adds to a chunk, or to a whole answer. */
  readExtras?(chunk: Readonly<Record<string, unknown>>, answer: ChatAnswer): void;
}

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

/**
 * A chat model on the OpenAI chat wire: the base of the providers that speak it.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat | Chat Completions}
 */
export function createOpenAIChatModel(wire: OpenAIChatWire): ChatModel {
  const http = new HttpClient({ refineError: refineOpenAIError, ...wire });
  const path = wire.path ?? "chat/completions";
  const request = (call: ChatCall, stream: boolean) => ({
    ...call.http,
    body: requestBody(call, wire, stream),
  });

  return createChatModel({
    provider: wire.provider,
    model: wire.model,

    async generate(call, answer) {
      const { data } = await http.json(path, request(call, false));
      readCompletion(data, wire, answer);
    },

    async stream(call, answer) {
      const events = await http.events(path, request(call, true));
      const reader = new ChunkReader(answer, wire, call.options.includeRaw === true, {
        parse: (text) => http.parse(text, call, events.response),
        failure: (body) => http.failure(call, body, events.response),
      });
      return feedFrames(
        events,
        answer,
        (event) => reader.read(event),
        () => reader.isDone,
      );
    },
  });
}
