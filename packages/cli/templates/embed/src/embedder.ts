import type { EmbedOptions, EmbedResponse, Embedder } from "@beluga/core";
import { type EmbedBatch, HttpClient, embedInBatches } from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { AcmeEmbedderSettings } from "./config.js";

export class AcmeEmbedder implements Embedder {
  readonly provider = "acme";
  readonly model: string;
  readonly id: string;
  /** The width of the vectors, where it is known before the first call. */
  readonly dimensions = undefined;
  /** What one request may hold, by the vendor's reference. `embedInBatches` splits by it. */
  readonly limits = { maxBatchSize: 96, maxInputTokens: 8_192 };
  readonly #http: HttpClient;

  constructor({ apiKey, model, ...settings }: AcmeEmbedderSettings) {
    this.model = model;
    this.id = `acme/${model}`;
    this.#http = new HttpClient({
      ...settings,
      provider: "acme",
      packageName,
      version,
      auth: { authorization: `Bearer ${apiKey}` },
    });
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<EmbedResponse> {
    const { dimensions, inputType, providerOptions } = options;
    return embedInBatches(this, texts, options, [], async (input, { signal, headers, timeout }) => {
      const { data } = await this.#http.json("embeddings", {
        op: "embed.embed",
        model: this.model,
        signal,
        headers,
        timeout,
        body: { model: this.model, input, dimensions, purpose: inputType, ...providerOptions },
      });
      return readBatch(data, input.length);
    });
  }
}

/**
 * Reads an answer: {@link https://docs.acme.example/api/embeddings#response}. Each vector goes to the text whose number it bears; what is missing, there twice
 * or of another width `embedInBatches` finds.
 */
function readBatch(body: unknown, count: number): EmbedBatch {
  const { data, model, usage } = (body ?? {}) as {
    data?: unknown;
    model?: unknown;
    usage?: { tokens?: unknown };
  };
  const embeddings: (Float32Array | undefined)[] = Array.from({ length: count });
  for (const item of Array.isArray(data) ? (data as readonly { index?: unknown; vector?: unknown }[]) : []) {
    const index = Number(item.index);
    const isFree = index >= 0 && index < count && embeddings[index] === undefined;
    embeddings[isFree ? index : embeddings.length] = vectorOf(item.vector);
  }
  const tokens = usage?.tokens;
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
