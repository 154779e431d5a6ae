import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import {
  BelugaError,
  type Embedder,
  type RerankResponse,
  type Reranker,
  type VectorStore,
  type Warning,
  embedders,
  rerankers,
  vectorStores,
} from "@beluga/core";
import { createHashEmbedder } from "@beluga/embed-hash";
import { createMemoryStore } from "@beluga/vector-memory";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import type { Context } from "./context.js";
import { Library, type LibraryOptions } from "./library.js";
import { Terminal } from "./terminal.js";

// What a folder's library does with an embedder, a reranker and a store of someone else, which are these.

const hash = createHashEmbedder({ dimensions: 64 });
let embedder: Embedder = hash;
let rerank = vi.fn<Reranker["rerank"]>();
/** What is in the stores, by address and index. */
const stores = new Map<string, VectorStore>();
const configs: unknown[] = [];

const definition = { packageName: "beluga-test", version: "1.0.0", config: z.looseObject({}) };
embedders.register({ ...definition, name: "test", create: () => embedder });
rerankers.register({
  ...definition,
  name: "test",
  create: () => ({ provider: "test", model: "m", id: "test/m", rerank }),
});
for (const [name, config] of [
  ["test", definition.config],
  ["widthless", z.strictObject({ index: z.string() })],
] as const) {
  vectorStores.register({
    ...definition,
    name,
    config,
    ...(name === "test" && { env: { address: "TEST_STORE_ADDRESS", apiKey: "TEST_STORE_KEY" } }),
    create(config) {
      configs.push(config);
      const { index, address = "" } = config as { index: string; address?: string };
      const place = `${address}/${index}`;
      const store = stores.get(place) ?? createMemoryStore();
      stores.set(place, store);
      return { ...methodsOf(store), provider: name, id: `${name}/${index}` };
    },
  });
}

function methodsOf(store: VectorStore): Omit<VectorStore, "provider" | "id"> {
  const { add, search, delete: remove } = store;
  return {
    add: add.bind(store),
    search: search.bind(store),
    delete: remove.bind(store),
    ensureIndex: async () => undefined,
    close: async () => undefined,
  };
}

let folder = "";
let remarks = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "beluga-library-"));
  remarks = "";
  embedder = { ...hash, id: "test/m" };
  rerank = vi.fn<Reranker["rerank"]>(async (_query, documents) => ranked(documents.map((_, index) => index)));
  stores.clear();
  configs.length = 0;
  write("whales.md", "# Whales\n\nThe beluga is a white whale.");
  write("cooking.md", "# Cooking\n\nBoil the pasta.");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

function ranked(order: readonly number[], warnings: Warning[] = []): RerankResponse {
  const results = order.map((index, at) => ({ index, score: 1 - at / 10 }));
  return { results, usage: {}, model: "m", warnings };
}

function contextWith(signal = new AbortController().signal): Context {
  const errors = new PassThrough().on("data", (chunk) => (remarks += String(chunk)));
  const terminal = new Terminal({ input: new PassThrough(), output: new PassThrough(), errors, env: {} });
  return { terminal, signal, directory: folder };
}

/** Opens the library, brings it up to date, and asks. */
async function search(
  question: string,
  options: Partial<LibraryOptions> & { rebuild?: boolean } = {},
): Promise<{ found: string[]; report: object }> {
  const { rebuild = false, ...rest } = options;
  const library = await Library.open(
    { folder, embedder: "test/m", store: "test/notes", ...rest },
    contextWith(),
  );
  try {
    const report = await library.update(rebuild);
    const hits = await library.search(question, 5);
    return { found: hits.map(({ metadata }) => String(metadata["source"])), report };
  } finally {
    await library.close();
  }
}

const everything = { files: 2, embedded: 2, added: 2, unchanged: 0 };
const nothing = { files: 2, embedded: 0, added: 0, unchanged: 2 };

test("a store that has lost everything is filled again, and that is told", async () => {
  expect(await search("whale")).toMatchObject({ report: { ...everything, rebuilt: false } });
  expect(await search("whale")).toMatchObject({ report: { ...nothing, rebuilt: false } });
  stores.clear();
  expect(await search("whale")).toEqual({
    found: ["whales.md"],
    report: expect.objectContaining({ ...everything, rebuilt: true }) as object,
  });
});

