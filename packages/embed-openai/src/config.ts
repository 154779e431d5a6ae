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

/** {@link https://platform.openai.com/docs/models}; any other id is accepted as well. */
export type OpenAIEmbeddingModelId =
  | "text-embedding-3-small"
  | "text-embedding-3-large"
  | "text-embedding-ada-002"
  | (string & {});

export const defaultBaseURL = "https://api.openai.com/v1";

/** Options of `createOpenAIEmbedder`. */
export interface OpenAIEmbedderConfig extends HttpConfig {
  /** Where the API is. Default: `OPENAI_BASE_URL`, or `https://api.openai.com/v1`. */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: OpenAIEmbeddingModelId;
  /** The API key. Default: `OPENAI_API_KEY`. */
  apiKey?: string | undefined;
  /** The organization that requests are counted for. Default: `OPENAI_ORG_ID`, and the key's own where that is not set either. */
  organization?: string | undefined;
  /** The project that requests are counted for. Default: `OPENAI_PROJECT_ID`, and the key's own where that is not set either. */
  project?: string | undefined;
  /**
   * The width of the vectors, which `text-embedding-3-small` (1,536) and `text-embedding-3-large` (3,072) can shorten; a call's own
   * `dimensions` goes before it. Default: the model's full width.
   */
  dimensions?: number | undefined;
  /** How vectors come over the wire. `float` is for servers that refuse to be asked for `base64`. Default: `base64`, a third of the bytes. */
  encodingFormat?: "base64" | "float" | undefined;
  /** The most texts of one request. Default: 2,048, OpenAI's own limit; other servers have smaller ones. */
  maxBatchSize?: number | undefined;
}

export const openAIEmbedderConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, defaultBaseURL),
  model: modelName<OpenAIEmbeddingModelId>(),
  apiKey: filledString,
  organization: z.optional(z.string()),
  project: z.optional(z.string()),
  dimensions: z.optional(positiveInteger),
  encodingFormat: z._default(z.enum(["base64", "float"]), "base64"),
  maxBatchSize: z._default(positiveInteger, 2_048),
} satisfies ConfigShape<OpenAIEmbedderConfig>);

export type OpenAIEmbedderSettings = z.output<typeof openAIEmbedderConfig>;
