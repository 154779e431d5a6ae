import type { EmbedInputType } from "@beluga/core";

/** What is known of a model. */
interface JinaModel {
  /** The width of its vectors, unless another is asked for. */
  fullDimensions: number;
  widths: "full" | { min: number; max: number };
  /** The most tokens of one text. */
  maxInputTokens: number;
  tasks: JinaTasks;
}

/** The API's words for what texts are for, where the model makes a difference; `undefined` stands for none, which is then right. */
type JinaTasks = Readonly<Partial<Record<EmbedInputType, string | undefined>>>;

const retrieval = { query: "retrieval.query", document: "retrieval.passage" };
const code = { query: "nl2code.query", document: "nl2code.passage" };

/** Those of the newest models, and of any that is not known. */
export const newestTasks: JinaTasks = {
  ...retrieval,
  classification: "classification",
  clustering: "clustering",
};

const model = (fullDimensions: number, maxInputTokens: number, tasks: JinaTasks): JinaModel => ({
  fullDimensions,
  widths: { min: 1, max: fullDimensions },
  maxInputTokens,
  tasks,
});

// The models that came before dimensions and tasks. The API refuses fields that a model does not have.
const v2: JinaModel = { fullDimensions: 768, widths: "full", maxInputTokens: 8_192, tasks: {} };

/** {@link https://api.jina.ai/openapi.json}, and {@link https://github.com/jina-ai/jina-on-prem/blob/main/models/catalog.json}. */
export const jinaModels: ReadonlyMap<string, JinaModel> = new Map([
  ["jina-embeddings-v5-text-small", model(1_024, 32_768, newestTasks)],
  ["jina-embeddings-v5-text-nano", model(768, 8_192, newestTasks)],
  ["jina-embeddings-v5-omni-small", model(1_024, 32_768, newestTasks)],
  ["jina-embeddings-v5-omni-nano", model(768, 8_192, newestTasks)],
  ["jina-embeddings-v4", model(2_048, 32_768, retrieval)],
  [
    "jina-embeddings-v3",
    model(1_024, 8_192, { ...retrieval, classification: "classification", clustering: "separation" }),
  ],
  ["jina-code-embeddings-1.5b", model(1_536, 32_768, code)],
  ["jina-code-embeddings-0.5b", model(896, 32_768, code)],
  ["jina-clip-v2", model(1_024, 8_192, { query: "retrieval.query", document: undefined })],
  ["jina-clip-v1", v2],
  ["jina-embeddings-v2-base-en", v2],
  ["jina-embeddings-v2-base-de", v2],
  ["jina-embeddings-v2-base-es", v2],
  ["jina-embeddings-v2-base-zh", v2],
  ["jina-embeddings-v2-base-code", v2],
]);
