import { type ManagedVectorStore, type VectorStore, vectorStores } from "@beluga/core";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { type PineconeConfig, createPineconeStore } from "./index.js";
import { scripted } from "./testing/scripted.js";

const apiKey = "pcsk_test";

test("the registry knows the provider and the type of its config", () => {
  const store = vectorStores.create("pinecone", { index: "docs", apiKey });
  expectTypeOf(store).toEqualTypeOf<VectorStore>();
  expectTypeOf(createPineconeStore({ index: "docs", apiKey })).toEqualTypeOf<ManagedVectorStore>();
  expect(store.id).toBe("pinecone/docs");
  expect(vectorStores.createDynamic("pinecone/notes", { apiKey }).id).toBe("pinecone/notes");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => vectorStores.create("pinecone", { index: "docs", apiKey, nameSpace: "a" })).toThrow(
    /nameSpace/,
  );
});

test("the key and the address of the control plane come from the environment", async () => {
  vi.stubEnv("PINECONE_API_KEY", "pcsk_environment");
  vi.stubEnv("PINECONE_CONTROLLER_HOST", "https://api.example.com");
  const { store, sent } = scripted({}, { apiKey: undefined });
  await store.search([1, 0]);
  expect(sent[0]).toMatchObject({
    url: "https://api.example.com/indexes/docs",
    headers: { "api-key": "pcsk_environment" },
  });
});

describe("a config is refused with", () => {
  test.each<[string, Partial<PineconeConfig>, RegExp]>([
    ["an index in capitals", { index: "Docs" }, /index/],
    ["an index that ends with a dash", { index: "docs-" }, /index/],
    ["an index of 46 characters", { index: "a".repeat(46) }, /index/],
    ["a namespace that is not ASCII", { namespace: "Wale 🐋" }, /namespace/],
    ["a namespace of 513 characters", { namespace: "a".repeat(513) }, /namespace/],
    ["a host with a password", { host: "https://me:secret@docs.pinecone.io" }, /host/],
    ["a host that is no address", { host: "not a host" }, /host/],
    ["an empty contentKey", { contentKey: "" }, /contentKey/],
    ["a contentKey that begins with $", { contentKey: "$text" }, /contentKey/],
    ["20,001 dimensions", { dimensions: 20_001 }, /dimensions/],
    ["an unknown consistency", { consistency: "strong" as "session" }, /consistency/],
    ["a time limit that is none", { readyTimeout: -1 }, /readyTimeout/],
  ])("%s", (_, config, path) => {
    const refused = { code: "invalid_input", message: path };
    expect(() => createPineconeStore({ index: "docs", apiKey, ...config })).toThrow(
      expect.objectContaining({ ...refused, message: expect.stringMatching(path) as string }),
    );
  });
});

describe("a document is refused, before anything is sent, with", () => {
  const whale = { id: "whale", content: "", embedding: [1, 0] };
  test.each([
    [
      "an id of more than 512 characters",
      { ...whale, id: "a".repeat(513) },
      /documents\[0\]\.id: it is 513 characters/,
    ],
    [
      "an id that gets too long",
      { ...whale, id: "🐋".repeat(50) },
      /documents\[0\]\.id: it is 605 characters/,
    ],
    ["a list of numbers", { ...whale, metadata: { n: [1] } }, /metadata\.n: a list of numbers/],
    ["an empty list", { ...whale, metadata: { n: [] } }, /metadata\.n: an empty list/],
    ["a key that begins with $", { ...whale, metadata: { $n: 1 } }, /begin with \$/],
    ["the key of the text", { ...whale, metadata: { content: "a" } }, /keeps the document's text/],
    ["a vector of zeros", { ...whale, embedding: [0, 0] }, /a vector of zeros/],
    [
      "more than 40 KB",
      { ...whale, content: "鯨".repeat(14_000) },
      /have 42014 bytes, of which Pinecone keeps 40960/,
    ],
  ])("%s", async (_, document, message) => {
    const { store, sent } = scripted();
    const error: unknown = await store
      .add([whale, { ...document }].toReversed())
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "invalid_input", message: expect.stringMatching(message) as string });
    expect(sent).toEqual([]);
  });
});

test("k has a limit of 10,000", async () => {
  const { store, sent } = scripted();
  await expect(store.search([1, 0], { k: 10_001 })).rejects.toMatchObject({ code: "invalid_input" });
  expect(sent).toEqual([]);
});
