import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { BelugaError } from "../errors.js";
import { type Filter, filter, matchesFilter } from "../filter.js";
import { similarity } from "../score.js";
import type { SearchOptions, VectorDocument } from "../vector-store.js";
import {
  type IndexDescription,
  type StoredDocument,
  type VectorCall,
  type VectorDriver,
  type VectorQuery,
  createVectorStore,
} from "./vector-store.js";

/** An engine that keeps what it is told, and counts what it is asked. */
class Engine implements VectorDriver<Filter> {
  readonly provider = "acme";
  readonly index = "notes";
  readonly metric = "cosine";
  readonly filters = {
    leaf: (leaf: Filter) => leaf,
    and: (filters: readonly Filter[]): Filter => ({ op: "and", filters }),
    or: (filters: readonly Filter[]): Filter => ({ op: "or", filters }),
  };
  description: IndexDescription | undefined = { dimensions: 2, metric: "cosine" };
  readonly documents = new Map<string, StoredDocument>();
  readonly calls: string[] = [];

  async describe(call: VectorCall): Promise<IndexDescription | undefined> {
    this.calls.push(`describe for ${call.op}`);
    await wait(1, undefined, { signal: call.signal }).catch(() => call.signal?.throwIfAborted());
    return this.description;
  }
  async create({ metric, dimensions }: IndexDescription): Promise<void> {
    this.calls.push(`create ${metric} ${dimensions}`);
    this.description = { metric, dimensions };
  }
  async drop(): Promise<void> {
    this.calls.push("drop");
    this.description = undefined;
  }
  async upsert(documents: readonly StoredDocument[]): Promise<void> {
    this.calls.push(`upsert ${documents.map(({ id }) => id).join()}`);
    for (const document of documents) this.documents.set(document.id, document);
  }
  async search(query: VectorQuery<Filter>): ReturnType<VectorDriver<Filter>["search"]> {
    this.calls.push(`search ${query.k} ${JSON.stringify(query.condition)}`);
    return [...this.documents.values()]
      .filter(({ metadata }) => !query.condition || matchesFilter(query.condition, metadata))
      .map(({ embedding, ...rest }) => ({
        ...rest,
        metadata: { ...rest.metadata },
        score: similarity("cosine", query.vector, embedding),
      }));
  }
  async deleteIds(ids: readonly string[]): Promise<void> {
    this.calls.push(`delete ${ids.join()}`);
  }
  async deleteWhere(condition: Filter | undefined): Promise<void> {
    this.calls.push(`delete where ${JSON.stringify(condition)}`);
  }
}

/** An engine with some of its parts replaced, and the store over it. */
function storeOf(changes: Partial<VectorDriver<Filter>> = {}): {
  engine: Engine;
  store: ReturnType<typeof createVectorStore<Filter>>;
} {
  const engine = Object.assign(new Engine(), changes);
  return { engine, store: createVectorStore<Filter>(engine) };
}

const document = (id: string, embedding: VectorDocument["embedding"] = [1, 0]): VectorDocument => ({
  id,
  content: id,
  embedding,
});

const error = (code: string, message: string): unknown =>
  expect.objectContaining({ code, provider: "acme", message });

