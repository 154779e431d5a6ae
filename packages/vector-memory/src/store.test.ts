import { vectorStoreConformance } from "@beluga/conformance";
import { type ProviderDefinition, type VectorStore, vectorStores } from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import type { MemorySettings } from "./config.js";
import { createMemoryStore } from "./index.js";
import { MemoryStore } from "./store.js";
import { paths } from "./testing/paths.js";
import { Random } from "./testing/random.js";

const definition = vectorStores.get("memory") as ProviderDefinition<VectorStore>;

describe.each(Object.entries(paths))("%s", (_, createSegment) => {
  vectorStoreConformance({
    name: "memory",
    packageName: "@beluga/vector-memory",
    create: ({ name, metric, dimensions }) =>
      instantiate(
        vectorStores,
        {
          ...definition,
          create: (settings) => new MemoryStore(settings as MemorySettings, { createSegment }),
        },
        { index: name, metric, dimensions },
      ),
  });
});

describe("the index", () => {
  test("documents that were moved by deletes keep their vectors", async () => {
    const random = new Random(1);
    const documents = Array.from({ length: 200 }, (_, n) => ({
      id: `d${n}`,
      content: "",
      embedding: Float32Array.from({ length: 3 }, () => random.number()),
    }));
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
