import type { CallOptions, Warning } from "./common.js";
import type { Usage } from "./usage.js";

/** Sorts documents by how well they answer a query. */
export interface Reranker {
  readonly provider: string;
  readonly model: string;
  /** `provider/model`. */
  readonly id: string;
  rerank(query: string, documents: readonly string[], options?: RerankOptions): Promise<RerankResponse>;
}

export interface RerankOptions extends CallOptions {
  /** The most results. Default: all documents. */
  topN?: number | undefined;
  /** Merged into the vendor's request body as they stand. */
  providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

export interface RerankResponse {
  /** The best first. `index` is the document's place in the input; `score` is the vendor's, and higher is better. */
  results: { index: number; score: number }[];
  usage: Usage;
  model: string;
  warnings: Warning[];
}
