import type { EmbedPrefixes } from "@beluga/core/provider";
import type { Pooling } from "./config.js";

/** What the authors of a model say of how it is to be used, which its ONNX files do not. */
export interface KnownModel {
  /** The width of its vectors. */
  dimensions: number;
  /** Absent where its graph does it. */
  pooling?: Pooling;
  /** What belongs in front of a text. `""` where the authors say that nothing does; absent where they say nothing. */
  prefixes?: EmbedPrefixes;
  /** The widths that it was trained to be shortened to. */
  widths?: readonly number[] | { readonly min: number; readonly max: number };
  /** Whether vectors are brought to mean 0 and variance 1 before they are shortened. */
  layerNorm?: boolean;
}

/**
 * What is known of a model, by its name: that of its repository without the owner, in any case, with or without `-ONNX`, because
 * conversions keep the name.
 */
export function knownModel(model: string): KnownModel | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return models.get(name.replace(/-onnx$/, ""));
}

const mean = { pooling: "mean" } as const;
const cls = { pooling: "cls" } as const;

/** The same words in English for BGE, mxbai and Arctic Embed. */
const passages = "Represent this sentence for searching relevant passages: ";
const english = { query: passages, document: "" };
const chinese = { query: "为这个句子生成表示以用于检索相关文章：", document: "" };
/** "For tasks other than retrieval, you can simply use the "query: " prefix." */
const e5 = { query: "query: ", document: "passage: ", classification: "query: ", clustering: "query: " };
const arctic2 = { query: "query: ", document: "" };
const nomic = {
  query: "search_query: ",
  document: "search_document: ",
  classification: "classification: ",
  clustering: "clustering: ",
};
const gemma = {
  query: "task: search result | query: ",
  document: "title: none | text: ",
  classification: "task: classification | query: ",
  clustering: "task: clustering | query: ",
};
/** The model card's example of an instruction, which the authors advise to write for one's own task. */
const qwen = {
  query: "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:",
  document: "",
};

// From the model cards. Not confirmed by their text, for want of the pages themselves: the pooling of GTE, mxbai and Arctic Embed 1.5 and 2.0, and that
// Arctic Embed 1.5 and 2.0 were trained for 256 beside their full width.
const models: ReadonlyMap<string, KnownModel> = new Map<string, KnownModel>([
  // https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, and likewise the others
  ["all-minilm-l6-v2", { dimensions: 384, ...mean }],
  ["all-minilm-l12-v2", { dimensions: 384, ...mean }],
  ["all-mpnet-base-v2", { dimensions: 768, ...mean }],
  ["multi-qa-minilm-l6-cos-v1", { dimensions: 384, ...mean }],
  ["paraphrase-multilingual-minilm-l12-v2", { dimensions: 384, ...mean }],
  ["paraphrase-multilingual-mpnet-base-v2", { dimensions: 768, ...mean }],
  // https://huggingface.co/BAAI/bge-small-en-v1.5, https://huggingface.co/BAAI/bge-small-zh-v1.5, https://huggingface.co/BAAI/bge-m3
  ["bge-small-en-v1.5", { dimensions: 384, ...cls, prefixes: english }],
  ["bge-base-en-v1.5", { dimensions: 768, ...cls, prefixes: english }],
  ["bge-large-en-v1.5", { dimensions: 1_024, ...cls, prefixes: english }],
  ["bge-small-zh-v1.5", { dimensions: 512, ...cls, prefixes: chinese }],
  ["bge-base-zh-v1.5", { dimensions: 768, ...cls, prefixes: chinese }],
  ["bge-large-zh-v1.5", { dimensions: 1_024, ...cls, prefixes: chinese }],
  ["bge-m3", { dimensions: 1_024, ...cls, prefixes: { query: "", document: "" } }],
  // https://huggingface.co/intfloat/e5-small-v2, https://huggingface.co/intfloat/multilingual-e5-small
  ["e5-small-v2", { dimensions: 384, ...mean, prefixes: e5 }],
  ["e5-base-v2", { dimensions: 768, ...mean, prefixes: e5 }],
  ["e5-large-v2", { dimensions: 1_024, ...mean, prefixes: e5 }],
  ["multilingual-e5-small", { dimensions: 384, ...mean, prefixes: e5 }],
  ["multilingual-e5-base", { dimensions: 768, ...mean, prefixes: e5 }],
  ["multilingual-e5-large", { dimensions: 1_024, ...mean, prefixes: e5 }],
  // https://huggingface.co/thenlper/gte-small
  ["gte-small", { dimensions: 384, ...mean }],
  ["gte-base", { dimensions: 768, ...mean }],
  ["gte-large", { dimensions: 1_024, ...mean }],
  // https://huggingface.co/nomic-ai/nomic-embed-text-v1, https://huggingface.co/nomic-ai/nomic-embed-text-v1.5
  ["nomic-embed-text-v1", { dimensions: 768, ...mean, prefixes: nomic }],
  [
    "nomic-embed-text-v1.5",
    { dimensions: 768, ...mean, prefixes: nomic, widths: { min: 64, max: 768 }, layerNorm: true },
  ],
  // https://huggingface.co/mixedbread-ai/mxbai-embed-large-v1, which does not say how short is too short
  ["mxbai-embed-large-v1", { dimensions: 1_024, ...cls, prefixes: english, widths: { min: 64, max: 1_024 } }],
  // https://huggingface.co/Snowflake/snowflake-arctic-embed-m, https://huggingface.co/Snowflake/snowflake-arctic-embed-m-v2.0
  ["snowflake-arctic-embed-xs", { dimensions: 384, ...cls, prefixes: english }],
  ["snowflake-arctic-embed-s", { dimensions: 384, ...cls, prefixes: english }],
  ["snowflake-arctic-embed-m", { dimensions: 768, ...cls, prefixes: english }],
  ["snowflake-arctic-embed-l", { dimensions: 1_024, ...cls, prefixes: english }],
  ["snowflake-arctic-embed-m-v1.5", { dimensions: 768, ...cls, prefixes: english, widths: [256, 768] }],
  ["snowflake-arctic-embed-m-v2.0", { dimensions: 768, ...cls, prefixes: arctic2, widths: [256, 768] }],
  ["snowflake-arctic-embed-l-v2.0", { dimensions: 1_024, ...cls, prefixes: arctic2, widths: [256, 1_024] }],
  // https://huggingface.co/Qwen/Qwen3-Embedding-0.6B
  [
    "qwen3-embedding-0.6b",
    { dimensions: 1_024, pooling: "last_token", prefixes: qwen, widths: { min: 32, max: 1_024 } },
  ],
  // https://huggingface.co/google/embeddinggemma-300m
  ["embeddinggemma-300m", { dimensions: 768, prefixes: gemma, widths: [128, 256, 512, 768] }],
]);
