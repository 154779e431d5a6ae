import { Buffer } from "node:buffer";
import { EventEmitter, once } from "node:events";
import { type ManagedVectorStore, filter } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type ChromaConfig, createChromaStore } from "./index.js";

const id = "88a28907-7f8e-4413-8f66-284267044bcf";
const collections =
  "http://127.0.0.1:8000/api/v2/tenants/default_tenant/databases/default_database/collections";
const records = `${collections}/${id}`;

type Answers = Readonly<Record<string, unknown>>;

/** What a server says, by the end of the path. */
const answers: Answers = {
  get: { ids: [], documents: null, metadatas: [], embeddings: null },
  query: { ids: [["a"]], documents: [["c"]], metadatas: [[null]], distances: [[0]], embeddings: [[[1, 0]]] },
};

/** All requests of a call, but that for the collection, which comes first: `POST URL` and the body. */
async function sent(
  config: ChromaConfig,
  call: (store: ManagedVectorStore) => Promise<unknown>,
  changes: Answers = {},
): Promise<(readonly [request: string, body?: unknown])[]> {
  const requests = await allSent(config, call, changes);
  const [first, ...others] = requests.map(({ method, url, body }) => {
    const request = `${method} ${url}`;
    return body === undefined ? ([request] as const) : ([request, body] as const);
  });
  expect(first?.[0]).toMatch(/^GET .*\/collections\/[\w.-]+$/);
  return others;
}

async function allSent(
  config: ChromaConfig,
  call: (store: ManagedVectorStore) => Promise<unknown>,
  changes: Answers = {},
): Promise<{ method: string; url: string; headers: Headers; body: unknown }[]> {
  const requests: { method: string; url: string; headers: Headers; body: unknown }[] = [];
  const spaces = { cosine: "cosine", dot: "ip", euclidean: "l2" };
  const space = spaces[config.metric ?? "cosine"];
  const collection = { id, dimension: 2, metadata: null, configuration_json: { hnsw: { space } } };
  const store = createChromaStore({
    ...config,
    fetch: async (input, init) => {
      const { method, url, headers } = new Request(input, init);
      const text = init?.body;
      const body = typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
      requests.push({ method, url, headers, body });
      const action = url.split("/").at(-1) ?? "";
      if (method === "GET") return Response.json(collection);
      return Response.json({ ...answers, ...changes }[action] ?? {});
    },
  });
  await call(store);
  return requests;
}

function base64(...numbers: readonly number[]): string {
  return Buffer.from(Float32Array.from(numbers).buffer).toString("base64");
}

/** The requests of `ensureIndex` where there is no collection, but the first, which finds that out. */
async function created(config: ChromaConfig): Promise<unknown> {
  const requests: unknown[] = [];
  const store = createChromaStore({
    ...config,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (request.method === "GET")
        return Response.json(
          { error: "NotFoundError", message: "Collection [documents] does not exists" },
          { status: 404 },
        );
      requests.push([`${request.method} ${request.url}`, await request.json()]);
      return Response.json({ id });
    },
  });
  await store.ensureIndex();
  return requests;
}

describe("the index", () => {
  test("is created with the metric, and the rest as the server has it", async () => {
    expect(await created({})).toEqual([
      [`POST ${collections}`, { name: "documents", configuration: { hnsw: { space: "cosine" } } }],
    ]);
  });

  test("is created with the width, which a server has no place for, in its metadata, and with its graph", async () => {
    const hnsw = { efConstruction: 200, efSearch: 400, maxNeighbors: 32 };
    expect(await created({ index: "notes", metric: "dot", dimensions: 768, hnsw })).toEqual([
      [
        `POST ${collections}`,
        {
          name: "notes",
          metadata: { "beluga:dimensions": 768 },
          configuration: { hnsw: { space: "ip", ef_construction: 200, ef_search: 400, max_neighbors: 32 } },
        },
      ],
    ]);
    expect(await created({ metric: "euclidean" })).toMatchObject([
      [`POST ${collections}`, { configuration: { hnsw: { space: "l2" } } }],
    ]);
  });

  test("is deleted by its name", async () => {
    const requests = await allSent({ index: "notes" }, (store) => store.dropIndex());
    expect(requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["DELETE", `${collections}/notes`, undefined],
    ]);
  });
});

