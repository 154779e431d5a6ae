import type { Pooling } from "./config.js";

/** What a model gave for several texts: for each of them a vector for each token, real ones before padding. */
export interface HiddenStates {
  data: Float32Array;
  /** The tokens of a text, with padding. */
  length: number;
  width: number;
}

/** The vector of a text, from those of its real tokens. */
export function pool(
  { data, length, width }: HiddenStates,
  text: number,
  tokens: number,
  pooling: Pooling,
): Float32Array {
  const start = text * length * width;
  const tokenAt = (token: number): Float32Array =>
    data.subarray(start + token * width, start + (token + 1) * width);
  switch (pooling) {
    case "cls":
      return tokenAt(0).slice();
    case "last_token":
      return tokenAt(tokens - 1).slice();
    case "max": {
      const largest = tokenAt(0).slice();
      for (let token = 1; token < tokens; token++) {
        const vector = tokenAt(token);
        for (let i = 0; i < width; i++) largest[i] = Math.max(largest[i] as number, vector[i] as number);
      }
      return largest;
    }
    case "mean": {
      const sums = new Float64Array(width);
      for (let token = 0; token < tokens; token++) {
        const vector = tokenAt(token);
        for (let i = 0; i < width; i++) sums[i] = (sums[i] as number) + (vector[i] as number);
      }
      return Float32Array.from(sums, (sum) => sum / tokens);
    }
  }
}

/** Brings a vector to the length 1, in place. One of zeros stays as it is. */
export function normalize(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (length === 0) return;
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length;
}

/** Brings the numbers of a vector to mean 0 and variance 1, in place. */
export function layerNorm(vector: Float32Array): void {
  const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
  const variance = vector.reduce((sum, value) => sum + (value - mean) ** 2, 0) / vector.length;
  const deviation = Math.sqrt(variance + 1e-5);
  for (let i = 0; i < vector.length; i++) vector[i] = ((vector[i] as number) - mean) / deviation;
}
