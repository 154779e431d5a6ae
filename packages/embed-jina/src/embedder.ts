import type { BelugaError, EmbedInputType, Embedder } from "@beluga/core";
import {
  HttpClient,
  createEmbedder,
  readEmbeddingList,
  refineOpenAIError,
  reportsDetail,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type JinaEmbedderSettings, defaultBaseURL } from "./config.js";
import { jinaModels, newestTasks } from "./models.js";

export function jinaEmbedder(settings: JinaEmbedderSettings): Embedder {
  const { model, apiKey, baseURL, dimensions, encodingFormat, truncate, maxBatchSize } = settings;
  const { fullDimensions, widths, maxInputTokens, tasks = newestTasks } = jinaModels.get(model) ?? {};
  const http = new HttpClient({
    ...settings,
    provider: "jina",
    packageName,
    version,
    auth: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    refineError: refineOpenAIError,
    isError: reportsDetail,
  });
  return createEmbedder({
    provider: "jina",
    model,
    dimensions,
    // Elsewhere the same name may stand for another model.
    fullDimensions: baseURL === defaultBaseURL ? fullDimensions : undefined,
    widths,
    inputTypes: Object.keys(tasks) as EmbedInputType[],
    limits: { maxBatchSize, ...(maxInputTokens !== undefined && { maxInputTokens }) },

    async send(input, call) {
      const task = call.inputType && tasks[call.inputType];
      const { data, response } = await http.json("embeddings", {
        ...call.http,
        body: {
          model,
          input,
          embedding_type: encodingFormat,
          ...(task !== undefined && { task }),
          ...(call.dimensions !== undefined && { dimensions: call.dimensions }),
          ...(truncate && { truncate }),
          ...call.providerOptions,
        },
      });
      const invalid = (problem: string): BelugaError => http.invalid(call.http, problem, response);
      return readEmbeddingList(data, input.length, invalid);
    },
  });
}
