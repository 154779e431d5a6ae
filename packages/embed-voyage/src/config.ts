import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  modelName,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.voyageai.com/docs/embeddings}; any other id is accepted as well. */
export type VoyageEmbeddingModelId =
  | "voyage-4-large"
  | "voyage-4"
  | "voyage-4-lite"
  | "voyage-code-3"
  | "voyage-finance-2"
  | "voyage-law-2"
  | "voyage-3-large"
  | "voyage-3.5"
  | "voyage-3.5-lite"
  | (string & {});

/** Options of `createVoyageEmbedder`. */
export interface VoyageEmbedderConfig extends HttpConfig {
  /**
   * Where the API is. Default: `https://api.voyageai.com/v1`, and `https://ai.mongodb.com/v1` for the keys of MongoDB Atlas, which begin
   * with `al-`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: VoyageEmbeddingModelId;
  /** The API key. Default: `VOYAGE_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * The width of the vectors, which the general models from `voyage-3-large` on, and `voyage-code-3`, can change: 256, 512, 1,024 or 2,048; a
   * call's own `dimensions` goes before it. Default: the model's usual width, 1,024 as a rule.
   */
  dimensions?: number | undefined;
  /** How vectors come over the wire; `float` is for servers that do not know `base64`. Default: `base64`, less than half of the bytes. */
  encodingFormat?: "base64" | "float" | undefined;
  /**
   * What the numbers are. `int8` are whole numbers from -128 to 127, a quarter of the bytes, as they are for an index of such vectors: near to
   * the direction of the `float` ones, but not of length 1, so the two do not belong into one index. The models that can change their width have
   * them. Default: `float`.
   */
  outputDtype?: "float" | "int8" | undefined;
  /** Whether the end of a text that is too long is left out, without a word. Default: `false`, which makes such a text an error (`context_length`). */
  truncate?: boolean | undefined;
  /** The most texts of one request. Default: 1,000, the API's own limit. */
  maxBatchSize?: number | undefined;
}

export const voyageEmbedderConfig = z.strictObject({
  ...httpConfig,
  model: modelName<VoyageEmbeddingModelId>(),
  apiKey: filledString,
  dimensions: z.optional(positiveInteger),
  encodingFormat: z._default(z.enum(["base64", "float"]), "base64"),
  outputDtype: z._default(z.enum(["float", "int8"]), "float"),
  truncate: z._default(z.boolean(), false),
  maxBatchSize: z._default(positiveInteger, 1_000),
} satisfies ConfigShape<VoyageEmbedderConfig>);

export type VoyageEmbedderSettings = z.output<typeof voyageEmbedderConfig>;
