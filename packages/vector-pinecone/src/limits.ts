import type { MetadataValue } from "@beluga/core";
import type { VectorLimits, VectorRefusals } from "@beluga/core/provider";
import { problemWithKey } from "./filter.js";
import { problemWithId } from "./record-id.js";

/** {@link https://docs.pinecone.io/reference/api/database-limits/operation-limits} */
export const limits = {
  documents: 1_000,
  // The smallest of what "2 MB" may mean, and of how it may be measured.
  bytes: 2_000_000,
  ids: 1_000,
  k: 10_000,
} as const satisfies VectorLimits;

/** "40 KB", which in the service's own words are 40,960 bytes. */
const maxMetadataBytes = 40_960;

/** What Pinecone cannot keep. */
export function refusals(contentKey: string): VectorRefusals {
  return {
    // "Dense vectors must contain at least one non-zero value", as the service says; of queries the reference says nothing.
    zeroVectors: true,
    id: problemWithId,
    metadata: (key, value) => problemWithKey(key, contentKey) ?? problemWithValue(value),
    document: ({ content, metadata }) => problemWithSize({ ...metadata, [contentKey]: content }),
  };
}

/** {@link https://docs.pinecone.io/guides/index-data/indexing-overview#metadata-format} */
function problemWithValue(value: MetadataValue): string | undefined {
  if (typeof value !== "object") return undefined;
  // The reference does not say whether it is kept, nor whether such a key exists.
  if (value.length === 0) return "an empty list, which Pinecone may lose";
  return typeof value[0] === "number"
    ? "a list of numbers, and Pinecone has lists of texts alone"
    : undefined;
}

function problemWithSize(metadata: object): string | undefined {
  const size = new TextEncoder().encode(JSON.stringify(metadata)).byteLength;
  if (size <= maxMetadataBytes) return undefined;
  return `its content and metadata have ${size} bytes, of which Pinecone keeps ${maxMetadataBytes}`;
}
