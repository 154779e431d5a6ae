import { startServer } from "@beluga/conformance";
import { filter } from "@beluga/core";
import { afterAll, describe, expect, test } from "vitest";
import { type PineconeConfig, createPineconeStore } from "./index.js";
import { pineconeServer } from "./testing/pinecone-server.js";
import { docs, scripted } from "./testing/scripted.js";

const server = await startServer();
afterAll(() => server.close());

const document = { id: "a", content: "", embedding: [1, 0] };
const failed = (status: number, body: unknown): Response => Response.json(body, { status });
const absent = failed(404, { error: { code: "NOT_FOUND", message: "Index docs not found." }, status: 404 });
const state = (state: string, ready = false): object => ({
  ...docs,
  schema: { fields: {} },
  status: { ready, state },
});

describe("an index that takes its time", () => {
  test("is waited for when it is created, also by who did not create it", async () => {
    const { url: baseURL, apiKey } = pineconeServer(server, { slowness: 2 });
    const open = () => createPineconeStore({ baseURL, apiKey, index: "docs", dimensions: 2 });
    const creating = open().ensureIndex();
    const other = open();
    await Promise.all([creating, other.ensureIndex()]);
    await other.add([document]);
    expect(await open().search([1, 0])).toHaveLength(1);
  });

  test("is waited for when it was just deleted, and created again", async () => {
    const { url: baseURL, apiKey } = pineconeServer(server, { slowness: 1 });
    const store = createPineconeStore({ baseURL, apiKey, index: "docs", dimensions: 2 });
    await store.ensureIndex();
    await store.add([document]);
    await store.dropIndex();
    await store.ensureIndex();
    expect(await store.search([1, 0])).toEqual([]);
  });

  test("is not used while it is being deleted, even if it is called ready", async () => {
    const { store } = scripted({ "/indexes/docs": [state("Terminating", true), absent] });
    await expect(store.search([1, 0])).rejects.toMatchObject({ code: "not_found", message: /ensureIndex/ });
  });

  test("is a timeout where it takes too long", async () => {
    const { store } = scripted({ "/indexes/docs": [state("Initializing")] }, { readyTimeout: 100 });
    await expect(store.ensureIndex()).rejects.toMatchObject({
      code: "timeout",
      message: 'pinecone vector.ensureIndex: waited 100 ms for the index "docs" to be ready',
    });
  });

  test("is given up when the call is aborted", async () => {
    const { store, sent } = scripted({ "/indexes/docs": [state("Initializing")] });
    const controller = new AbortController();
    const waiting = store.ensureIndex({ signal: controller.signal });
    await expect.poll(() => sent.length).toBeGreaterThan(1);
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
  });

  test.each(["Failed", "InitializationFailed", "Disabled"])("and is %s fails at once", async (word) => {
    const { store, sent } = scripted({ "/indexes/docs": [state(word)] });
    await expect(store.search([1, 0])).rejects.toMatchObject({
      code: "provider_unavailable",
      retryable: false,
      message: `pinecone vector.search: the index "docs" cannot be used: ${word}`,
    });
    expect(sent).toHaveLength(1);
  });
});

describe("an index of another kind", () => {
  test.each([
    ["of the Documents API", { embedding: docs.schema.fields._values }, "the Documents API"],
    ["of sparse vectors", { _sparse_values: { type: "sparse_vector" } }, "sparse vectors"],
  ])("%s is unsupported", async (_, fields, kind) => {
    const { store } = scripted({ "/indexes/docs": [{ ...docs, schema: { fields } }] });
    await expect(store.search([1, 0])).rejects.toMatchObject({
      code: "unsupported",
      message: `pinecone vector.search: the index "docs" is for ${kind}, and not for dense vectors by the Vectors API`,
    });
  });

  test("is refused by what its own address says, too", async () => {
    for (const [config, query, problem] of [
      [{ dimensions: 3 }, [1, 0, 0], 'dimensions: the index "docs" has 2, and the config says 3'],
      [{ metric: "dot" }, [1, 0], 'metric: the index "docs" has cosine, and the config says dot'],
    ] as const) {
      const { store } = scripted({}, { host: docs.host, ...config });
      await expect(store.search(query)).rejects.toMatchObject({
        code: "invalid_input",
        message: `pinecone vector.search: ${problem}`,
      });
    }
  });
});

