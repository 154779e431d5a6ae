import { type Filter, filter } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { version } from "../package.json";
import type { PineconeConfig } from "./index.js";
import { docs, scripted } from "./testing/scripted.js";

const host = `https://${docs.host}`;
const whale = { id: "whale", content: "Wale singen.", embedding: [0.5, -1] };

/** The body of the one request to a path that a call sends. */
async function bodyOf(
  path: string,
  call: (store: ReturnType<typeof scripted>["store"]) => Promise<unknown>,
  config: Partial<PineconeConfig> = {},
): Promise<unknown> {
  const { store, sent } = scripted({}, config);
  await call(store);
  const [request, ...others] = sent.filter(({ url }) => new URL(url).pathname === path);
  expect(others).toEqual([]);
  return request?.body;
}

test("the control plane is asked once for the index, and then the index itself, with the key and the version in headers", async () => {
  const { store, sent } = scripted();
  await store.search([1, 0]);
  await store.search([1, 0]);
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET https://api.pinecone.io/indexes/docs",
    `POST ${host}/query`,
    `POST ${host}/query`,
  ]);
  const headers = {
    accept: "application/json",
    "api-key": "pcsk_test",
    "user-agent": `beluga-vector-pinecone/${version}`,
    "x-pinecone-api-version": "2026-07",
  };
  expect(sent[0]?.headers).toEqual(headers);
  expect(sent[1]?.headers).toEqual({ ...headers, "content-type": "application/json" });
});

test("a host that is configured is asked itself, and the control plane never", async () => {
  for (const configured of [docs.host, `${host}/`]) {
    const { store, sent } = scripted({}, { host: configured });
    await store.search([1, 0]);
    expect(sent.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", `${host}/describe_index_stats`, {}],
      ["POST", `${host}/query`, { vector: [1, 0], topK: 10, includeMetadata: true, includeValues: false }],
    ]);
  }
});

test("headers of the config and of the call go on top, the version too", async () => {
  const { store, sent } = scripted({}, { headers: { "X-Pinecone-Api-Version": "2026-10", "x-team": "a" } });
  await store.search([1, 0], { headers: { "x-team": "b" } });
  expect(sent[1]?.headers).toMatchObject({ "x-pinecone-api-version": "2026-10", "x-team": "b" });
});

describe("a new index", () => {
  const absent = Response.json(
    { error: { code: "NOT_FOUND", message: "Index docs not found." }, status: 404 },
    { status: 404 },
  );

  test.each<[string, Partial<PineconeConfig>, object]>([
    [
      "is of the Vectors API, in the default region",
      {},
      {
        name: "docs",
        schema: { fields: { _values: { type: "dense_vector", dimension: 2, metric: "cosine" } } },
        deployment: { deployment_type: "managed", cloud: "aws", region: "us-east-1" },
      },
    ],
    [
      "has its metric in Pinecone's words, its cloud and region, and its protection",
      { metric: "dot", cloud: "gcp", region: "us-central1", deletionProtection: true },
      {
        name: "docs",
        schema: { fields: { _values: { type: "dense_vector", dimension: 2, metric: "dotproduct" } } },
        deployment: { deployment_type: "managed", cloud: "gcp", region: "us-central1" },
        deletion_protection: "enabled",
      },
    ],
  ])("%s", async (_, config, body) => {
    const { store, sent } = scripted({ "/indexes/docs": [absent, docs] }, { dimensions: 2, ...config });
    await store.ensureIndex();
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://api.pinecone.io/indexes/docs",
      "POST https://api.pinecone.io/indexes",
      "GET https://api.pinecone.io/indexes/docs",
    ]);
    expect(sent[1]?.body).toEqual(body);
  });

  test("is removed by its name", async () => {
    const { store, sent } = scripted({ "/indexes/docs": [new Response(null, { status: 202 })] });
    await store.dropIndex();
    expect(sent).toMatchObject([{ method: "DELETE", url: "https://api.pinecone.io/indexes/docs", body: "" }]);
  });
});

describe("a write", () => {
  test("has the text among the metadata, and ids that are not ASCII percent-encoded", async () => {
    const documents = [
      { ...whale, metadata: { lang: "de", year: 2026, old: false, tags: ["a", "b"] } },
      { ...whale, id: "wal/🐋#1" },
      { ...whale, id: "utf8:a" },
    ];
    expect(await bodyOf("/vectors/upsert", (store) => store.add(documents))).toEqual({
      vectors: [
        {
          id: "whale",
          values: [0.5, -1],
          metadata: { lang: "de", year: 2026, old: false, tags: ["a", "b"], content: "Wale singen." },
        },
        { id: "utf8:wal%2F%F0%9F%90%8B%231", values: [0.5, -1], metadata: { content: "Wale singen." } },
        { id: "utf8:utf8%3Aa", values: [0.5, -1], metadata: { content: "Wale singen." } },
      ],
    });
  });

  test("has the text under the configured key, in the configured namespace", async () => {
    const config = { contentKey: "text", namespace: "tenant-1" };
    expect(await bodyOf("/vectors/upsert", (store) => store.add([whale]), config)).toEqual({
      vectors: [{ id: "whale", values: [0.5, -1], metadata: { text: "Wale singen." } }],
      namespace: "tenant-1",
    });
  });
});

describe("a search", () => {
  test("has the vector, k, the filter, and asks for vectors where they are wanted", async () => {
    const options = { k: 3, filter: filter.eq("lang", "de"), includeEmbeddings: true, threshold: 0.5 };
    const config = { namespace: "tenant-1" };
    expect(await bodyOf("/query", (store) => store.search([0.5, 0], options), config)).toEqual({
      vector: [0.5, 0],
      topK: 3,
      filter: { lang: { $eq: "de" } },
      includeMetadata: true,
      includeValues: true,
      namespace: "tenant-1",
    });
  });

  test("has no filter where all match", async () => {
    expect(await bodyOf("/query", (store) => store.search([1, 0], { filter: filter.and() }))).toEqual({
      vector: [1, 0],
      topK: 10,
      includeMetadata: true,
      includeValues: false,
    });
  });
});

describe("a delete", () => {
  test.each<[string, { ids: string[] } | { filter: Filter }, object]>([
    ["by id", { ids: ["a", "Ä"] }, { ids: ["a", "utf8:%C3%84"] }],
    ["by filter", { filter: filter.lt("year", 2000) }, { filter: { year: { $lt: 2000 } } }],
    ["of everything", { filter: filter.and() }, { deleteAll: true }],
  ])("%s", async (_, selection, body) => {
    expect(await bodyOf("/vectors/delete", (store) => store.delete(selection))).toEqual(body);
    const config = { namespace: "tenant-1" };
    expect(await bodyOf("/vectors/delete", (store) => store.delete(selection), config)).toEqual({
      ...body,
      namespace: "tenant-1",
    });
  });
});

test("an empty namespace is the default one, and is sent as it is", async () => {
  expect(await bodyOf("/vectors/delete", (store) => store.delete({ ids: ["a"] }), { namespace: "" })).toEqual(
    {
      ids: ["a"],
      namespace: "",
    },
  );
});
