import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.cohere.com/docs/rerank}; any other id is accepted as well. */
export type CohereRerankModelId =
  | "rerank-v4.0-pro"
  | "rerank-v4.0-fast"
  | "rerank-v3.5"
  | "rerank-english-v3.0"
  | "rerank-multilingual-v3.0"
  | (string & {});

/** Options of `createCohereReranker`. */
export interface CohereRerankerConfig extends HttpConfig {
  /**
   * Where the API is, with a version at the end or without, as Cohere's own SDKs write it: version 2 is what is called. Default:
   * `CO_API_URL`, or `https://api.cohere.com/v2`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: CohereRerankModelId;
  /** The API key. Default: `CO_API_KEY`. A private deployment may want none: then any word will do. */
  apiKey?: string | undefined;
  /**
   * The most tokens of a document that are read; the API leaves out the rest, without a word, and cannot be asked for an error. Default: 4,096, the
   * API's own.
   */
  maxTokensPerDocument?: number | undefined;
}

export const cohereRerankerConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.cohere.com/v2"),
  model: modelName<CohereRerankModelId>(),
  apiKey: filledString,
  maxTokensPerDocument: z.optional(positiveInteger),
} satisfies ConfigShape<CohereRerankerConfig>);

export type CohereRerankerSettings = z.output<typeof cohereRerankerConfig>;
