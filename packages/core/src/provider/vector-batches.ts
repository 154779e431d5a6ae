import type { VectorDocument } from "../vector-store.js";
import type { VectorLimits } from "./vector-store.js";

/** Consecutive runs of documents that keep to an engine's limits, one at a time. A document that is too large alone is a batch of its own. */
export function* batchesOf(
  documents: readonly VectorDocument[],
  { documents: most = 1_000, bytes: mostBytes = Infinity }: Pick<VectorLimits, "documents" | "bytes">,
): Generator<VectorDocument[]> {
  let batch: VectorDocument[] = [];
  let bytes = 0;
  for (const document of documents) {
    const size = mostBytes === Infinity ? 0 : estimateBytes(document);
    if (batch.length > 0 && (batch.length >= most || bytes + size > mostBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(document);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

const encoder = new TextEncoder();

/** The most characters that a number of single precision has as JSON, with its comma: `-1.1754943508222875e-38,`. */
const numberSize = 24;

/** The most bytes that a document can have as JSON, with some for the names of its fields. */
export function estimateBytes({ id, content, metadata, embedding }: VectorDocument): number {
  return (
    encoder.encode(JSON.stringify([id, content, metadata])).byteLength + embedding.length * numberSize + 100
  );
}