test("another address has an index of its own, and another key has not", async () => {
  vi.stubEnv("TEST_STORE_ADDRESS", "https://me:secret@one.example");
  await search("whale");
  vi.stubEnv("TEST_STORE_ADDRESS", "https://two.example");
  expect(await search("whale")).toMatchObject({ report: everything });
  write("whales.md", "The narwhal has a tusk.");
  await search("whale");
  vi.stubEnv("TEST_STORE_ADDRESS", "https://me:changed@one.example");
  vi.stubEnv("TEST_STORE_KEY", "another");
  stores.set(
    "https://me:changed@one.example/notes",
    stores.get("https://me:secret@one.example/notes") as VectorStore,
  );
  expect(await search("whale")).toMatchObject({ report: { changed: 1, unchanged: 1 } });
  const manifests = readdirSync(join(folder, ".beluga")).filter((name) => name.endsWith(".json"));
  expect(manifests).toEqual([
    expect.stringMatching(/^test_notes-[0-9a-f]{8}\.json$/),
    expect.stringMatching(/^test_notes-[0-9a-f]{8}\.json$/),
  ]);
});

test("indexes whose names are alike are not taken for each other", async () => {
  await search("whale", { store: "test/a b" });
  expect(await search("whale", { store: "test/a_b" })).toMatchObject({ report: everything });
});

test("passages of others are left out, which is told", async () => {
  await search("whale");
  const foreign = { id: "1", content: "whale whale whale", metadata: { source: "whales.md" } };
  const [embedding = new Float32Array(64)] = (await hash.embed(["whale"])).embeddings;
  await stores.get("/notes")?.add([{ ...foreign, embedding }]);
  expect((await search("whale")).found).toEqual(["whales.md"]);
  expect(remarks).toBe(
    "Indexing ...\ntest/notes holds passages as well that are not of this folder, or of its former state: they are left out. Give the folder an index of its own.\n",
  );
});

test("a model that does not say its width is asked for a vector, except where no store has to know", async () => {
  const embed = vi.fn<Embedder["embed"]>(hash.embed);
  embedder = { ...hash, id: "test/m", dimensions: undefined, embed };
  await search("whale");
  expect(configs).toEqual([{ index: "notes", dimensions: 64 }]);
  expect(embed.mock.calls[0]).toEqual([["width"], expect.objectContaining({ inputType: "document" })]);
  embed.mockClear();
  await search("whale", { store: "memory" });
  await search("whale", { store: undefined });
  expect(embed.mock.calls.flatMap(([texts]) => texts)).not.toContain("width");
});

test("a store that has no option for the width is opened without", async () => {
  expect(await search("whale", { store: "widthless/notes" })).toMatchObject({ report: everything });
  expect(configs).toEqual([{ index: "notes" }]);
});

test("a store that cannot be used is closed again", async () => {
  const close = vi.fn(async () => undefined);
  const failure = new BelugaError({
    op: "vector.ensureIndex",
    code: "invalid_input",
    message: "another width",
  });
  vectorStores.register({
    ...definition,
    name: "full",
    create: () => ({
      ...methodsOf(createMemoryStore()),
      provider: "full",
      id: "full/notes",
      ensureIndex: () => Promise.reject(failure),
      close,
    }),
  });
  await expect(search("whale", { store: "full/notes" })).rejects.toBe(failure);
  expect(close).toHaveBeenCalledTimes(1);
});

test("a reranker judges all that is near, under its headings, and has the last word", async () => {
  expect((await search("whale")).found).toEqual(["whales.md"]);
  rerank.mockImplementation(async () => ranked([1, 0]));
  expect((await search("whale", { reranker: "test/m" })).found).toEqual(["cooking.md", "whales.md"]);
  expect(rerank.mock.calls.map(([query, documents, options]) => [query, documents, options?.topN])).toEqual([
    [
      "whale",
      ["Whales\n\n# Whales\n\nThe beluga is a white whale.", "Cooking\n\n# Cooking\n\nBoil the pasta."],
      5,
    ],
  ]);
});

test("what the embedder and the reranker have to say is told, each once, but not on what texts are for", async () => {
  const purpose: Warning = { type: "unsupported", option: "inputType", message: "knows no query" };
  const cut: Warning = { type: "other", message: "a text was cut\u{7}" };
  embedder = {
    ...hash,
    id: "test/m",
    embed: async (...call) => ({ ...(await hash.embed(...call)), warnings: [purpose, cut] }),
  };
  rerank.mockImplementation(async () => ranked([0], [cut, { type: "other", message: "a document was cut" }]));
  await search("whale", { reranker: "test/m" });
  expect(remarks).toBe("Indexing ...\na text was cut\na document was cut\n");
});