describe("the index", () => {
  test("is asked for once, by calls at the same time too", async () => {
    const { engine, store } = storeOf();
    await Promise.all([store.search([1, 0]), store.add([document("a")]), store.delete({ ids: ["b"] })]);
    await store.search([1, 0]);
    expect(engine.calls.filter((call) => call.startsWith("describe"))).toEqual([
      "describe for vector.search",
    ]);
  });

  test("that is missing is not_found, which says how to create it; it is asked for again by the next call", async () => {
    const { engine, store } = storeOf({ description: undefined } as object);
    await expect(store.search([1, 0])).rejects.toEqual(
      error("not_found", 'acme vector.search: there is no index "notes": ensureIndex() creates it'),
    );
    engine.description = { dimensions: 2 };
    await store.add([document("a")]);
    expect(engine.calls).toEqual(["describe for vector.search", "describe for vector.add", "upsert a"]);
  });

  test("of another metric or width than the config's is invalid_input", async () => {
    const other = storeOf({ dimensions: 3 });
    await expect(other.store.search([1, 2, 3])).rejects.toEqual(
      error(
        "invalid_input",
        'acme vector.search: dimensions: the index "notes" has 2, and the config says 3',
      ),
    );
    await expect(other.store.ensureIndex()).rejects.toMatchObject({ code: "invalid_input" });
    const { engine, store } = storeOf();
    engine.description = { dimensions: 2, metric: "dot" };
    await expect(store.add([document("a")])).rejects.toEqual(
      error(
        "invalid_input",
        'acme vector.add: metric: the index "notes" has dot, and the config says cosine',
      ),
    );
    expect(engine.calls.filter((call) => call.startsWith("upsert"))).toEqual([]);
  });

  test("says the width where the config does not, and where neither does, it is asked until it knows", async () => {
    const { engine, store } = storeOf();
    await expect(store.add([document("a", [1])])).rejects.toMatchObject({ code: "invalid_input" });
    await expect(store.search([1, 2, 3])).rejects.toMatchObject({ code: "invalid_input" });
    expect(engine.calls).toEqual(["describe for vector.add"]);
    const open = storeOf();
    open.engine.description = {};
    await open.store.add([document("a", [1, 2, 3])]);
    open.engine.description = { dimensions: 3 };
    await open.store.search([1, 2, 3]);
    await open.store.search([1, 2, 3]);
    expect(open.engine.calls.filter((call) => call.startsWith("describe"))).toHaveLength(2);
  });

  test("a call that ends while it asks does not end the others that wait with it", async () => {
    const { store } = storeOf();
    const controller = new AbortController();
    const first = store.search([1, 0], { signal: controller.signal });
    const second = store.search([1, 0]);
    controller.abort("enough");
    await expect(first).rejects.toBe("enough");
    expect(await second).toEqual([]);
  });

  test("that the engine says is gone is asked for again", async () => {
    const { engine, store } = storeOf();
    await store.search([1, 0]);
    const gone = new BelugaError({ op: "vector.search", code: "not_found", message: "gone" });
    vi.spyOn(engine, "search").mockRejectedValueOnce(gone);
    await expect(store.search([1, 0])).rejects.toBe(gone);
    await store.search([1, 0]);
    expect(engine.calls.filter((call) => call.startsWith("describe"))).toHaveLength(2);
  });

  test("ensureIndex creates one that is missing, and leaves one that is there; dropIndex forgets it", async () => {
    const { engine, store } = storeOf({ dimensions: 2 });
    await store.ensureIndex();
    await store.dropIndex();
    await store.ensureIndex();
    expect(engine.calls).toEqual([
      "describe for vector.ensureIndex",
      "drop",
      "describe for vector.ensureIndex",
      "create cosine 2",
    ]);
  });

  test("ensureIndex completes an index that it found, and one that it made", async () => {
    const complete = vi.fn(async () => {});
    const { engine, store } = storeOf({ complete });
    await store.ensureIndex();
    engine.description = undefined;
    await store.ensureIndex();
    expect(complete).toHaveBeenCalledTimes(2);
    engine.description = { metric: "dot" };
    await expect(store.ensureIndex()).rejects.toMatchObject({ code: "invalid_input" });
    expect(complete).toHaveBeenCalledTimes(2);
  });

  test("that another creates at the same time is as good, where it is the same", async () => {
    const { engine, store } = storeOf();
    const conflict = new BelugaError({ op: "x", code: "invalid_input", message: "there already" });
    engine.description = undefined;
    vi.spyOn(engine, "create").mockImplementation(async ({ metric }) => {
      engine.description = {
        metric: metric === "cosine" && engine.calls.length < 3 ? "cosine" : "dot",
        dimensions: 2,
      };
      throw conflict;
    });
    await store.ensureIndex();
    engine.description = undefined;
    await expect(store.ensureIndex()).rejects.toMatchObject({ code: "invalid_input" });
    vi.spyOn(engine, "create").mockRejectedValue(conflict);
    engine.description = undefined;
    await expect(store.ensureIndex()).rejects.toBe(conflict);
  });
});

