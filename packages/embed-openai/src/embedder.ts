import type { Embedder } from "@beluga/core";
import { HttpClient, createEmbedder, readEmbeddingList, refineOpenAIError } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type OpenAIEmbedderSettings, defaultBaseURL } from "./config.js";

/** {@link https://platform.openai.com/docs/guides/embeddings#embedding-models} */
const widths: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1_536,
  "text-embedding-3-large": 3_072,
  "text-embedding-ada-002": 1_536,
};

export function openAIEmbedder(settings: OpenAIEmbedderSettings): Embedder {
  const { model, apiKey, organization, project, baseURL, dimensions, encodingFormat } = settings;
  const http = new HttpClient({
    ...settings,
    provider: "openai",
    packageName,
    version,
    auth: {
      authorization: `Bearer ${apiKey}`,
      ...(organization !== undefined && { "openai-organization": organization }),
      ...(project !== undefined && { "openai-project": project }),
    },
    refineError: refineOpenAIError,
  });
  return createEmbedder({
    provider: "openai",
    model,
    dimensions,
    // Elsewhere the same name may stand for another model.
    fullDimensions: baseURL === defaultBaseURL ? widths[model] : undefined,
    // It came before OpenAI's `dimensions`: even its own width would be an error there.
    widths: model === "text-embedding-ada-002" ? "full" : undefined,
    refusesEmptyText: true,
    // https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-input
    limits: { maxBatchSize: settings.maxBatchSize, maxInputTokens: 8_192, maxBatchTokens: 300_000 },

    async send(input, call) {
      const { data, response } = await http.json("embeddings", {
        ...call.http,
        body: {
          model,
          input,
          encoding_format: encodingFormat,
          ...(call.dimensions !== undefined && { dimensions: call.dimensions }),
          ...call.providerOptions,
        },
      });
      return readEmbeddingList(data, input.length, (problem) => http.invalid(call.http, problem, response));
    },
  });
}