describe("an add", () => {
  test("looks up the metadata that is there, and sends vectors as base64", async () => {
    const requests = await sent({}, (store) =>
      store.add([
        {
          id: "a",
          content: "Wal 🐋",
          metadata: { lang: "de", year: 2026, draft: false },
          embedding: [0.1, 2],
        },
        { id: "b", content: "", embedding: Float32Array.of(3, -4) },
      ]),
    );
    expect(requests).toEqual([
      [`POST ${records}/get`, { ids: ["a", "b"], include: ["metadatas"] }],
      [
        `POST ${records}/upsert`,
        {
          ids: ["a", "b"],
          embeddings: [base64(0.1, 2), base64(3, -4)],
          documents: ["Wal 🐋", ""],
          metadatas: [{ lang: "de", year: 2026, draft: false }, {}],
        },
      ],
    ]);
  });

  test("removes the keys that a document had before, also those of other tools", async () => {
    const old = JSON.parse(
      '{ "year": 1, "old": "x", "__proto__": "y", "list": [1], "sparse": { "#type": "s" } }',
    ) as object;
    const get = { ids: ["b"], metadatas: [old] };
    const [, [, body] = []] = await sent(
      {},
      (store) =>
        store.add([
          { id: "a", content: "", metadata: { year: 2 }, embedding: [1, 0] },
          { id: "b", content: "", metadata: { year: 2 }, embedding: [1, 0] },
        ]),
      { get },
    );
    expect((body as { metadatas: unknown }).metadatas).toEqual([
      { year: 2 },
      JSON.parse('{ "year": 2, "old": null, "__proto__": null, "list": null, "sparse": null }'),
    ]);
  });

  test("sends a view's part alone", async () => {
    const view = Float32Array.of(9, 3, 4, 9).subarray(1, 3);
    const [, [, body] = []] = await sent({}, (store) =>
      store.add([{ id: "a", content: "", embedding: view }]),
    );
    expect(body).toMatchObject({ embeddings: [base64(3, 4)] });
  });

  test("is sent in batches, one after the other", async () => {
    const many = Array.from({ length: 5 }, (_, n) => ({ id: `d${n}`, content: "", embedding: [1, n] }));
    const requests = await sent({ maxBatchSize: 2 }, (store) => store.add(many));
    expect(
      requests.map(([request, body]) => [request.split("/").at(-1), (body as { ids: string[] }).ids]),
    ).toEqual(
      [["d0", "d1"], ["d2", "d3"], ["d4"]].flatMap((ids) => [
        ["get", ids],
        ["upsert", ids],
      ]),
    );
  });
});

test("an add that waits for another leaves at once when it is aborted, and sends nothing", async () => {
  const events = new EventEmitter();
  const begun = once(events, "begin");
  const answering = once(events, "answer");
  const ids: unknown[] = [];
  const store = createChromaStore({
    fetch: async (_, init) => {
      if (init?.method === "GET") return Response.json({ id, dimension: 2, configuration_json: {} });
      ids.push((JSON.parse(init?.body as string) as { ids: unknown }).ids);
      events.emit("begin");
      await answering;
      return Response.json(answers["get"]);
    },
  });
  const first = store.add([{ id: "first", content: "", embedding: [1, 0] }]);
  await begun;
  const controller = new AbortController();
  const { signal } = controller;
  const second = store.add([{ id: "second", content: "", embedding: [1, 0] }], { signal });
  await new Promise((resolve) => setImmediate(resolve));
  controller.abort("no longer");
  await expect(second).rejects.toBe("no longer");
  events.emit("answer");
  await first;
  expect(ids).toEqual([["first"], ["first"]]);
});

describe("a search", () => {
  test("asks for documents, metadata and distances", async () => {
    const requests = await sent({ metric: "dot" }, (store) => store.search([0.5, 2], { k: 1 }));
    expect(requests).toEqual([
      [
        `POST ${records}/query`,
        { query_embeddings: [[0.5, 2]], n_results: 1, include: ["documents", "metadatas", "distances"] },
      ],
    ]);
  });

  test("has the filter in the query, and asks for vectors where they are wanted", async () => {
    const options = {
      k: 1,
      includeEmbeddings: true,
      filter: filter.and(filter.eq("a", "x"), filter.gt("b", 1)),
    };
    const requests = await sent({ metric: "euclidean" }, (store) => store.search([0, 0], options));
    expect(requests).toEqual([
      [
        `POST ${records}/query`,
        {
          query_embeddings: [[0, 0]],
          n_results: 1,
          where: { $and: [{ a: { $eq: "x" } }, { b: { $gt: 1 } }] },
          include: ["documents", "metadatas", "distances", "embeddings"],
        },
      ],
    ]);
  });

  test("by cosine sends the query at length 1, however long it is", async () => {
    for (const query of [[3, 4], [1.5e38, 2e38], Float32Array.of(3e-30, 4e-30)]) {
      const [[, body] = []] = await sent({}, (store) => store.search(query, { k: 1 }));
      expect(body).toMatchObject({ query_embeddings: [[Math.fround(0.6), Math.fround(0.8)]] });
    }
  });

  test("with fewer hits than asked for asks whether there are more", async () => {
    const condition = filter.ne("x", 1);
    const requests = await sent({}, (store) => store.search([2, 0], { k: 9, filter: condition }), {
      get: { ids: ["a"] },
    });
    expect(requests.slice(1)).toEqual([
      [`POST ${records}/get`, { where: { x: { $ne: 1 } }, limit: 2, include: [] }],
    ]);
  });

  test("that did not reach all there are looks at every one", async () => {
    const pages = [
      { ids: ["a", "b"] },
      {
        ids: ["a", "b", "c"],
        documents: ["A", "B", null],
        metadatas: [null, { n: 1 }, null],
        embeddings: [
          [1, 0],
          [-1, 0],
          [4, 4],
        ],
      },
    ];
    let hits: unknown;
    const requests = await sent(
      {},
      async (store) => {
        hits = await store.search([2, 0], { k: 2, filter: filter.ne("x", 1) });
      },
      { get: { toJSON: () => pages.shift() } },
    );
    const where = { x: { $ne: 1 } };
    expect(requests.slice(1)).toEqual([
      [`POST ${records}/get`, { where, limit: 2, include: [] }],
      [
        `POST ${records}/get`,
        { where, limit: 1000, offset: 0, include: ["documents", "metadatas", "embeddings"] },
      ],
    ]);
    expect(hits).toEqual([
      { id: "a", content: "A", metadata: {}, score: 1 },
      { id: "c", content: "", metadata: {}, score: expect.closeTo(Math.SQRT1_2, 12) as number },
    ]);
  });
});

