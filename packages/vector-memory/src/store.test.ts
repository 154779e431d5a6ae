import { vectorStoreConformance } from "@beluga/conformance";
import {
  type BelugaError,
  type ProviderDefinition,
  type VectorStore,
  filter,
  vectorStores,
} from "@beluga/core";
import { instantiate } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import type { MemorySettings } from "./config.js";
import { createMemoryStore } from "./index.js";
import { openMemoryStore } from "./store.js";
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
          create: (settings) => openMemoryStore(settings as MemorySettings, { createSegment }),
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

  test("dropIndex forgets the documents and the width, ensureIndex changes nothing", async () => {
    const store = createMemoryStore();
    await store.add([{ id: "a", content: "", embedding: [1, 2, 3] }]);
    await store.ensureIndex();
    expect(await store.search([1, 2, 3])).toHaveLength(1);
    await store.dropIndex();
    expect(await store.search([1, 2])).toEqual([]);
    await store.add([{ id: "b", content: "", embedding: [1, 2] }]);
    expect(await store.search([1, 2])).toHaveLength(1);
  });

  test("of two first writes at the same time, one sets the width for the other", async () => {
    const store = createMemoryStore();
    const results = await Promise.allSettled([
      store.add([{ id: "a", content: "", embedding: [1, 2] }]),
      store.add([{ id: "b", content: "", embedding: [1, 2, 3] }]),
    ]);
    const reason = { code: "invalid_input", op: "vector.add", message: expect.stringContaining("2 numbers") };
    expect(results).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason }]);
  });

  test("a search that begins while the first write sets another width finds nothing, or is refused", async () => {
    const outcomes = new Set<unknown>();
    for (let ticks = 0; ticks < 20; ticks++) {
      const store = createMemoryStore();
      const adding = store.add([{ id: "a", content: "", embedding: [1, 2] }]);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      const [, found] = await Promise.allSettled([adding, store.search([1])]);
      outcomes.add(found.status === "fulfilled" ? found.value.length : (found.reason as BelugaError).code);
    }
    expect(outcomes).toEqual(new Set([0, "invalid_input"]));
  });

  test("where there is no memory for all documents of a call, none is written, and no width is set", async () => {
    const settings = { metric: "cosine", dimensions: undefined, index: "small" } as const;
    const store = openMemoryStore(settings, {
      createSegment(shape) {
        if (shape.rows > 100) throw new RangeError("no memory");
        return paths.JavaScript(shape);
      },
    });
    const documents = Array.from({ length: 101 }, (_, n) => ({ id: `${n}`, content: "", embedding: [n, 1] }));
    await expect(store.add(documents)).rejects.toThrow("no memory");
    await store.add([{ id: "a", content: "", embedding: [1, 2, 3] }]);
    await expect(
      store.add(documents.map((document) => ({ ...document, embedding: [1, 2, 3] }))),
    ).rejects.toThrow("no memory");
    expect(await store.search([1, 2, 3], { k: 1000 })).toHaveLength(1);
  });

  test("half of a surrogate pair is kept as it is", async () => {
    const store = createMemoryStore();
    await store.add([{ id: "\ud83e", content: "\udd8a", metadata: { "\udd8a": "\ud83e" }, embedding: [1] }]);
    expect(await store.search([1], { filter: filter.eq("\udd8a", "\ud83e") })).toEqual([
      { id: "\ud83e", content: "\udd8a", metadata: { "\udd8a": "\ud83e" }, score: 1 },
    ]);
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
