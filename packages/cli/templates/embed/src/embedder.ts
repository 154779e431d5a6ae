import type { Embedder } from "@beluga/core";
import { type EmbedBatch, HttpClient, asRecord, createEmbedder } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { AcmeEmbedderSettings } from "./config.js";

export function acmeEmbedder({ apiKey, model, ...settings }: AcmeEmbedderSettings): Embedder {
  const http = new HttpClient({
    ...settings,
    provider: "acme",
    packageName,
    version,
    auth: { authorization: `Bearer ${apiKey}` },
  });
  return createEmbedder({
    provider: "acme",
    model,
    // What one request may hold, by the vendor's reference.
    limits: { maxBatchSize: 96, maxInputTokens: 8_192 },
    inputTypes: ["query", "document"],

    async send(input, call) {
      const { dimensions, inputType: purpose, providerOptions } = call;
      const body = { model, input, dimensions, purpose, ...providerOptions };
      const { data } = await http.json("embeddings", { ...call.http, body });
      return readBatch(data, input.length);
    },
  });
}

/**
 * Reads an answer: {@link https://docs.acme.example/api/embeddings#response}. Each vector goes to the text whose number it bears; what is missing, there twice
 * or of another width core finds.
 */
function readBatch(body: unknown, count: number): EmbedBatch {
  const { data, model, usage } = asRecord(body);
  const embeddings: (Float32Array | undefined)[] = Array.from({ length: count });
  for (const item of Array.isArray(data) ? (data as readonly unknown[]) : []) {
    const { index, vector } = asRecord(item);
    const at = Number(index);
    const isFree = at >= 0 && at < count && embeddings[at] === undefined;
    embeddings[isFree ? at : embeddings.length] = vectorOf(vector);
  }
  const { tokens } = asRecord(usage);
  return {
    embeddings,
    usage: typeof tokens === "number" ? { inputTokens: tokens, totalTokens: tokens, raw: usage } : {},
    ...(typeof model === "string" && { model }),
  };
}

/** A number that JSON cannot say comes as null, which must not become 0. */
function vectorOf(numbers: unknown): Float32Array | undefined {
  if (!Array.isArray(numbers)) return undefined;
  return Float32Array.from(numbers as unknown[], (number) => (typeof number === "number" ? number : NaN));
}
