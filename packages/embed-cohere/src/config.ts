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

/** {@link https://docs.cohere.com/docs/cohere-embed}; any other id is accepted as well. */
export type CohereEmbeddingModelId =
  | "embed-v4.0"
  | "embed-english-v3.0"
  | "embed-english-light-v3.0"
  | "embed-multilingual-v3.0"
  | "embed-multilingual-light-v3.0"
  | (string & {});

export const defaultBaseURL = "https://api.cohere.com/v2";

/** Options of `createCohereEmbedder`. */
export interface CohereEmbedderConfig extends HttpConfig {
  /**
   * Where the API is, with a version at the end or without, as Cohere's own SDKs write it: version 2 is what is called. Default:
   * `CO_API_URL`, or `https://api.cohere.com/v2`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: CohereEmbeddingModelId;
  /** The API key. Default: `CO_API_KEY`. A private deployment may want none: then any word will do. */
  apiKey?: string | undefined;
  /**
   * The width of the vectors, which `embed-v4.0` can shorten: 256, 512, 1,024 or 1,536; a call's own `dimensions` goes before it. Default:
   * the model's full width.
   */
  dimensions?: number | undefined;
  /** How vectors come over the wire. `float` is for servers that do not know `base64`. Default: `base64`, less than half of the bytes. */
  encodingFormat?: "base64" | "float" | undefined;
  /**
   * What the numbers are. `int8` are whole numbers from -128 to 127, as they are for an index of such vectors: near to the direction of the
   * `float` ones, but not of length 1, so the two do not belong into one index. They come as JSON, whatever `encodingFormat` says. Default: `float`.
   */
  outputDtype?: "float" | "int8" | undefined;
  /**
   * What is done with a text that is longer than the model's context: nothing, which makes it an error (`context_length`), or its `START` or
   * `END` is left out without a word. Default: `NONE`, where the API itself would cut the end.
   */
  truncate?: "NONE" | "START" | "END" | undefined;
  /** The most texts of one request. Default: 96, the API's own limit. */
  maxBatchSize?: number | undefined;
}

export const cohereEmbedderConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, defaultBaseURL),
  model: modelName<CohereEmbeddingModelId>(),
  apiKey: filledString,
  dimensions: z.optional(positiveInteger),
  encodingFormat: z._default(z.enum(["base64", "float"]), "base64"),
  outputDtype: z._default(z.enum(["float", "int8"]), "float"),
  truncate: z._default(z.enum(["NONE", "START", "END"]), "NONE"),
  maxBatchSize: z._default(positiveInteger, 96),
} satisfies ConfigShape<CohereEmbedderConfig>);

export type CohereEmbedderSettings = z.output<typeof cohereEmbedderConfig>;
