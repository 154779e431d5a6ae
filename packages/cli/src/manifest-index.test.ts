import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SearchHit, VectorStore } from "@beluga/core";
import { createMemoryStore } from "@beluga/vector-memory";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManifestIndex } from "./manifest-index.js";
import { type FileState, type IndexedFile, passageId } from "./passage-index.js";

let folder = "";
let path = "";
let store: VectorStore = createMemoryStore();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "beluga-manifest-"));
  path = join(folder, "own/acme.json");
  store = createMemoryStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state: FileState = { hash: "h", size: 1, modified: 2, making: "m" };

function file(path: string, count: number, changes: Partial<FileState> = {}): IndexedFile {
  const documents = Array.from({ length: count }, (_, at) => ({
    id: passageId(path, at),
    content: `${path} ${at}`,
    metadata: { source: path },
    embedding: [1, at],
  }));
  return { path, state: { ...state, ...changes }, documents };
}

const hits = (): Promise<SearchHit[]> => store.search([1, 0], { k: 99 });
const contents = async (): Promise<string[]> => (await hits()).map(({ content }) => content).sort();

test("a file's passages take the place of those it had, and nothing else is touched", async () => {
  const index = new ManifestIndex({ store });
  await store.add([{ id: "0", content: "of someone else", embedding: [1, 1] }]);
  await index.replace([file("a.md", 3), file("b.md", 1)]);
  expect(await contents()).toEqual(["a.md 0", "a.md 1", "a.md 2", "b.md 0", "of someone else"]);
  await index.replace([file("a.md", 1)]);
  expect(await contents()).toEqual(["a.md 0", "b.md 0", "of someone else"]);
  await index.remove("b.md");
  expect(await contents()).toEqual(["a.md 0", "of someone else"]);
  await index.clear();
  expect(await contents()).toEqual(["of someone else"]);
});

test("the store is asked once for many files", async () => {
  const index = new ManifestIndex({ store });
  const [add, remove] = [vi.spyOn(store, "add"), vi.spyOn(store, "delete")];
  await index.replace([file("a.md", 3), file("b.md", 2)]);
  await index.replace([file("a.md", 1), file("b.md", 1)]);
  await index.clear();
  expect([add, remove].map(({ mock }) => mock.calls.length)).toEqual([2, 2]);
});

test("ids are short and plain, of any path", async () => {
  const index = new ManifestIndex({ store });
  await index.replace([file(`${"папка/".repeat(200)}🐋.md`, 1), file("a.md", 1)]);
  const ids = (await hits()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}#0$/);
});

test("what is in the store is remembered in the manifest", async () => {
  const index = new ManifestIndex({ store, path });
  await index.replace([file("a.md", 2)]);
  await index.close();
  const again = new ManifestIndex({ store, path });
  expect(await again.files()).toEqual(new Map([["a.md", { ...state, count: 2 }]]));
  await again.remove("a.md");
  await again.close();
  expect(await new ManifestIndex({ store, path }).files()).toEqual(new Map());
  expect(await hits()).toEqual([]);
});

test("what a process that was killed left in the store is known to the next, and indexed again", async () => {
  const index = new ManifestIndex({ store, path });
  await index.replace([file("a.md", 1)]);
  vi.spyOn(store, "add").mockRejectedValueOnce(new Error("killed"));
  await expect(index.replace([file("a.md", 3), file("b.md", 2)])).rejects.toThrow("killed");
  // Nothing was closed.
  const again = new ManifestIndex({ store, path });
  const unfinished = { hash: "", size: -1, modified: -1, making: "m" };
  expect(await again.files()).toEqual(
    new Map([
      ["a.md", { ...unfinished, count: 3 }],
      ["b.md", { ...unfinished, count: 2 }],
    ]),
  );
  const deleted = vi.spyOn(store, "delete");
  await again.remove("a.md");
  expect(deleted.mock.calls[0]?.[0]).toEqual({
    ids: [0, 1, 2].map((at) => expect.stringMatching(`#${at}$`) as string),
  });
});

test("passages of others, and of another state of a file, are not known", async () => {
  const index = new ManifestIndex({ store });
  await store.add([{ id: "0", content: "of someone else", embedding: [1, 1] }]);
  await index.replace([file("a.md", 1), file("b.md", 1), file("c.md", 1)]);
  const elsewhere = new ManifestIndex({ store });
  await elsewhere.replace([file("b.md", 1, { hash: "older" }), file("c.md", 1, { making: "other" })]);
  await elsewhere.replace([file("d.md", 1)]);
  const known = (await hits()).filter((hit) => index.knows(hit));
  expect(known.map(({ content }) => content)).toEqual(["a.md 0"]);
});

test("everything is forgotten where the store has nothing any more", async () => {
  const index = new ManifestIndex({ store, path });
  expect(await index.forgetLost(2)).toBe(false);
  await index.replace([file("a.md", 1)]);
  await index.close();
  expect(await index.forgetLost(2)).toBe(false);
  const emptied = new ManifestIndex({ store: createMemoryStore(), path });
  expect(await emptied.forgetLost(2)).toBe(true);
  expect(await emptied.files()).toEqual(new Map());
});

test("a first run that failed lost nothing", async () => {
  const index = new ManifestIndex({ store, path });
  vi.spyOn(store, "add").mockRejectedValueOnce(new Error("no network"));
  await expect(index.replace([file("a.md", 1)])).rejects.toThrow("no network");
  await index.close();
  expect(await new ManifestIndex({ store, path }).forgetLost(2)).toBe(false);
});

test("a signal reaches the store", async () => {
  const { signal } = new AbortController();
  const index = new ManifestIndex({ store, signal });
  const calls = [vi.spyOn(store, "add"), vi.spyOn(store, "delete"), vi.spyOn(store, "search")];
  await index.replace([file("a.md", 1)]);
  await index.forgetLost(2);
  await index.remove("a.md");
  for (const { mock } of calls) expect(mock.calls[0]?.[1]).toMatchObject({ signal });
});

test("a manifest that is damaged is refused, and not taken for an empty one", () => {
  const path = join(folder, "acme.json");
  writeFileSync(path, '{"files": {');
  expect(() => new ManifestIndex({ store, path })).toThrow(`${path} is damaged`);
});