describe("a delete", () => {
  test("by id sends ids, each once", async () => {
    expect(await sent({}, (store) => store.delete({ ids: ["a", "b", "a"] }))).toEqual([
      [`POST ${records}/delete`, { ids: ["a", "b"] }],
    ]);
  });

  test("by filter sends the filter", async () => {
    expect(await sent({}, (store) => store.delete({ filter: filter.in("a", [1, 2]) }))).toEqual([
      [`POST ${records}/delete`, { where: { a: { $in: [1, 2] } } }],
    ]);
  });

  test("of everything says so, since without a condition nothing is deleted", async () => {
    expect(await sent({}, (store) => store.delete({ filter: filter.and() }))).toEqual([
      [`POST ${records}/delete`, { where: { $or: [{ any: { $eq: true } }, { any: { $ne: true } }] } }],
    ]);
  });
});

test("tenant, database and collection stand escaped in the path, and the key in a header", async () => {
  const config = { tenant: "a/b", database: "c d", index: "notes", apiKey: "ck-1" };
  const [request] = await allSent(config, (store) => store.search([1, 0], { k: 1 }));
  expect(request?.url).toBe("http://127.0.0.1:8000/api/v2/tenants/a%2Fb/databases/c%20d/collections/notes");
  expect(request?.headers.get("x-chroma-token")).toBe("ck-1");
  const [without] = await allSent({}, (store) => store.search([1, 0], { k: 1 }));
  expect(without?.headers.has("x-chroma-token")).toBe(false);
});

test("Chroma Cloud's limits hold there", async () => {
  const cloud: ChromaConfig = {
    baseURL: "https://api.trychroma.com",
    apiKey: "ck-1",
    tenant: "t",
    database: "d",
  };
  const many = Array.from({ length: 301 }, (_, n) => ({ id: `d${n}`, content: "", embedding: [1, n] }));
  const requests = await sent(cloud, (store) => store.add(many));
  const sizes = requests.map(([, body]) => (body as { ids: string[] }).ids.length);
  expect(sizes).toEqual([300, 300, 1, 1]);
  const store = createChromaStore(cloud);
  await expect(store.search([1, 0], { k: 301 })).rejects.toMatchObject({ code: "invalid_input" });
  const own = createChromaStore();
  await expect(own.search([1, 0], { k: 32_001 })).rejects.toMatchObject({ code: "invalid_input" });
});

test("a document with a vector that Chroma cannot count with is refused unsent", async () => {
  const requests = await allSent({}, async (store) => {
    for (const embedding of [
      [3e38, 3e38],
      [1e-30, 0],
    ])
      await expect(store.add([{ id: "a", content: "", embedding }])).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining("documents[0]: a vector of length"),
      });
  });
  expect(requests).toEqual([]);
});

test("a query that single precision cannot count with, and a filter that is too large, are refused unsent", async () => {
  const long = await allSent({ metric: "dot" }, async (store) => {
    await expect(store.search([1e19, 0])).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("query: a vector of length"),
    });
  });
  const wide = await allSent({}, async (store) => {
    const condition = filter.in(
      "n",
      Array.from({ length: 16_000 }, (_, n) => n),
    );
    await expect(store.search([1, 0], { filter: condition })).rejects.toMatchObject({ code: "unsupported" });
    await expect(store.delete({ filter: condition })).rejects.toMatchObject({ code: "unsupported" });
  });
  // But for what the collection is like.
  for (const requests of [long, wide]) expect(requests.map(({ method }) => method)).toEqual(["GET"]);
});
