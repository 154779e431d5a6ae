import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.voyageai.com/docs/reranker}; any other id is accepted as well. */
export type VoyageRerankModelId =
  | "rerank-2.5"
  | "rerank-2.5-lite"
  | "rerank-2"
  | "rerank-2-lite"
  | (string & {});

/** Options of `createVoyageReranker`. */
export interface VoyageRerankerConfig extends HttpConfig {
  /**
   * Where the API is. Default: `https://api.voyageai.com/v1`, and `https://ai.mongodb.com/v1` for the keys of MongoDB Atlas, which begin
   * with `al-`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: VoyageRerankModelId;
  /** The API key. Default: `VOYAGE_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * Whether what is over the model's limits is left out of the query and the documents, without a word. Default: `false`, which makes it an error
   * (`context_length`).
   */
  truncate?: boolean | undefined;
}

export const voyageRerankerConfig = z.strictObject({
  ...httpConfig,
  model: modelName<VoyageRerankModelId>(),
  apiKey: filledString,
  truncate: z._default(z.boolean(), false),
} satisfies ConfigShape<VoyageRerankerConfig>);

export type VoyageRerankerSettings = z.output<typeof voyageRerankerConfig>;
