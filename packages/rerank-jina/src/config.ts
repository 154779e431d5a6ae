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

/** {@link https://jina.ai/models}; any other id is accepted as well. */
export type JinaRerankModelId =
  | "jina-reranker-v3.5"
  | "jina-reranker-v3"
  | "jina-reranker-m0"
  | "jina-reranker-v2-base-multilingual"
  | (string & {});

const defaultBaseURL = "https://api.jina.ai/v1";

/** Options of `createJinaReranker`. */
export interface JinaRerankerConfig extends HttpConfig {
  /** Where the API is: `rerank` is called there. Default: `https://api.jina.ai/v1`. */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: JinaRerankModelId;
  /** The API key, which only Jina's own address has to have. Default: `JINA_API_KEY`, whatever the address. */
  apiKey?: string | undefined;
  /**
   * The most tokens of a document that are read, of `jina-reranker-v3` and newer: the API leaves out the rest, without a word. Default: 2,048, the
   * API's own; it takes 8,192 at most.
   */
  maxTokensPerDocument?: number | undefined;
  /**
   * Whether documents over the model's limits are cut, without a word. Default: what the API does where nothing is said, which its reference does
   * not tell.
   */
  truncate?: boolean | undefined;
}

export const jinaRerankerConfig = z
  .strictObject({
    ...httpConfig,
    baseURL: z._default(httpURL, defaultBaseURL),
    model: modelName<JinaRerankModelId>(),
    apiKey: z.optional(filledString),
    maxTokensPerDocument: z.optional(positiveInteger),
    truncate: z.optional(z.boolean()),
  } satisfies ConfigShape<JinaRerankerConfig>)
  .check(
    z.refine(({ apiKey, baseURL }) => apiKey !== undefined || baseURL !== defaultBaseURL, {
      path: ["apiKey"],
      error: "expected a key",
    }),
  );

export type JinaRerankerSettings = z.output<typeof jinaRerankerConfig>;
