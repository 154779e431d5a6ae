import { type BelugaError } from "../errors.js";
import { decodeFloats } from "./base64.js";
import type { EmbedBatch } from "./embed-batches.js";
import { readInputUsage } from "./input-usage.js";
import { asRecord } from "./wire.js";

/** Makes the error for an answer that cannot be trusted. */
type Invalid = (problem: string) => BelugaError;

/**
 * Reads the answer that OpenAI gives to embeddings, and many others after it: `{ data: [{ index, embedding }], usage, model }`. Puts the
 * vectors in the order of the texts, which is that of their `index` and not that of their arrival.
 *
 * @param count - How many texts were sent.
 * @param read - Reads one vector, where they are not written as usual.
 * @see {@link https://platform.openai.com/docs/api-reference/embeddings/object}
 */
export function readEmbeddingList(
  answer: unknown,
  count: number,
  invalid: Invalid,
  read: typeof readVector = readVector,
): EmbedBatch {
  const { data, usage, model } = asRecord(answer);
  if (!Array.isArray(data)) throw invalid('a response without an array "data"');
  const embeddings: (Float32Array | undefined)[] = new Array(count);
  for (let at = 0; at < data.length; at++) {
    const { index, embedding } = asRecord((data as readonly unknown[])[at]);
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count) {
      throw invalid(`data[${at}] has no index from 0 to ${count - 1}`);
    }
    if (embeddings[index]) throw invalid(`two vectors for index ${index}`);
    embeddings[index] = read(embedding, `data[${at}].embedding`, invalid);
  }
  return { embeddings, usage: readInputUsage(usage), model: typeof model === "string" ? model : undefined };
}

/**
 * A vector as vendors write it: an array of numbers, or base64 of 32-bit floats. Servers that do not know the latter send the former,
 * whatever they are asked for.
 *
 * @param path - Where it stands, for the error.
 */
export function readVector(embedding: unknown, path: string, invalid: Invalid): Float32Array {
  const vector = typeof embedding === "string" ? decodeFloats(embedding) : floatsOf(embedding);
  if (!vector) throw invalid(`${path} is neither an array of numbers nor base64 of 32-bit floats`);
  return vector;
}

function floatsOf(numbers: unknown): Float32Array | undefined {
  if (!Array.isArray(numbers)) return undefined;
  const vector = new Float32Array(numbers.length);
  for (let i = 0; i < vector.length; i++) {
    const value: unknown = numbers[i];
    if (typeof value !== "number") return undefined; // a null would become 0
    vector[i] = value;
  }
  return vector;
}
