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

/** {@link https://docs.mistral.ai/models/overview}; any other id is accepted as well. */
export type MistralEmbeddingModelId =
  | "mistral-embed"
  | "mistral-embed-2312"
  | "codestral-embed"
  | "codestral-embed-2505"
  | (string & {});

/** Options of `createMistralEmbedder`. */
export interface MistralEmbedderConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end. Default: `https://api.mistral.ai/v1`. Mistral answers within one region at
   * `https://api.eu.mistral.ai/v1` and `https://api.us.mistral.ai/v1`:
   * {@link https://docs.mistral.ai/inference/regional-inference}.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: MistralEmbeddingModelId;
  /** The API key. Default: `MISTRAL_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * The width of the vectors, from 1 to 3,072 of `codestral-embed`; a call's own `dimensions` goes before it. Shortened ones do not have
   * length 1. Default: 1,536. `mistral-embed` has 1,024 always.
   */
  dimensions?: number | undefined;
  /**
   * What the numbers are. `int8` are whole numbers from -128 to 127, as they are for an index of such vectors: near to the direction of the
   * `float` ones, but not of length 1, so the two do not belong into one index. `codestral-embed` has them. Default: `float`.
   */
  outputDtype?: "float" | "int8" | undefined;
}

export const mistralEmbedderConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.mistral.ai/v1"),
  model: modelName<MistralEmbeddingModelId>(),
  apiKey: filledString,
  dimensions: z.optional(positiveInteger),
  outputDtype: z._default(z.enum(["float", "int8"]), "float"),
} satisfies ConfigShape<MistralEmbedderConfig>);

export type MistralEmbedderSettings = z.output<typeof mistralEmbedderConfig>;
