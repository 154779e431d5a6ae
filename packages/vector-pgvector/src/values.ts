import type { Metric } from "@beluga/core";
import { similarity } from "@beluga/core/provider";

/** What Postgres cannot keep in a text of UTF-8, nor in jsonb: {@link https://www.postgresql.org/docs/current/datatype-json.html}. */
export function textProblem(text: string): string | undefined {
  if (text.includes("\0")) return "a NUL, which Postgres does not keep in a text";
  if (/\p{Surrogate}/u.test(text)) return "half of a surrogate pair, which is no character";
  return undefined;
}

/** The squares of lengths between which every sum that pgvector makes is a number, and says something. */
const longest = 8e37;
const shortest = 1e-36;

/**
 * pgvector adds up in single precision. A vector that is longer than 9e18 may make that infinite, and the cosine of one that is shorter than
 * 1e-18 would be that of a vector of zeros.
 */
export function lengthProblem(metric: Metric, vector: ArrayLike<number>): string | undefined {
  const square = similarity("dot", vector, vector);
  if (square > longest) return "a vector that is longer than pgvector can count with, 9e18";
  if (metric === "cosine" && square > 0 && square < shortest)
    return "a vector that is shorter than pgvector can count with, 1e-18";
  return undefined;
}

/** A vector as pgvector reads it from bytes: the width and a zero, of two bytes each, and the numbers, the high byte of each first. */
export function vectorToBytes(vector: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 + 4 * vector.length));
  bytes.setInt16(0, vector.length);
  for (let i = 0; i < vector.length; i++) bytes.setFloat32(4 + 4 * i, vector[i] as number);
  return new Uint8Array(bytes.buffer);
}

/** A vector as pgvector reads it from a text. Nine digits say which number of single precision is meant. */
export function vectorToText(vector: Float32Array): string {
  return `[${Array.from(vector, (number) => number.toPrecision(9)).join()}]`;
}

/** A vector from the text that pgvector makes of it, which is JSON. */
export function vectorFromText(text: unknown): Float32Array {
  return Float32Array.from(JSON.parse(text as string) as number[]);
}
