import {
  type ConfigShape,
  type EmbedPrefixes,
  embedPrefixes,
  filledString,
  modelName,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * Models that were converted for transformers.js. Any other is accepted as well:
 * {@link https://huggingface.co/models?library=transformers.js&pipeline_tag=feature-extraction}.
 */
export type TransformersModelId =
  | "Xenova/all-MiniLM-L6-v2"
  | "Xenova/all-mpnet-base-v2"
  | "Xenova/paraphrase-multilingual-MiniLM-L12-v2"
  | "Xenova/bge-small-en-v1.5"
  | "Xenova/bge-base-en-v1.5"
  | "Xenova/bge-m3"
  | "Xenova/e5-small-v2"
  | "Xenova/multilingual-e5-small"
  | "Xenova/multilingual-e5-base"
  | "Xenova/gte-small"
  | "nomic-ai/nomic-embed-text-v1.5"
  | "mixedbread-ai/mxbai-embed-large-v1"
  | "Snowflake/snowflake-arctic-embed-m-v2.0"
  | "onnx-community/Qwen3-Embedding-0.6B-ONNX"
  | "onnx-community/embeddinggemma-300m-ONNX"
  | (string & {});

/** How the vectors of a text's tokens become one: their mean, the first, the last, or the largest of each place. */
export type Pooling = (typeof poolings)[number];
const poolings = ["mean", "cls", "last_token", "max"] as const;

/** {@link https://huggingface.co/docs/transformers.js/guides/dtypes | The precision of the weights}: which of the model's files is loaded. */
export type TransformersDtype = (typeof dtypes)[number];
const dtypes = [
  "auto",
  "fp32",
  "fp16",
  "q8",
  "int8",
  "uint8",
  "bnb4",
  "q4",
  "q4f16",
  "q2",
  "q2f16",
  "q1",
  "q1f16",
] as const;

/** What the model runs on. Which there are depends on the machine: `cpu` in Node, Bun and Deno, `wasm` in a browser, `webgpu`, ... */
export type TransformersDevice = (typeof devices)[number];
const devices = [
  "auto",
  "gpu",
  "cpu",
  "wasm",
  "webgpu",
  "cuda",
  "dml",
  "coreml",
  "webnn",
  "webnn-npu",
  "webnn-gpu",
  "webnn-cpu",
] as const;

/** Options of `createTransformersEmbedder`. */
export interface TransformersConfig {
  /** The model: its id on {@link https://huggingface.co/models | the Hugging Face hub}, or its folder's name in `modelFolder`. */
  model: TransformersModelId;
  /**
   * A folder that holds models, each in a folder of its own, with its ONNX files in `onnx/`. Nothing is loaded from anywhere else then. Default: the
   * model comes from the hub, and stays in the cache.
   */
  modelFolder?: string | undefined;
  /** Whether to keep from the network: only a model that is in `modelFolder` or in the cache already is used. Default: `false`. */
  localOnly?: boolean | undefined;
  /** The folder that models from the hub are kept in. Default: transformers.js's own, which is `.cache` in its package. */
  cacheDir?: string | undefined;
  /** The branch, tag or commit of the model on the hub. Default: `main`. */
  revision?: string | undefined;
  /** The precision of the weights. Default: `fp32`, and in a browser `q8`, unless the model's config says another. */
  dtype?: TransformersDtype | undefined;
  /** What the model runs on. Default: `cpu`, and in a browser `wasm`. */
  device?: TransformersDevice | undefined;
  /**
   * How the vectors of a text's tokens become one. Default: what the model does itself (an output `sentence_embedding`), else what its folder's
   * `1_Pooling/config.json` says, else what is known of the model, else `mean`, with a warning.
   */
  pooling?: Pooling | undefined;
  /** Whether vectors are brought to the length 1. Default: `true`. */
  normalize?: boolean | undefined;
  /** What is put in front of each text, by what its vector is for. Default: what is known of the model, of which this replaces one by one. */
  prefixes?: EmbedPrefixes | undefined;
  /** The width of the vectors, where the model can shorten them; a call's own `dimensions` goes before it. Default: the model's full width. */
  dimensions?: number | undefined;
  /**
   * Whether the model was trained so that the beginning of a vector is a vector too (Matryoshka representation learning), and can be shortened to any
   * width. Default: what is known of the model, else `false`.
   */
  matryoshka?: boolean | undefined;
  /** The most texts that the model reads at once. Default: 32. */
  maxBatchSize?: number | undefined;
  /**
   * The most tokens that it reads at once, with padding, unless one text alone has more. Memory grows with it, and in Node the time for which a run
   * blocks the event loop. Default: 2,048.
   */
  maxBatchTokens?: number | undefined;
  /**
   * The most tokens of a text, above which it is cut, with a warning. Default: what the tokenizer says, and at most what the model has positions
   * for.
   */
  maxInputTokens?: number | undefined;
  /**
   * Options of ONNX Runtime's session, as they stand:
   * {@link https://onnxruntime.ai/docs/api/js/interfaces/InferenceSession.SessionOptions.html}.
   */
  sessionOptions?: Readonly<Record<string, unknown>> | undefined;
}

const filled = filledString;
const positive = positiveInteger;

export const transformersConfig = z.strictObject({
  model: modelName<TransformersModelId>(),
  modelFolder: z.optional(filled),
  localOnly: z._default(z.boolean(), false),
  cacheDir: z.optional(filled),
  revision: z._default(filled, "main"),
  dtype: z.optional(z.enum(dtypes)),
  device: z.optional(z.enum(devices)),
  pooling: z.optional(z.enum(poolings)),
  normalize: z._default(z.boolean(), true),
  prefixes: z.optional(embedPrefixes),
  dimensions: z.optional(positive),
  matryoshka: z.optional(z.boolean()),
  maxBatchSize: z._default(positive, 32),
  maxBatchTokens: z._default(positive, 2_048),
  maxInputTokens: z.optional(positive),
  sessionOptions: z.optional(z.record(z.string(), z.unknown())),
} satisfies ConfigShape<TransformersConfig>);

export type TransformersSettings = z.output<typeof transformersConfig>;
