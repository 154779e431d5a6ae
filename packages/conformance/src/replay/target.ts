import type {
  ChatModel,
  ChatOptions,
  Embedder,
  FinishReason,
  Message,
  Reranker,
  StandardSchema,
  Usage,
} from "@beluga/core";

/**
 * A provider as the replay of recorded traffic uses it. A provider's `src/replay.ts` exports `replayTargets`, an array of these, and
 * `npm run replay` finds it there.
 */
export type ReplayTarget = ChatReplayTarget | EmbedderReplayTarget | RerankerReplayTarget;

interface ReplayTargetBase {
  /** The `api` of the recordings that it can read: `openai-chat`. */
  api: string;
  /** Only those of these vendors (`provider` in a recording), before targets for all of them. Default: all. */
  vendors?: readonly string[];
  /** What a usage of this wire means, written apart from the provider's own code. Not needed for the wires of `terms.ts`. */
  usage?(raw: Readonly<Record<string, unknown>>): Usage;
  /** What the words at the end of an answer mean, where they are not among those of `terms.ts`. */
  finishReasons?: Readonly<Record<string, FinishReason>>;
}

export interface ChatReplayTarget extends ReplayTargetBase {
  capability: "llm";
  /** What the requests of this wire are like. With it the provider is asked what was asked in the recording, and what it sends is checked. */
  requests?: RecordedRequests;
  create(settings: ReplaySettings): ChatModel;
}

/**
 * Written apart from the provider's own code: so that a mistake has to be made twice to go unnoticed.
 */
export interface RecordedRequests {
  /**
   * What a body of this wire asks for, in Beluga's words. What Beluga has no word for stands in `providerOptions`, or as the
   * `providerMetadata` of a part. Of two bodies that mean the same it makes the same.
   */
  read(body: Readonly<Record<string, unknown>>): { messages: Message[]; options: ChatOptions };
  /** The vendor's documented schema of a body. */
  schema: StandardSchema;
}

export interface EmbedderReplayTarget extends ReplayTargetBase {
  capability: "embed";
  create(settings: ReplaySettings): Embedder;
}

export interface RerankerReplayTarget extends ReplayTargetBase {
  capability: "rerank";
  create(settings: ReplaySettings): Reranker;
}

/** To be handed on to the provider as its config. */
export interface ReplaySettings {
  baseURL: string;
  /** The model of the recorded request. */
  model: string;
  maxRetries: 0;
}
