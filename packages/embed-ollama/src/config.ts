import {
  type ConfigShape,
  type EmbedPrefixes,
  type HttpConfig,
  embedPrefixes,
  filledString,
  httpConfig,
  modelName,
  ollamaURL,
  positiveInteger,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://ollama.com/search?c=embedding}; any other name is accepted as well. */
export type OllamaEmbeddingModelName =
  | "all-minilm"
  | "bge-m3"
  | "embeddinggemma"
  | "mxbai-embed-large"
  | "nomic-embed-text"
  | "qwen3-embedding"
  | "snowflake-arctic-embed2"
  | (string & {});

/** Options of `createOllamaEmbedder`. */
export interface OllamaEmbedderConfig extends HttpConfig {
  /**
   * Where Ollama listens: a URL, or as Ollama itself takes it, a host with or without a port (`gpu-box`, `:8080`). Default:
   * `OLLAMA_HOST`, or `http://127.0.0.1:11434`.
   */
  baseURL?: string | undefined;
  /** The name of a model that was pulled, with its tag where it has one: `nomic-embed-text`, `qwen3-embedding:0.6b`. */
  model: OllamaEmbeddingModelName;
  /** Sent as a bearer token, which a server behind a proxy may want. Default: `OLLAMA_API_KEY`, and none where that is not set either. */
  apiKey?: string | undefined;
  /**
   * The width of the vectors, which Ollama shortens and brings to length 1; a call's own `dimensions` goes before it. Default: the model's
   * full width.
   */
  dimensions?: number | undefined;
  /**
   * What is put in front of each text, by what its vector is for, in the words of the model's authors:
   * `{ query: "search_query: ", document: "search_document: " }` of nomic-embed-text. Default: nothing, and an `inputType` is warned about.
   */
  prefixes?: EmbedPrefixes | undefined;
  /** Whether texts over the model's context are cut, without a word. Default: `false`, where Ollama itself would cut them. */
  truncate?: boolean | undefined;
  /** How long the model stays in memory after a call: `"10m"`, or seconds; a negative one for ever. Default: Ollama's own, 5 minutes. */
  keepAlive?: string | number | undefined;
  /** {@link https://docs.ollama.com/modelfile#valid-parameters-and-values | Parameters of the model}: `{ num_ctx: 8192 }`. */
  options?: Readonly<Record<string, unknown>> | undefined;
  /** The most texts of one request. Ollama has no limit; a slow machine needs one, to keep within the time limits. Default: 128. */
  maxBatchSize?: number | undefined;
}

export const ollamaEmbedderConfig = z.strictObject({
  ...httpConfig,
  baseURL: ollamaURL,
  model: modelName<OllamaEmbeddingModelName>(),
  apiKey: z.optional(filledString),
  dimensions: z.optional(positiveInteger),
  prefixes: z.optional(embedPrefixes),
  truncate: z._default(z.boolean(), false),
  keepAlive: z.optional(z.union([z.string(), z.number()])),
  options: z.optional(z.record(z.string(), z.unknown())),
  maxBatchSize: z._default(positiveInteger, 128),
} satisfies ConfigShape<OllamaEmbedderConfig>);

export type OllamaEmbedderSettings = z.output<typeof ollamaEmbedderConfig>;
