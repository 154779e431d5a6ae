import type { BelugaError, Usage } from "@beluga/core";
import { type EmbedBatch, decodeFloats } from "@beluga/core/provider";

/**
 * Puts the vectors of a response in the order of the texts, which is that of their `index` and not that of their arrival.
 *
 * @param count - How many texts were sent.
 * @param invalid - Makes the error for a response that cannot be trusted.
 * @see {@link https://platform.openai.com/docs/api-reference/embeddings/object}
 */
export function readEmbeddings(
  response: unknown,
  count: number,
  invalid: (problem: string) => BelugaError,
): EmbedBatch {
  const { data, usage, model } = fieldsOf(response);
  if (!Array.isArray(data)) throw invalid('a response without an array "data"');
  const embeddings: (Float32Array | undefined)[] = new Array(count);
  for (const [at, item] of data.entries()) {
    const { index, embedding } = fieldsOf(item);
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count) {
      throw invalid(`data[${at}] has no index from 0 to ${count - 1}`);
    }
    if (embeddings[index]) throw invalid(`two vectors for index ${index}`);
    const vector = vectorOf(embedding);
    if (!vector)
      throw invalid(`data[${at}].embedding is neither an array of numbers nor base64 of 32-bit floats`);
    embeddings[index] = vector;
  }
  return { embeddings, usage: usageOf(usage), model: typeof model === "string" ? model : undefined };
}

/** Servers that do not know `encoding_format` send arrays of numbers, whatever they are asked for. */
function vectorOf(embedding: unknown): Float32Array | undefined {
  if (typeof embedding === "string") return decodeFloats(embedding);
  if (!Array.isArray(embedding)) return undefined;
  const vector = new Float32Array(embedding.length);
  for (let i = 0; i < vector.length; i++) {
    const value: unknown = embedding[i];
    if (typeof value !== "number") return undefined; // a null would become 0
    vector[i] = value;
  }
  return vector;
}

/** All tokens of an embedding are input, so where a server (Voyage AI, say) reports only a total, that is it. */
function usageOf(usage: unknown): Usage {
  const { prompt_tokens: prompt, total_tokens: total } = fieldsOf(usage);
  const tokens = [prompt, total].find((value) => typeof value === "number" && value >= 0) as
    | number
    | undefined;
  if (tokens === undefined) return {};
  return { inputTokens: tokens, totalTokens: tokens, raw: usage };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
