import type { EmbedInputType } from "@beluga/core";

/** What depends on the model. */
export interface ModelTraits {
  /** The full width of its vectors, where it is known. */
  width?: number;
  /** The most tokens of a text, where it is known. */
  maxInputTokens?: number;
  /** It is told what a vector is for in the text, by {@link instructions}, and passes over a `taskType`. */
  isInstructed?: boolean;
  /** Its shortened vectors do not have length 1. */
  shortensUnscaled?: boolean;
  /** Vertex AI has it under `:embedContent`, with one text a request, and not under `:predict`. */
  isMultimodal?: boolean;
}

/**
 * What is known of a model by its name. A Gemini model that is newer than this package is taken to be as `gemini-embedding-2` is.
 *
 * {@link https://ai.google.dev/gemini-api/docs/embeddings},
 * {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/embedding-2},
 * {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}
 */
export function traitsOf(model: string): ModelTraits {
  const name = model.slice(model.lastIndexOf("/") + 1);
  if (name === "gemini-embedding-001") return { width: 3_072, maxInputTokens: 2_048, shortensUnscaled: true };
  if (/^text-(multilingual-)?embedding-00\d$/.test(name)) return { width: 768, maxInputTokens: 2_048 };
  if (/^gemini-embedding-2(-preview)?$/.test(name)) return { ...latest, width: 3_072, maxInputTokens: 8_192 };
  return name.startsWith("gemini-embedding-") ? latest : {};
}

const latest: ModelTraits = { isInstructed: true, isMultimodal: true };

/**
 * What stands before a text, so that the model knows what its vector is for:
 * {@link https://ai.google.dev/gemini-api/docs/embeddings#task-types}. A document without a title is to have "none" there.
 */
export const instructions: Readonly<Record<EmbedInputType, string>> = {
  query: "task: search result | query: ",
  document: "title: none | text: ",
  classification: "task: classification | query: ",
  clustering: "task: clustering | query: ",
};

/** What models that are not told in the text know of what vectors are for: {@link https://ai.google.dev/api/embeddings#v1beta.TaskType}. */
export const taskTypes: Readonly<Record<EmbedInputType, string>> = {
  query: "RETRIEVAL_QUERY",
  document: "RETRIEVAL_DOCUMENT",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING",
};
