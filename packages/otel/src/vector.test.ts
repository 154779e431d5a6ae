import { BelugaError, type VectorStore, addObserver } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOtelObserver } from "./index.js";
import { fakeStore } from "./testing/fakes.js";
import { type Sdk, startSdk } from "./testing/sdk.js";

let sdk: Sdk;
let remove: () => void;
beforeEach(() => {
  sdk = startSdk();
  remove = addObserver(createOtelObserver({ ...sdk, captureContent: true }));
});
afterEach(async () => {
  remove();
  await sdk.stop();
});

const document = { id: "1", content: "secret", embedding: [1, 2] };

describe("a call of a vector store", () => {
  it.each<[operation: string, call: (store: VectorStore) => Promise<unknown>]>([
    ["add", (store) => store.add([document, { ...document, id: "2" }])],
    ["search", (store) => store.search([1, 2], { k: 3, filter: { op: "eq", key: "lang", value: "secret" } })],
    ["delete", (store) => store.delete({ ids: ["secret"] })],
  ])("is a span of its operation, measured, without what is in it: %s", async (operation, call) => {
    await call(fakeStore({}));
    const attributes = {
      "db.system.name": "acme",
      "db.operation.name": operation,
      "db.collection.name": "docs",
    };
    expect(sdk.spans()).toEqual([
      { name: `${operation} docs`, kind: "CLIENT", status: { code: "UNSET" }, attributes },
    ]);
    expect(await sdk.metrics()).toEqual({ "db.client.operation.duration": [{ attributes, count: 1 }] });
  });

  it("that fails has the error's code and its HTTP status", async () => {
    const error = new BelugaError({
      op: "vector.search",
      code: "not_found",
      status: 404,
      message: "acme vector.search: no such index",
    });
    const store = fakeStore({ search: () => Promise.reject(error) });
    await expect(store.search([1])).rejects.toBe(error);
    const attributes = {
      "db.system.name": "acme",
      "db.operation.name": "search",
      "db.collection.name": "docs",
      "db.response.status_code": "404",
      "error.type": "not_found",
    };
    expect(sdk.spans()).toEqual([
      {
        name: "search docs",
        kind: "CLIENT",
        status: { code: "ERROR", message: "acme vector.search: no such index" },
        attributes,
      },
    ]);
    expect(await sdk.metrics()).toEqual({ "db.client.operation.duration": [{ attributes, count: 1 }] });
  });

  it.each([
    ["pgvector", "postgresql"],
    ["sqlite", "sqlite"],
    ["pinecone", "pinecone"],
  ])("of %s names the system %s", async (provider, system) => {
    await fakeStore({}, provider).search([1]);
    expect(sdk.spans()[0]?.attributes["db.system.name"]).toBe(system);
  });

  it("of a store without an index of its own names none", async () => {
    await fakeStore({ id: "acme" }).search([1]);
    expect(sdk.spans()).toMatchObject([
      { name: "search", attributes: { "db.system.name": "acme", "db.operation.name": "search" } },
    ]);
  });

  it("that only closes it is none", async () => {
    await fakeStore({}).close();
    expect(sdk.spans()).toEqual([]);
  });
});