describe("add", () => {
  test("writes the last document of an id, in batches by the engine's limits", async () => {
    const { engine, store } = storeOf({ limits: { documents: 2, concurrency: 1 } });
    await store.add(["a", "b", "c", "a"].map((id, n) => document(id, [n, 1])));
    expect(engine.calls.slice(1)).toEqual(["upsert a,b", "upsert c"]);
    expect(engine.documents.get("a")).toEqual({
      id: "a",
      content: "a",
      metadata: {},
      embedding: Float32Array.of(3, 1),
    });
  });

  test("has at most four batches under way, or as many as the engine takes; the first failure ends it", async () => {
    for (const concurrency of [undefined, 2]) {
      let [underWay, most] = [0, 0];
      const { engine, store } = storeOf({ limits: { documents: 1, ...(concurrency && { concurrency }) } });
      vi.spyOn(engine, "upsert").mockImplementation(async () => {
        most = Math.max(most, ++underWay);
        await wait(2);
        underWay--;
      });
      await store.add(Array.from({ length: 9 }, (_, n) => document(`${n}`)));
      expect(most).toBe(concurrency ?? 4);
    }
    const { engine, store } = storeOf({ limits: { documents: 1, concurrency: 1 } });
    const failure = new Error("full");
    const upsert = vi.spyOn(engine, "upsert").mockRejectedValue(failure);
    await expect(store.add([document("a"), document("b")])).rejects.toBe(failure);
    expect(upsert).toHaveBeenCalledTimes(1);
  });

  test("the total time limit holds for all batches together", async () => {
    const { engine, store } = storeOf({ limits: { documents: 1, concurrency: 1 } });
    vi.spyOn(engine, "upsert").mockImplementation(async (_documents, call?: VectorCall) => {
      await wait(30, undefined, { signal: call?.signal }).catch(() => call?.signal?.throwIfAborted());
    });
    const documents = Array.from({ length: 50 }, (_, n) => document(`${n}`));
    await expect(store.add(documents, { timeout: { total: 60 } })).rejects.toEqual(
      error("timeout", "acme vector.add: the total time limit of 60 ms passed"),
    );
  });

  test("the total time limit holds for all that a call asks together, and aborts it", async () => {
    const { engine, store } = storeOf();
    vi.spyOn(engine, "describe").mockImplementation(async () => wait(40, { dimensions: 2 }));
    vi.spyOn(engine, "search").mockImplementation(async (_query, call?: VectorCall) => {
      await wait(5_000, undefined, { signal: call?.signal }).catch(() => call?.signal?.throwIfAborted());
      throw new Error("unreachable");
    });
    await expect(store.search([1, 0], { timeout: { total: 60 } })).rejects.toEqual(
      error("timeout", "acme vector.search: the total time limit of 60 ms passed"),
    );
  });

  test("what the engine cannot keep is refused with its reason, and nothing is asked of it", async () => {
    const refuses: VectorDriver<Filter>["refuses"] = {
      id: (id) => (id.length > 3 ? "longer than 3" : undefined),
      metadata: (key, value) => (key.startsWith("$") || typeof value === "boolean" ? "no place" : undefined),
      document: ({ content }) => (content.length > 10 ? "too large" : undefined),
      zeroVectors: true,
    };
    const { engine, store } = storeOf({ refuses, dimensions: 2 });
    const table: [Partial<VectorDocument>, string][] = [
      [{ id: "long" }, "documents[1].id: longer than 3"],
      [{ id: "\uD800" }, "documents[1].id: half of a surrogate pair, which is no character"],
      [{ content: "a\uDC00" }, "documents[1].content: half of a surrogate pair, which is no character"],
      [
        { metadata: { "\uD800": 1 } },
        "a key of documents[1].metadata: half of a surrogate pair, which is no character",
      ],
      [
        { metadata: { a: ["b", "\uD800"] } },
        "documents[1].metadata.a: half of a surrogate pair, which is no character",
      ],
      [{ metadata: { $a: 1 } }, "documents[1].metadata.$a: no place"],
      [{ metadata: { a: true } }, "documents[1].metadata.a: no place"],
      [{ embedding: [0, 0] }, "documents[1].embedding: a vector of zeros"],
      [{ content: "01234567890" }, "documents[1]: too large"],
    ];
    for (const [change, problem] of table) {
      await expect(store.add([document("a"), { ...document("b"), ...change }])).rejects.toEqual(
        error("invalid_input", `acme vector.add: ${problem}`),
      );
    }
    await expect(store.search([0, 0])).rejects.toEqual(
      error("invalid_input", "acme vector.search: query: a vector of zeros"),
    );
    expect(engine.calls).toEqual([]);
  });
});

