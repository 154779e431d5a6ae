import type { CallOptions, Warning } from "./common.js";
import type { Usage } from "./usage.js";

/** Turns texts into vectors. */
export interface Embedder {
  readonly provider: string;
  readonly model: string;
  /** `provider/model`. */
  readonly id: string;
  /** The width of the vectors, where it is known before the first call. */
  readonly dimensions: number | undefined;
  /** The vendor's limits of one request. {@link Embedder.embed} splits by them. */
  readonly limits: { maxBatchSize: number; maxInputTokens?: number; maxBatchTokens?: number };
  /**
   * One vector a text, in the order of the texts, any number of them: they are split by the vendor's limits and sent a few at a time.
   * `[]` gives `[]` without a call.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<EmbedResponse>;
}

/** What vectors are for: to search with, to be found, or to be sorted into classes or groups. */
export type EmbedInputType = "query" | "document" | "classification" | "clustering";

export interface EmbedOptions extends CallOptions {
  /** What the vectors are for, where the model has a difference. */
  inputType?: EmbedInputType | undefined;
  /** The width of the vectors, where the model can shorten them. */
  dimensions?: number | undefined;
  /** How many requests may be under way at once. Default: 4. */
  concurrency?: number | undefined;
  /** Merged into the vendor's request body as they stand. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

export interface EmbedResponse {
  embeddings: Float32Array[];
  usage: Usage;
  model: string;
  warnings: Warning[];
}
