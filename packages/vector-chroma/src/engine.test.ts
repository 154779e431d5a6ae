import { type Metric, type VectorDocument, filter, importDocuments, matchesFilter } from "@beluga/core";
import { compareHits, similarity } from "@beluga/core/provider";
import { afterAll, describe, expect, test } from "vitest";
import { type ChromaConfig, createChromaStore } from "./index.js";
import { serverForTests } from "./testing/server.js";
import { problemWithNumber } from "./values.js";

const server = await serverForTests();
afterAll(() => server?.stop());

let stores = 0;

/** A store over a new collection. */
async function newStore(config: ChromaConfig = {}): Promise<ReturnType<typeof createChromaStore>> {
  const store = createChromaStore({
    baseURL: server?.url,
    index: `engine${process.pid}x${++stores}`,
    ...config,
  });
  await store.ensureIndex();
  return store;
}

/** The same numbers in every run, from -0.5 to 0.5. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
}

/** With which a search of some thousand misses nothing. */
const thorough = { efConstruction: 400, efSearch: 1_000, maxNeighbors: 64 };

const random = numbers(7);
const vector = (width: number): Float32Array => Float32Array.from({ length: width }, random);
const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);

describe.skipIf(!server)("a real server", { timeout: 30_000 }, () => {
  test("keeps each number that is not refused, and finds it by eq", async () => {
    const candidates = Array.from({ length: 4_000 }, (_, n) => {
      const scale = 10 ** ((n % 45) - 22);
      return n % 3 === 0
        ? Number((random() * scale).toPrecision(15))
        : n % 3 === 1
          ? random() * scale
          : Math.round(random() * 2 ** 63);
    });
    const kept = [...new Set(candidates)].filter((number) => problemWithNumber(number) === undefined);
    expect(kept.length).toBeGreaterThan(2_000);
    const store = await newStore();
    await store.add(
      kept.map((number, n) => ({ id: `${n}`, content: "", metadata: { number }, embedding: [1, n] })),
    );
    const hits = await store.search([1, 0], { k: kept.length });
    expect(hits).toHaveLength(kept.length);
    for (const { id, metadata } of hits) expect(metadata).toEqual({ number: kept[Number(id)] });
    for (let n = 0; n < kept.length; n += 97) {
      const found = await store.search([1, 0], { filter: filter.eq("number", kept[n] as number) });
      expect(idsOf(found)).toEqual([`${n}`]);
    }
  });

  test("compares whole numbers and fractions as numbers", async () => {
    const values = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 1e21, -1e21, "1", true];
    const documents = values.map((key, n) => ({
      id: `${n}`,
      content: "",
      metadata: { key },
      embedding: [1, n],
    }));
    const store = await newStore();
    await store.add(documents);
    for (const value of values.filter((value) => typeof value === "number")) {
      const { eq, ne, gt, gte, lt, lte } = filter;
      const lists = [filter.in("key", [value, 0, "1"]), filter.nin("key", [value, 1.5, true])];
      for (const condition of [...[eq, ne, gt, gte, lt, lte].map((make) => make("key", value)), ...lists]) {
        const hits = await store.search([1, 0], { k: 20, filter: condition });
        const expected = documents.filter(({ metadata }) => matchesFilter(condition, metadata));
        expect([condition, ...idsOf(hits).sort()]).toEqual([condition, ...idsOf(expected).sort()]);
      }
    }
  });

  test("finds whole numbers that another tool wrote as floats", async () => {
    const store = await newStore();
    await store.add([{ id: "a", content: "", embedding: [1, 0] }]);
    const collections = `${server?.url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
    const { id } = (await (await fetch(`${collections}/${store.id.split("/")[1]}`)).json()) as { id: string };
    const body = '{"ids":["python"],"embeddings":[[1,0]],"metadatas":[{"year":2026.0}]}';
    const headers = { "content-type": "application/json" };
    await fetch(`${collections}/${id}/upsert`, { method: "POST", headers, body });
    const find = async (condition: Parameters<typeof filter.not>[0]): Promise<unknown> =>
      (await store.search([1, 0], { filter: condition })).map(({ id, content, metadata }) => [
        id,
        content,
        metadata,
      ]);
    const python = ["python", "", { year: 2026 }];
    expect(await find(filter.eq("year", 2026))).toEqual([python]);
    expect(await find(filter.gt("year", 2025.5))).toEqual([python]);
    expect(await find(filter.ne("year", 2026))).toEqual([["a", "", {}]]);
  });

  test("a document that is replaced keeps nothing of the old one, whatever the types were", async () => {
    const store = await newStore();
    const values = ["x", 1, 1.5, true, undefined, 0, "", false];
    for (const [n, value] of values.entries()) {
      const metadata: Record<string, string | number | boolean> = { [`only${n}`]: n };
      if (value !== undefined) metadata["both"] = value;
      await store.add([{ id: "a", content: `c${n}`, metadata, embedding: [1, n] }]);
      const hits = await store.search([1, n]);
      expect(hits.map(({ content, metadata }) => ({ content, metadata }))).toEqual([
        { content: `c${n}`, metadata },
      ]);
      for (const other of values) {
        if (other === undefined) continue;
        const found = await store.search([1, 0], { filter: filter.eq("both", other) });
        expect(found).toHaveLength(other === value ? 1 : 0);
      }
    }
  });

  test("of adds of one id at the same time, one document stays, and not a mixture", async () => {
    const store = await newStore();
    for (let round = 0; round < 5; round++) {
      const one = { id: "a", content: "one", metadata: { one: round }, embedding: [1, 0] };
      const two = { id: "a", content: "two", metadata: { two: round }, embedding: [0, 1] };
      await Promise.all([one, two].map((document) => store.add([document])));
      const [{ content, metadata } = { content: "", metadata: {} }] = await store.search([1, 0]);
      expect(metadata).toEqual({ [content]: round });
    }
  });

  test.each<Metric>(["cosine", "dot", "euclidean"])(
    "%s: a filter that few of thousands match finds exactly the nearest of those",
    async (metric) => {
      const store = await newStore({ metric, hnsw: thorough });
      const documents = Array.from({ length: 4_000 }, (_, n) => ({
        id: `d${n}`,
        content: `c${n}`,
        metadata: { group: n % 1_000, half: n % 2 },
        embedding: vector(16),
      }));
      await store.add(documents);
      for (let group = 0; group < 1_000; group += 50) {
        const query = vector(16);
        const condition = filter.and(filter.eq("group", group), filter.eq("half", group % 2));
        const expected = documents
          .filter(({ metadata }) => matchesFilter(condition, metadata))
          .map(({ id, embedding }) => ({ id, score: similarity(metric, query, embedding) }))
          .sort(compareHits);
        expect(expected).toHaveLength(4);
        for (const k of [2, 4, 10]) {
          const hits = await store.search(query, { k, filter: condition });
          expect(idsOf(hits)).toEqual(idsOf(expected.slice(0, k)));
          for (const [at, { score }] of hits.entries())
            expect(score).toBeCloseTo(expected[at]?.score ?? NaN, 5);
        }
      }
    },
  );

  test.each<Metric>(["cosine", "dot", "euclidean"])(
    "%s: of thousands of equal vectors, which the graph does not reach, none is missed",
    async (metric) => {
      const store = await newStore({ metric });
      const documents = Array.from({ length: 2_500 }, (_, n) => ({
        id: `d${n}`,
        content: `c${n}`,
        metadata: { rare: n % 500 === 7 },
        embedding: [1, 1],
      }));
      await store.add(documents);
      const rare = await store.search([1, 0], { filter: filter.eq("rare", true), includeEmbeddings: true });
      expect(idsOf(rare)).toEqual(["d1007", "d1507", "d2007", "d507", "d7"]);
      expect(rare[0]).toMatchObject({ content: "c1007", metadata: { rare: true } });
      for (const { score, embedding = [] } of rare) {
        expect(score).toBeCloseTo(similarity(metric, [1, 0], [1, 1]), 5);
        expect(embedding[0]).toBeCloseTo(1, 5);
      }
      expect(new Set(idsOf(await store.search([1, 0], { k: 5_000 }))).size).toBe(2_500);
      expect(await store.search([1, 0], { k: 2_000 })).toHaveLength(2_000);
    },
  );

  test("an import is written in batches, and a delete by filter takes them all again", async () => {
    const store = await newStore({ dimensions: 8 });
    function* documents(): Generator<VectorDocument> {
      for (let n = 0; n < 3_500; n++)
        yield { id: `d${n}`, content: `c${n}`, metadata: { odd: n % 2 === 1 }, embedding: vector(8) };
    }
    expect(await importDocuments(store, documents(), { batchSize: 1_500 })).toBe(3_500);
    expect(await store.search(vector(8), { k: 5_000 })).toHaveLength(3_500);
    await store.delete({ filter: filter.eq("odd", true) });
    expect(await store.search(vector(8), { k: 5_000 })).toHaveLength(1_750);
    await store.delete({ filter: filter.and() });
    expect(await store.search(vector(8), { k: 5_000 })).toEqual([]);
  });

  test("a width in the config is kept before the first document", async () => {
    const index = `engine${process.pid}x${++stores}`;
    await newStore({ index, dimensions: 3 });
    const other = createChromaStore({ baseURL: server?.url, index });
    const refused = { code: "invalid_input", message: expect.stringContaining("expected 3 numbers") };
    await expect(other.add([{ id: "a", content: "", embedding: [1, 2] }])).rejects.toMatchObject(refused);
    await expect(other.search([1, 2])).rejects.toMatchObject(refused);
  });

  test("a collection that was made anew elsewhere is found again after one not_found", async () => {
    const index = `engine${process.pid}x${++stores}`;
    const [one, other] = [await newStore({ index }), await newStore({ index })];
    await one.add([{ id: "a", content: "", embedding: [1, 0] }]);
    expect(await one.search([1, 0])).toHaveLength(1);
    await other.dropIndex();
    await other.ensureIndex();
    await expect(one.search([1, 0])).rejects.toMatchObject({ code: "not_found" });
    expect(await one.search([1, 0])).toEqual([]);
  });

  test("a filter as large as is not refused is one that it takes", async () => {
    const store = await newStore();
    await store.add([{ id: "a", content: "", metadata: { n: 7, s: "x" }, embedding: [1, 0] }]);
    const many = Array.from({ length: 15_999 }, (_, n) => n);
    const nested = Array.from({ length: 61 }).reduce<Parameters<typeof filter.not>[0]>(
      (inner, _, n) => (n % 2 ? filter.and(inner, filter.ne("n", -n)) : filter.or(inner, filter.eq("n", -n))),
      filter.in("n", [7, 8]),
    );
    const wide = filter.or(...many.slice(0, 2_000).map((n) => filter.eq("n", n)));
    for (const condition of [filter.in("n", many), filter.not(filter.nin("n", many)), nested, wide])
      expect(await store.search([1, 0], { filter: condition })).toHaveLength(1);
  });
});
