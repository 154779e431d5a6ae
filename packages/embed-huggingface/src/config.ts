import {
  type ConfigShape,
  type EmbedPrefixes,
  type HttpConfig,
  embedPrefixes,
  filledString,
  httpConfig,
  httpURL,
  modelName,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * The id of a model on the Hub that hf-inference serves:
 * {@link https://huggingface.co/models?inference_provider=hf-inference&pipeline_tag=feature-extraction}; any other id is accepted as well.
 */
export type HuggingFaceEmbeddingModelId =
  | "BAAI/bge-base-en-v1.5"
  | "BAAI/bge-large-en-v1.5"
  | "BAAI/bge-small-en-v1.5"
  | "intfloat/multilingual-e5-large"
  | "sentence-transformers/all-MiniLM-L6-v2"
  | "thenlper/gte-large"
  | (string & {});

/** Options of `createHuggingFaceEmbedder`. */
export interface HuggingFaceEmbedderConfig extends HttpConfig {
  /** Where hf-inference is. Default: `https://router.huggingface.co/hf-inference`. */
  baseURL?: string | undefined;
  /** The id of the model: `intfloat/multilingual-e5-large`. */
  model: HuggingFaceEmbeddingModelId;
  /** A user access token with the permission "Inference Providers". Default: `HF_TOKEN`. */
  apiKey?: string | undefined;
  /** The organization, or the id of the resource group, that pays. Default: the user. */
  billTo?: string | undefined;
  /**
   * What is put in front of each text, by what its vector is for, in the words of the model's authors: `{ query: "query: ", document:
   * "passage: " }` of E5. Default: nothing, and an `inputType` is warned about.
   */
  prefixes?: EmbedPrefixes | undefined;
  /** Whether vectors are brought to length 1. Default: what the model's server does by itself, which is that, as a rule. */
  normalize?: boolean | undefined;
  /** Whether texts over the model's context are cut, without a word. Default: `false`. */
  truncate?: boolean | undefined;
  /** The most texts of one request. Default: 32, as servers of Text Embeddings Inference take unless they are told otherwise. */
  maxBatchSize?: number | undefined;
}

export const huggingFaceEmbedderConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://router.huggingface.co/hf-inference"),
  model: modelName<HuggingFaceEmbeddingModelId>(),
  apiKey: filledString,
  billTo: z.optional(filledString),
  prefixes: z.optional(embedPrefixes),
  normalize: z.optional(z.boolean()),
  truncate: z._default(z.boolean(), false),
  maxBatchSize: z._default(positiveInteger, 32),
} satisfies ConfigShape<HuggingFaceEmbedderConfig>);

export type HuggingFaceEmbedderSettings = z.output<typeof huggingFaceEmbedderConfig>;
