import type { BelugaError, Embedder } from "@beluga/core";
import {
  HttpClient,
  cohereBaseURL,
  cohereInputTypes,
  cohereVectors,
  createEmbedder,
  isCohereError,
  readCohereMeta,
  readVector,
  refineCohereError,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import { type CohereEmbedderSettings, defaultBaseURL } from "./config.js";

/** {@link https://docs.cohere.com/docs/cohere-embed} */
const models: ReadonlyMap<
  string,
  { fullDimensions: number; widths: "full" | readonly number[]; maxInputTokens: number }
> = new Map([
  ["embed-v4.0", { fullDimensions: 1_536, widths: [256, 512, 1_024, 1_536], maxInputTokens: 128_000 }],
  ["embed-english-v3.0", { fullDimensions: 1_024, widths: "full", maxInputTokens: 512 }],
  ["embed-english-light-v3.0", { fullDimensions: 384, widths: "full", maxInputTokens: 512 }],
  ["embed-multilingual-v3.0", { fullDimensions: 1_024, widths: "full", maxInputTokens: 512 }],
  ["embed-multilingual-light-v3.0", { fullDimensions: 384, widths: "full", maxInputTokens: 512 }],
]);

export function cohereEmbedder(settings: CohereEmbedderSettings): Embedder {
  const { model, apiKey, baseURL, dimensions, encodingFormat, outputDtype, truncate, maxBatchSize } =
    settings;
  const type = outputDtype === "int8" ? "int8" : encodingFormat;
  const { fullDimensions, widths, maxInputTokens } = models.get(model) ?? {};
  const address = cohereBaseURL(baseURL);
  const http = new HttpClient({
    ...settings,
    provider: "cohere",
    packageName,
    version,
    baseURL: address,
    auth: { authorization: `Bearer ${apiKey}` },
    refineError: refineCohereError,
    isError: isCohereError,
  });
  return createEmbedder({
    provider: "cohere",
    model,
    dimensions,
    // Elsewhere the same name may stand for another model.
    fullDimensions: address === defaultBaseURL ? fullDimensions : undefined,
    widths,
    inputTypes: ["query", "document", "classification", "clustering"],
    // The reference names no limit for the tokens of a whole request.
    limits: { maxBatchSize, ...(maxInputTokens !== undefined && { maxInputTokens }) },

    async send(texts, call) {
      const { data, response } = await http.json("embed", {
        ...call.http,
        body: {
          model,
          texts,
          // The API wants one always. What is embedded without a word of its use is stored, as a rule, to be found later.
          input_type: cohereInputTypes[call.inputType ?? "document"],
          embedding_types: [type],
          truncate,
          ...(call.dimensions !== undefined && { output_dimension: call.dimensions }),
          ...call.providerOptions,
        },
      });
      const invalid = (problem: string): BelugaError => http.invalid(call.http, problem, response);
      const vectors = cohereVectors(data, type);
      if (!vectors) throw invalid(`a response without "embeddings.${type}"`);
      const { usage, warnings } = readCohereMeta(data, response);
      for (const warning of warnings) call.warn(warning);
      return {
        embeddings: vectors.map((vector, at) => readVector(vector, `embeddings[${at}]`, invalid)),
        usage,
      };
    },
  });
}
