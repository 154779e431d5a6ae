import { type ManagedVectorStore, type VectorStore, vectorStores } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type QdrantConfig, createQdrantStore } from "./index.js";

/** The address and key of the first request of a store. */
async function firstRequest(config: QdrantConfig): Promise<{ url: string; key: string | null }> {
  const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => Response.json({}, { status: 400 }));
  await expect(createQdrantStore({ fetch, ...config }).search([1])).rejects.toMatchObject({ status: 400 });
  const [url, init] = fetch.mock.calls[0] ?? [];
  return { url: String(url), key: new Headers(init?.headers).get("api-key") };
}

afterEach(() => vi.unstubAllEnvs());

test("the registry knows the provider and the type of its config", () => {
  const store = vectorStores.create("qdrant", { dimensions: 3 });
  expectTypeOf(store).toEqualTypeOf<VectorStore>();
  expectTypeOf(createQdrantStore()).toEqualTypeOf<ManagedVectorStore>();
  expect(store.id).toBe("qdrant/documents");
  expect(vectorStores.createDynamic("qdrant/notes").id).toBe("qdrant/notes");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => vectorStores.create("qdrant", { collecton: "notes" })).toThrow(/collecton/);
});

describe("the address and the key", () => {
  test("are those of a server on this machine that wants no key, by default", async () => {
    vi.stubEnv("QDRANT_URL", undefined);
    vi.stubEnv("QDRANT_API_KEY", undefined);
    expect(await firstRequest({})).toEqual({ url: "http://localhost:6333/collections/documents", key: null });
  });

  test("come from the environment where the config has none", async () => {
    vi.stubEnv("QDRANT_URL", "https://abc.cloud.qdrant.io:6333");
    vi.stubEnv("QDRANT_API_KEY", "key-1");
    const url = "https://abc.cloud.qdrant.io:6333/collections/notes";
    expect(await firstRequest({ index: "notes" })).toEqual({ url, key: "key-1" });
    const own = await firstRequest({ baseURL: "http://127.0.0.1:1", apiKey: "key-2" });
    expect(own).toEqual({ url: "http://127.0.0.1:1/collections/documents", key: "key-2" });
  });
});

describe("a config is invalid_input with", () => {
  test.each<[string, QdrantConfig]>([
    ["index", { index: "" }],
    ["index", { index: "a/b" }],
    ["index", { index: "a:b" }],
    ["index", { index: ".." }],
    ["index", { index: "a\uD800" }],
    ["index", { index: "x".repeat(256) }],
    ["dimensions", { dimensions: 0 }],
    ["dimensions", { dimensions: 65_537 }],
    ["hnswEf", { hnswEf: 0 }],
    ["vectorName", { vectorName: "" }],
    ["contentField", { contentField: 'a"b' }],
    ["metadataField", { metadataField: "" }],
    ["idField", { idField: "content" }],
    ["idField", { contentField: "metadata" }],
    ["payloadIndexes", { payloadIndexes: { 'a"b': "keyword" } }],
    ["payloadIndexes", { payloadIndexes: { a: "text" as "keyword" } }],
    ["baseURL", { baseURL: "localhost:6333" }],
    ["maxBatchSize", { maxBatchSize: 0 }],
  ])("%s of %j", (key, config) => {
    expect(() => createQdrantStore(config)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(key) }),
    );
  });
});

test("a name of a collection may have what Qdrant lets it have", () => {
  for (const index of ["a", "my docs", "ümlaut 🦊", "a.b-c_d", "%2e%2e", "...", "x".repeat(255)])
    expect(createQdrantStore({ index }).id).toBe(`qdrant/${index}`);
});
