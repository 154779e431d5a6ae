import { startServer } from "@beluga/conformance";
import { type ManagedVectorStore, type VectorDocument, filter } from "@beluga/core";
import { afterAll, describe, expect, test } from "vitest";
import { type PineconeConfig, createPineconeStore } from "./index.js";
import { type PineconeOptions, type PineconeServer, pineconeServer } from "./testing/pinecone-server.js";
import { scripted } from "./testing/scripted.js";

const server = await startServer();
afterAll(() => server.close());

async function storeAt(
  options: PineconeOptions,
  config: Partial<PineconeConfig> = {},
): Promise<{ store: ManagedVectorStore; pinecone: PineconeServer; open(): ManagedVectorStore }> {
  const pinecone = pineconeServer(server, options);
  const { url: baseURL, apiKey } = pinecone;
  const open = (): ManagedVectorStore =>
    createPineconeStore({ baseURL, apiKey, index: "docs", dimensions: 2, ...config });
  const store = open();
  await store.ensureIndex();
  return { store, pinecone, open };
}

const document = (id: string, metadata: VectorDocument["metadata"] = {}): VectorDocument => ({
  id,
  content: "",
  metadata,
  embedding: [1, 1],
});
const idsIn = async (store: ManagedVectorStore): Promise<string[]> =>
  (await store.search([1, 0])).map(({ id }) => id);
const queriesTo = ({ route }: PineconeServer): number =>
  route.requests.filter(({ path }) => path.endsWith("/query")).length;

function withNumber(name: string, number: number, body: object): Response {
  return Response.json(body, { headers: { [name]: String(number) } });
}

function written(number: number): Response {
  return withNumber("x-pinecone-request-lsn", number, {});
}

describe("a search after a write", () => {
  test("is repeated until it sees the write, and from then on is sent once", async () => {
    const { store, pinecone } = await storeAt({ lag: 2 });
    await store.add([document("a")]);
    expect(await idsIn(store)).toEqual(["a"]);
    expect(queriesTo(pinecone)).toBe(3);
    expect(await idsIn(store)).toEqual(["a"]);
    expect(queriesTo(pinecone)).toBe(4);
    await store.delete({ ids: ["a"] });
    expect(await idsIn(store)).toEqual([]);
    expect(queriesTo(pinecone)).toBe(7);
  });

  test("counts once where consistency is eventual", async () => {
    const { store, pinecone } = await storeAt({ lag: 2 }, { consistency: "eventual" });
    await store.add([document("a")]);
    expect(await idsIn(store)).toEqual([]);
    expect(await idsIn(store)).toEqual([]);
    expect(await idsIn(store)).toEqual(["a"]);
    expect(queriesTo(pinecone)).toBe(3);
  });

  test("does not wait for what other stores write", async () => {
    const { store, pinecone, open } = await storeAt({ lag: 2 });
    await open().add([document("a")]);
    expect(await idsIn(store)).toEqual([]);
    expect(queriesTo(pinecone)).toBe(1);
  });

  test("does not wait for writes that began after it", async () => {
    const { store, pinecone } = await storeAt({ lag: 1 });
    await store.add([document("a")]);
    const found = idsIn(store);
    await store.add([document("b")]);
    expect(await found).toContain("a");
    expect(queriesTo(pinecone)).toBeLessThanOrEqual(3);
  });

  test("is a timeout that says so where the write is never seen", async () => {
    const { store } = await storeAt({ lag: Infinity }, { consistencyTimeout: 150 });
    await store.add([document("a")]);
    await expect(store.search([1, 0])).rejects.toMatchObject({
      code: "timeout",
      retryable: true,
      message:
        "pinecone vector.search: waited 150 ms for a search to see what was written before it (see the option consistency)",
    });
  });

  test("ends with the time limit of the call, or of the config", async () => {
    const limited = await storeAt({ lag: Infinity }, { timeout: { total: 500 } });
    await limited.store.add([document("a")]);
    await expect(limited.store.search([1, 0])).rejects.toMatchObject({ code: "timeout" });
    const { store } = await storeAt({ lag: Infinity });
    await store.add([document("a")]);
    await expect(store.search([1, 0], { timeout: { total: 100 } })).rejects.toMatchObject({
      code: "timeout",
    });
  });

  test("ends when it is aborted while it waits", async () => {
    const { store, pinecone } = await storeAt({ lag: Infinity });
    await store.add([document("a")]);
    const controller = new AbortController();
    const before = pinecone.route.requests.length;
    const searching = store.search([1, 0], { signal: controller.signal });
    await pinecone.route.request(before + 2);
    controller.abort("enough");
    await expect(searching).rejects.toBe("enough");
  });

  test("forgets what was written to an index that was deleted", async () => {
    const { store } = await storeAt({ lag: 2 }, { consistencyTimeout: 1_000 });
    await store.add([document("a")]);
    await store.add([document("b")]);
    await store.dropIndex();
    await store.ensureIndex();
    await store.add([document("c")]);
    expect(await idsIn(store)).toEqual(["c"]);
  });
});