describe("a description that cannot be trusted is an invalid_response:", () => {
  test.each([
    ["no object", [1]],
    ["no host", { ...docs, host: undefined }],
    ["a host that is none", { ...docs, host: "not a host" }],
    ["no dimension", { ...docs, schema: { fields: { _values: { type: "dense_vector" } } } }],
  ])("%s", async (_, description) => {
    const { store } = scripted({ "/indexes/docs": [description] });
    await expect(store.search([1, 0])).rejects.toMatchObject({ code: "invalid_response", status: 200 });
  });

  test("no dimension, by its own address", async () => {
    const { store } = scripted({ "/describe_index_stats": [{ namespaces: {} }] }, { host: docs.host });
    await expect(store.search([1, 0])).rejects.toMatchObject({ code: "invalid_response" });
  });
});

describe("creating an index", () => {
  test.each<[string, Partial<PineconeConfig>, RegExp]>([
    ["without a width", {}, /^pinecone vector.ensureIndex: dimensions: a new index needs the width/],
    [
      "behind a host that is given",
      { host: docs.host, dimensions: 2 },
      /^pinecone vector.ensureIndex: host: there is no index/,
    ],
  ])("%s is invalid_input, and nothing is created", async (_, config, message) => {
    const { store, sent } = scripted(
      {
        "/indexes/docs": [absent],
        "/describe_index_stats": [failed(404, { code: 5, message: "not found" })],
      },
      config,
    );
    await expect(store.ensureIndex()).rejects.toMatchObject({ code: "invalid_input", message });
    expect(sent.filter(({ url }) => url.endsWith("/indexes"))).toEqual([]);
  });

  test("over the quota is quota_exhausted", async () => {
    const message = "Increase your quota or upgrade to create more indexes.";
    const forbidden = failed(403, { error: { code: "FORBIDDEN", message }, status: 403 });
    const { store } = scripted({ "/indexes/docs": [absent], "/indexes": [forbidden] }, { dimensions: 2 });
    await expect(store.ensureIndex()).rejects.toMatchObject({ code: "quota_exhausted", retryable: false });
  });

  test("in a region that is not there is not_found", async () => {
    const { url: baseURL, apiKey } = pineconeServer(server);
    const config = { baseURL, apiKey, index: "docs", dimensions: 2, region: "atlantis" };
    await expect(createPineconeStore(config).ensureIndex()).rejects.toMatchObject({
      code: "not_found",
      message: "pinecone vector.ensureIndex: 404: Resource cloud: aws region: atlantis not found.",
    });
  });

  test("with protection makes one that cannot be dropped: permission_denied", async () => {
    const { url: baseURL, apiKey } = pineconeServer(server);
    const config = { baseURL, apiKey, index: "docs", dimensions: 2, deletionProtection: true };
    const store = createPineconeStore(config);
    await store.ensureIndex();
    await expect(store.dropIndex()).rejects.toMatchObject({ code: "permission_denied" });
  });
});

test("a call on an index that was deleted elsewhere is not_found, and the next one finds a new index", async () => {
  const { url: baseURL, apiKey } = pineconeServer(server);
  const open = () => createPineconeStore({ baseURL, apiKey, index: "docs", dimensions: 2 });
  const store = open();
  await store.ensureIndex();
  await store.search([1, 0]);
  await open().dropIndex();
  await expect(store.search([1, 0])).rejects.toMatchObject({ code: "not_found" });
  await open().ensureIndex();
  expect(await store.search([1, 0])).toEqual([]);
});

test("a delete in a namespace that is not there yet does nothing, and is no error", async () => {
  const { url: baseURL, apiKey } = pineconeServer(server);
  const config = { baseURL, apiKey, index: "docs", dimensions: 2, namespace: "empty" };
  const store = createPineconeStore(config);
  await store.ensureIndex();
  await store.delete({ ids: ["a"] });
  await store.delete({ filter: filter.eq("a", 1) });
  await store.delete({ filter: filter.and() });
  expect(await store.search([1, 0])).toEqual([]);
});

test("namespaces hold documents of their own, and the one without a name is __default__", async () => {
  const { url: baseURL, apiKey } = pineconeServer(server);
  const open = (namespace?: string) =>
    createPineconeStore({ baseURL, apiKey, index: "docs", dimensions: 2, namespace });
  await open().ensureIndex();
  await open("a").add([{ ...document, id: "in a" }]);
  await open().add([{ ...document, id: "in none" }]);
  const idsIn = async (namespace?: string): Promise<string[]> =>
    (await open(namespace).search([1, 0])).map(({ id }) => id);
  expect(await Promise.all(["a", "b", undefined, "", "__default__"].map(idsIn))).toEqual([
    ["in a"],
    [],
    ["in none"],
    ["in none"],
    ["in none"],
  ]);
});
