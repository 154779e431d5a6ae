import { vectorInputError } from "@beluga/core/provider";
import { provider } from "./errors.js";

/**
 * A copy in single precision of a vector of finite numbers.
 *
 * @throws BelugaError `invalid_input` where a number is too large, and would become infinite.
 */
export function toSinglePrecision(vector: ArrayLike<number>, op: string, path: string): Float32Array {
  const floats = Float32Array.from(vector);
  if (vector instanceof Float32Array) return floats;
  for (let i = 0; i < floats.length; i++) {
    if (Number.isFinite(floats[i])) continue;
    throw vectorInputError(provider, op, `${path}: a number at ${i} that single precision cannot hold`);
  }
  return floats;
}

export function toBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function toFloats(blob: unknown): Float32Array {
  const bytes = blob as Uint8Array<ArrayBuffer>;
  // Floats have to stand at multiples of four, and Node does not promise that.
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** Texts are read as blobs, because Node 22 cuts a TEXT at its first NUL. */
export function toText(blob: unknown): string {
  const { buffer, byteOffset, byteLength } = blob as Uint8Array<ArrayBuffer>;
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}