test("a delete after the first write of a namespace is not lost, although Pinecone does not know the namespace yet", async () => {
  for (const consistency of ["session", "eventual"] as const) {
    const { store } = await storeAt({ lag: 2 }, { consistency });
    await store.add([document("a"), document("b")]);
    await store.delete({ ids: ["a"] });
    for (let search = 0; search < 2; search++) await store.search([1, 0]);
    expect(await idsIn(store)).toEqual(["b"]);
  }
});

describe("a delete by filter after a write", () => {
  test("waits until the write is seen, and so deletes what was just written", async () => {
    const { store } = await storeAt({ lag: 2 });
    await store.add([document("a", { old: true }), document("b", { old: false })]);
    await store.delete({ filter: filter.eq("old", true) });
    expect(await idsIn(store)).toEqual(["b"]);
  });

  test("does not where consistency is eventual", async () => {
    const { store, pinecone } = await storeAt({ lag: 1 }, { consistency: "eventual" });
    await store.add([document("there")]);
    await store.search([1, 0]);
    await store.add([document("a", { old: true })]);
    await store.delete({ filter: filter.eq("old", true) });
    expect(queriesTo(pinecone)).toBe(1);
  });

  test("of everything does not wait", async () => {
    const { store, pinecone } = await storeAt({ lag: 1 });
    await store.add([document("there")]);
    await store.search([1, 0]);
    const before = queriesTo(pinecone);
    await store.add([document("a")]);
    await store.delete({ filter: filter.and() });
    expect(queriesTo(pinecone)).toBe(before);
    expect(await idsIn(store)).toEqual([]);
  });
});

describe("answers without log sequence numbers", () => {
  const found = { matches: [{ id: "a", score: 1, metadata: { content: "" } }] };

  test("count where writes have none either, as in indexes that are not serverless", async () => {
    const { store, sent } = scripted({ "/query": [found] });
    await store.add([document("a")]);
    expect(await idsIn(store)).toEqual(["a"]);
    expect(sent.filter(({ url }) => url.endsWith("/query"))).toHaveLength(1);
  });

  test("do not count after the first documents, which may still be to be indexed", async () => {
    const queries = [{ matches: [] }, withNumber("x-pinecone-max-indexed-lsn", 1, found)];
    const { store } = scripted({ "/vectors/upsert": [written(1)], "/query": queries });
    await store.add([document("a")]);
    expect(await idsIn(store)).toEqual(["a"]);
  });

  test("count after a delete, which may have left nothing", async () => {
    const queries = [withNumber("x-pinecone-max-indexed-lsn", 1, found), { matches: [] }];
    const script = {
      "/vectors/upsert": [written(1)],
      "/vectors/delete": [written(2), written(3)],
      "/query": queries,
    };
    const { store, sent } = scripted(script);
    await store.add([document("a")]);
    await store.search([1, 0]);
    await store.delete({ ids: ["a"] });
    expect(await idsIn(store)).toEqual([]);
    await store.delete({ filter: filter.and() });
    expect(await idsIn(store)).toEqual([]);
    expect(sent.filter(({ url }) => url.endsWith("/query"))).toHaveLength(3);
  });

  test("count after all was deleted, before any search", async () => {
    const script = { "/vectors/upsert": [written(1)], "/vectors/delete": [written(2)] };
    const { store, sent } = scripted(script);
    await store.add([document("a")]);
    await store.delete({ filter: filter.and() });
    expect(await idsIn(store)).toEqual([]);
    expect(sent.filter(({ url }) => url.endsWith("/query"))).toHaveLength(1);
  });

  test("that are no numbers count as none", async () => {
    const headers = { "x-pinecone-request-lsn": "soon", "x-pinecone-max-indexed-lsn": "" };
    const reply = (body: object): Response => Response.json(body, { headers });
    const { store } = scripted({ "/vectors/upsert": [reply({})], "/query": [reply(found)] });
    await store.add([document("a")]);
    expect(await idsIn(store)).toEqual(["a"]);
  });
});
