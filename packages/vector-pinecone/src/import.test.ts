import { startServer } from "@beluga/conformance";
import { type VectorDocument, importDocuments } from "@beluga/core";
import { expect, test } from "vitest";
import { createPineconeStore } from "./index.js";
import { pineconeServer } from "./testing/pinecone-server.js";

const count = 4_000;
const dimensions = 128;

/** One after the other, and none kept. */
function* documents(): Generator<VectorDocument> {
  for (let n = 0; n < count; n++) {
    const embedding = Float32Array.from({ length: dimensions }, (_, at) => Math.sin(n * dimensions + at));
    // Some of several kilobytes, in characters that take three bytes each.
    yield { id: `d${n}`, content: "鯨".repeat(n % 100 === 0 ? 3_000 : 20), metadata: { n }, embedding };
  }
}

test("an import of many documents keeps to Pinecone's limits, and loses none", async () => {
  await using server = await startServer();
  const { url: baseURL, apiKey, route } = pineconeServer(server);
  const store = createPineconeStore({ baseURL, apiKey, index: "docs", dimensions });
  await store.ensureIndex();
  await importDocuments(store, documents());

  const writes = route.requests.filter(({ path }) => path.endsWith("/vectors/upsert"));
  const sizes = writes.map(({ body }) => (body as { vectors: unknown[] }).vectors.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  expect(Math.max(...writes.map(({ bytes }) => bytes.byteLength))).toBeLessThanOrEqual(2_000_000);
  // Not many more than it takes.
  const bytes = writes.reduce((sum, write) => sum + write.bytes.byteLength, 0);
  expect(writes.length).toBeLessThanOrEqual(2 * Math.ceil(bytes / 2_000_000) + 2);

  const hits = await store.search(new Float32Array(dimensions).fill(1), { k: count });
  expect(new Set(hits.map(({ id }) => id)).size).toBe(count);
});
