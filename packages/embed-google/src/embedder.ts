import type { Embedder } from "@beluga/core";
import { HttpClient, bearer, createEmbedder, refineGoogleError } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { GoogleEmbedderSettings } from "./config.js";
import { geminiWire } from "./gemini.js";
import { instructions, taskTypes, traitsOf } from "./models.js";
import { vertexWire } from "./vertex.js";

export function googleEmbedder({ apiKey = "", token, ...settings }: GoogleEmbedderSettings): Embedder {
  const { model, vertex, dimensions, normalize } = settings;
  const traits = traitsOf(model);
  const { width, maxInputTokens } = traits;
  const wire = vertex ? vertexWire(settings, traits) : geminiWire(settings);
  const http = new HttpClient({
    ...settings,
    provider: "google",
    packageName,
    version,
    baseURL: settings.baseURL ?? wire.baseURL,
    auth: token === undefined ? { "x-goog-api-key": apiKey } : bearer(token),
    refineError: refineGoogleError,
  });
  return createEmbedder({
    provider: "google",
    model,
    dimensions,
    fullDimensions: width,
    widths: width === undefined ? undefined : { min: 1, max: width },
    inputTypes: ["query", "document", "classification", "clustering"],
    // "EmbedContentRequest.content contains an empty Part."
    refusesEmptyText: true,
    limits: { ...wire.limits, ...(maxInputTokens !== undefined && { maxInputTokens }) },

    async send(texts, call) {
      const { inputType, dimensions, providerOptions } = call;
      const instruction = traits.isInstructed && inputType ? instructions[inputType] : "";
      const taskType = traits.isInstructed || !inputType ? undefined : taskTypes[inputType];
      const body = wire.body(
        texts.map((text) => instruction + text),
        { taskType, dimensions, providerOptions },
      );
      const { data, response } = await http.json(wire.path, { ...call.http, body });
      const answer = wire.read(data, (problem) => http.invalid(call.http, problem, response));
      if (answer.isTruncated) {
        const limit = maxInputTokens === undefined ? "the model's limit" : `${maxInputTokens} tokens`;
        call.warn({ type: "other", message: `a text was longer than ${limit}: only its beginning was read` });
      }
      const embeddings =
        normalize && traits.shortensUnscaled
          ? answer.embeddings.map((vector) => scaled(vector, width))
          : answer.embeddings;
      return { embeddings, usage: answer.usage };
    },
  });
}

/** The vector at length 1, where it is not the full one, which has it. One of zeros has no direction to keep. */
function scaled(vector: Float32Array, fullWidth: number | undefined): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (vector.length === fullWidth || squares === 0) return vector;
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}