describe("search", () => {
  test("sorts by score, ties by id, and keeps what reaches the threshold, k at most", async () => {
    const { store } = storeOf();
    await store.add([document("b"), document("c", [0, 1]), document("a"), document("d", [1, 1])]);
    const find = async (options?: SearchOptions): Promise<string> =>
      (await store.search([2, 0], options)).map(({ id }) => id).join("");
    expect([await find(), await find({ threshold: 0.5 }), await find({ k: 1 })]).toEqual([
      "abdc",
      "abd",
      "a",
    ]);
  });

  test("asks nothing of the engine where the filter matches nothing, and gives it none where it matches all", async () => {
    const { engine, store } = storeOf();
    expect(await store.search([1, 0], { filter: filter.or() })).toEqual([]);
    await store.search([1, 0], { filter: filter.and(), k: 3 });
    await store.search([1, 0], { filter: filter.eq("a", 1), k: 3 });
    expect(engine.calls.slice(1)).toEqual(["search 3 undefined", 'search 3 {"op":"eq","key":"a","value":1}']);
  });

  test("a k over the engine's limit, and a filter that it cannot say, are refused before anything is asked", async () => {
    const { engine, store } = storeOf({ limits: { k: 100 }, dimensions: 2 });
    await expect(store.search([1, 0], { k: 101 })).rejects.toEqual(
      error("invalid_input", "acme vector.search: k: at most 100"),
    );
    const negated = { filter: filter.not(filter.gt("a", 1)) };
    await expect(store.search([1, 0], negated)).rejects.toMatchObject({
      code: "unsupported",
      op: "vector.search",
    });
    await expect(store.delete(negated)).rejects.toMatchObject({ code: "unsupported", op: "vector.delete" });
    expect(engine.calls).toEqual([]);
  });
});

describe("delete", () => {
  test("by ids goes in batches, without those that no document can have", async () => {
    const { engine, store } = storeOf({ limits: { ids: 2, concurrency: 1 } });
    await store.delete({ ids: ["a", "b", "a", "", "\uD800", "c"] });
    await store.delete({ ids: [""] });
    expect(engine.calls.slice(1)).toEqual(["delete a,b", "delete c"]);
  });

  test("by filter hands on the condition, or that there is none", async () => {
    const { engine, store } = storeOf();
    await store.delete({ filter: filter.eq("a", 1) });
    await store.delete({ filter: filter.and() });
    await store.delete({ filter: filter.or() });
    expect(engine.calls.slice(1)).toEqual([
      'delete where {"op":"eq","key":"a","value":1}',
      "delete where undefined",
    ]);
  });
});

test("after close every call is refused, and the engine is closed once", async () => {
  const close = vi.fn(async () => {});
  const { engine, store } = storeOf({ close });
  await store.close();
  await store.close();
  expect(close).toHaveBeenCalledTimes(1);
  for (const call of [
    () => store.add([]),
    () => store.search([1, 0]),
    () => store.delete({ ids: [] }),
    () => store.ensureIndex(),
    () => store.dropIndex(),
  ]) {
    await expect(call()).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("closed"),
    });
  }
  expect(engine.calls).toEqual([]);
});

test("options that are no object are refused", async () => {
  const { store } = storeOf();
  await expect(store.search([1, 0], 7 as never)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(store.add([], null as never)).rejects.toMatchObject({ code: "invalid_input" });
});
