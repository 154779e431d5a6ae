import { type ManagedVectorStore, type VectorStore, vectorStores } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type ChromaConfig, createChromaStore } from "./index.js";

/** The address and key of the first request of a store. */
async function firstRequest(config: ChromaConfig): Promise<{ url: string; key: string | null }> {
  const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => Response.json({}, { status: 400 }));
  await expect(createChromaStore({ fetch, ...config }).search([1])).rejects.toMatchObject({ status: 400 });
  const [url, init] = fetch.mock.calls[0] ?? [];
  return { url: String(url), key: new Headers(init?.headers).get("x-chroma-token") };
}

const variables = ["CHROMA_ENDPOINT", "CHROMA_API_KEY", "CHROMA_TENANT", "CHROMA_DATABASE"];

afterEach(() => vi.unstubAllEnvs());

test("the registry knows the provider and the type of its config", () => {
  const store = vectorStores.create("chroma", { dimensions: 3 });
  expectTypeOf(store).toEqualTypeOf<VectorStore>();
  expectTypeOf(createChromaStore()).toEqualTypeOf<ManagedVectorStore>();
  expect(store.id).toBe("chroma/documents");
  expect(vectorStores.createDynamic("chroma/notes").id).toBe("chroma/notes");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => vectorStores.create("chroma", { collecton: "notes" })).toThrow(/collecton/);
});

describe("the address and the key", () => {
  test("are those of a server on this machine that wants no key, by default", async () => {
    for (const variable of variables) vi.stubEnv(variable, undefined);
    expect(await firstRequest({})).toEqual({
      url: "http://127.0.0.1:8000/api/v2/tenants/default_tenant/databases/default_database/collections/documents",
      key: null,
    });
  });

  test("come from the environment where the config has none", async () => {
    const values = ["https://api.trychroma.com:443", "ck-1", "tenant-1", "notes-db"];
    for (const [at, variable] of variables.entries()) vi.stubEnv(variable, values[at]);
    expect(await firstRequest({ index: "notes" })).toEqual({
      url: "https://api.trychroma.com/api/v2/tenants/tenant-1/databases/notes-db/collections/notes",
      key: "ck-1",
    });
    const own = { baseURL: "http://127.0.0.1:1/", apiKey: "ck-2", tenant: "t", database: "d" };
    expect(await firstRequest(own)).toEqual({
      url: "http://127.0.0.1:1/api/v2/tenants/t/databases/d/collections/documents",
      key: "ck-2",
    });
  });
});

describe("a config is invalid_input with", () => {
  test.each<[string, ChromaConfig]>([
    ["index", { index: "ab" }],
    ["index", { index: "x".repeat(513) }],
    ["index", { index: "-abc" }],
    ["index", { index: "abc." }],
    ["index", { index: "a..b" }],
    ["index", { index: "192.168.1.1" }],
    ["index", { index: "ümlaut" }],
    ["index", { index: "a/b" }],
    ["tenant", { tenant: "" }],
    ["database", { database: "\uD800" }],
    ["dimensions", { dimensions: 0 }],
    ["hnsw.efSearch", { hnsw: { efSearch: 0 } }],
    ["hnsw", { hnsw: { space: "l2" } as object }],
    ["baseURL", { baseURL: "localhost:8000" }],
    ["maxBatchSize", { maxBatchSize: 0 }],
    ["maxBatchSize", { maxBatchSize: 32_001 }],
  ])("%s of %j", (key, config) => {
    expect(() => createChromaStore(config)).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(key) }),
    );
  });
});

test("a collection may be called what Chroma lets it be called", () => {
  for (const index of ["abc", "A.b_c-d", "1.2.3", "x".repeat(512)])
    expect(createChromaStore({ index }).id).toBe(`chroma/${index}`);
});
