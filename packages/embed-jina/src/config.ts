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
export type JinaEmbeddingModelId =
  | "jina-embeddings-v5-text-small"
  | "jina-embeddings-v5-text-nano"
  | "jina-embeddings-v5-omni-small"
  | "jina-embeddings-v5-omni-nano"
  | "jina-embeddings-v4"
  | "jina-embeddings-v3"
  | "jina-code-embeddings-1.5b"
  | "jina-code-embeddings-0.5b"
  | "jina-clip-v2"
  | (string & {});

export const defaultBaseURL = "https://api.jina.ai/v1";

/** Options of `createJinaEmbedder`. */
export interface JinaEmbedderConfig extends HttpConfig {
  /** Where the API is. Default: `https://api.jina.ai/v1`. */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: JinaEmbeddingModelId;
  /** The API key, which only Jina's own address has to have. Default: `JINA_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * The width of the vectors, from 1 to the model's full one; the models are trained for powers of two. A call's own `dimensions` goes before it.
   * Default: the model's full width.
   */
  dimensions?: number | undefined;
  /** How vectors come over the wire; `float` is for servers that do not know `base64`. Default: `base64`, less than half of the bytes. */
  encodingFormat?: "base64" | "float" | undefined;
  /** Whether the end of a text that is too long is left out, without a word. Default: `false`, which makes such a text an error (`context_length`). */
  truncate?: boolean | undefined;
  /** The most texts of one request. Default: 512, which the API names where it refuses more; its reference names no limit. */
  maxBatchSize?: number | undefined;
}

export const jinaEmbedderConfig = z
  .strictObject({
    ...httpConfig,
    baseURL: z._default(httpURL, defaultBaseURL),
    model: modelName<JinaEmbeddingModelId>(),
    apiKey: z.optional(filledString),
    dimensions: z.optional(positiveInteger),
    encodingFormat: z._default(z.enum(["base64", "float"]), "base64"),
    truncate: z._default(z.boolean(), false),
    maxBatchSize: z._default(positiveInteger, 512),
  } satisfies ConfigShape<JinaEmbedderConfig>)
  .check(
    z.refine(({ apiKey, baseURL }) => apiKey !== undefined || baseURL !== defaultBaseURL, {
      path: ["apiKey"],
      error: "expected a key",
    }),
  );

export type JinaEmbedderSettings = z.output<typeof jinaEmbedderConfig>;
