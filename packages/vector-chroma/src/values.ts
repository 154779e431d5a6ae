import type { MetadataValue, Metric } from "@beluga/core";
import { similarity } from "@beluga/core/provider";

/** What of a document's metadata Chroma would not keep as it is. */
export function problemWithMetadata(key: string, value: MetadataValue): string | undefined {
  if (typeof value === "object") return "a list, which not every server of Chroma's has";
  return problemWithKey(key) ?? (typeof value === "number" ? problemWithNumber(value) : undefined);
}

/**
 * Chroma drops keys that begin with `chroma:`, where it keeps a document's text itself; newer servers refuse the others.
 *
 * @see {@link https://github.com/chroma-core/chroma/blob/1.5.9/rust/types/src/validators.rs | validate_metadata_key}
 */
export function problemWithKey(key: string): string | undefined {
  if (key === "") return "Chroma has no empty key";
  return /^(?:[#$]|chroma:)/.test(key)
    ? 'Chroma has no keys that begin with "#", "$" or "chroma:"'
    : undefined;
}

/**
 * Chroma reads a number from JSON in two steps, its digits and a power of ten, and rounds after each; so it may be off by one in the last place.
 * It is exact where both can be exactly held: of up to 15 digits all are, but for very large and very small ones. Whole numbers have 64 bits.
 *
 * @see {@link https://docs.rs/crate/serde_json/1.0.133/features | the feature `float_roundtrip`}, which is not on
 */
export function problemWithNumber(value: number): string | undefined {
  return isExact(value) ? undefined : `the number ${value} has more digits than Chroma keeps: round it to 15`;
}

/** Whether Chroma takes a number for a whole one of 64 bits. */
export function isInteger(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

function isExact(value: number): boolean {
  if (isInteger(value)) return true;
  // Written without an exponent, like a whole number, and too large for one.
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return false;
  const [mantissa = "", exponent] = value.toExponential().split("e");
  const digits = mantissa.replace(/[-.]/g, "");
  const power = Number(exponent) - (digits.length - 1);
  return Number(digits) <= Number.MAX_SAFE_INTEGER && Math.abs(power) <= 22;
}

/** Beyond these the squares that Chroma sums up in single precision overflow, or vanish. */
const maxLength = 9e18;
const minLength = 1e-18;

/** What of a vector Chroma could not count with. The length of a query by cosine does not matter: see {@link unitOf}. */
export function problemWithLength(vector: ArrayLike<number>, metric: Metric): string | undefined {
  const length = lengthOf(vector);
  if (length > maxLength) return `a vector of length ${length}: single precision takes up to ${maxLength}`;
  return metric === "cosine" && length > 0 && length < minLength
    ? `a vector of length ${length}: single precision takes down to ${minLength}`
    : undefined;
}

/** The vector with the length of one; of zeros, as it is. */
export function unitOf(vector: Float32Array): Float32Array {
  const length = lengthOf(vector);
  return length === 0 ? vector : vector.map((component) => component / length);
}

function lengthOf(vector: ArrayLike<number>): number {
  return Math.sqrt(similarity("dot", vector, vector));
}
