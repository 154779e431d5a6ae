import { vectorStoreConformance } from "@beluga/conformance";
import { type Metric, type VectorDocument, filter, vectorStores } from "@beluga/core";
import { compareHits, similarity } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { createMemoryStore } from "./index.js";

vectorStoreConformance({
  name: "memory",
  packageName: "@beluga/vector-memory",
  create: ({ name, metric, dimensions }) => createMemoryStore({ index: name, metric, dimensions }),
});

const metrics: readonly Metric[] = ["cosine", "dot", "euclidean"];

/** The same documents in every run, more of them than one block has rows, and of a width that is no multiple of four. */
function randomDocuments(count: number, dimensions: number): VectorDocument[] {
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  return Array.from({ length: count }, (_, n) => ({
    id: `d${n}`,
    content: "",
    metadata: { n },
    embedding: Float32Array.from({ length: dimensions }, next),
  }));
}

describe("exact search", () => {
  test.each(metrics)(
    "%s: hits and scores are those of a plain loop and a full sort, to the last bit",
    async (metric) => {
      const documents = randomDocuments(3001, 13);
      const store = createMemoryStore({ metric });
      for (let from = 0; from < documents.length; from += 700)
        await store.add(documents.slice(from, from + 700));
      for (const { embedding: query } of documents.slice(0, 20)) {
        const expected = documents
          .map(({ id, embedding }) => ({ id, score: similarity(metric, query, embedding) }))
          .sort(compareHits);
        for (const k of [1, 10, 5000]) {
          const hits = await store.search(query, { k });
          expect(hits.map(({ id, score }) => ({ id, score }))).toEqual(expected.slice(0, k));
        }
      }
    },
  );

  test.each(metrics)(
    "%s: vectors near the ends of single precision are scored as others are",
    async (metric) => {
      const store = createMemoryStore({ metric });
      const vectors = [
        [3e38, 3e38],
        [-3e38, 3e38],
        [1e-45, 0],
        [1e-40, -1e-40],
        [1e19, 1e-19],
      ].map((vector) => Float32Array.from(vector));
      await store.add(vectors.map((embedding, n) => ({ id: `d${n}`, content: "", embedding })));
      for (const query of vectors) {
        const hits = await store.search(query, { includeEmbeddings: true });
        expect(hits).toHaveLength(vectors.length);
        for (const { score, embedding = [] } of hits)
          expect(score).toBe(similarity(metric, query, embedding));
      }
    },
  );

  test("of equal scores, those with the first ids make the cut, whatever the order of writing", async () => {
    const store = createMemoryStore();
    const ids = Array.from({ length: 50 }, (_, n) => `d${String(n).padStart(2, "0")}`);
    for (const id of ids.toReversed()) await store.add([{ id, content: "", embedding: [1, 1] }]);
    const hits = await store.search([1, 0], { k: 7 });
    expect(hits.map(({ id }) => id)).toEqual(ids.slice(0, 7));
  });

  test("a filter that few match finds the nearest k of those", async () => {
    const documents = randomDocuments(3000, 5);
    const store = createMemoryStore();
    await store.add(documents);
    const query = [1, 2, 3, 4, 5];
    const hits = await store.search(query, { k: 4, filter: filter.gte("n", 2990) });
    const expected = documents
      .slice(2990)
      .map(({ id, embedding }) => ({ id, score: similarity("cosine", query, embedding) }))
      .sort(compareHits);
    expect(hits.map(({ id, score }) => ({ id, score }))).toEqual(expected.slice(0, 4));
  });
});

describe("the index", () => {
  test("documents that were moved by deletes keep their vectors", async () => {
    const documents = randomDocuments(200, 3);
    const store = createMemoryStore({ metric: "euclidean" });
    await store.add(documents);
    const gone = documents.filter((_, n) => n % 3 !== 1).map(({ id }) => id);
    await store.delete({ ids: gone });
    await store.add(documents.slice(0, 2));
    const left = documents.filter((_, n) => n % 3 === 1 || n < 2);
    for (const { id, embedding } of left) {
      const [hit] = await store.search(embedding, { k: 1, includeEmbeddings: true });
      expect(hit).toMatchObject({ id, score: 1, embedding });
    }
    expect(await store.search([1, 1, 1], { k: 1000 })).toHaveLength(left.length);
  });

  test("the first document sets the width, and it stays when all are deleted", async () => {
    const store = createMemoryStore();
    await expect(
      store.add([
        { id: "a", content: "", embedding: [1, 2] },
        { id: "b", content: "", embedding: [1] },
      ]),
    ).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("documents[1].embedding"),
    });
    await store.add([{ id: "a", content: "", embedding: [1, 2, 3] }]);
    await store.delete({ ids: ["a"] });
    await expect(store.add([{ id: "a", content: "", embedding: [1, 2] }])).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(store.search([1, 2])).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("a width in the config holds from the start", async () => {
    const store = createMemoryStore({ dimensions: 2 });
    await expect(store.search([1])).rejects.toMatchObject({ code: "invalid_input" });
    await expect(store.add([{ id: "a", content: "", embedding: [1] }])).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(() => createMemoryStore({ dimensions: 0 })).toThrow(/dimensions/);
  });

  test("each store has documents of its own, of one index name too", async () => {
    const [one, other] = [
      vectorStores.create("memory", { index: "notes" }),
      vectorStores.createDynamic("memory/notes"),
    ];
    await one.add([{ id: "a", content: "", embedding: [1] }]);
    expect([one.id, other.id]).toEqual(["memory/notes", "memory/notes"]);
    expect(await other.search([1])).toEqual([]);
  });
});
