import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VectorDocument } from "@beluga/core";
import { createMemoryStore } from "@beluga/vector-memory";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManifestIndex } from "./manifest-index.js";
import { passageId } from "./passage-index.js";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "beluga-manifest-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state = { hash: "h", size: 1, modified: 2, making: "m" };

function documents(path: string, count: number): VectorDocument[] {
  return Array.from({ length: count }, (_, at) => ({
    id: passageId(path, at),
    content: `${path} ${at}`,
    embedding: [1, at],
  }));
}

test("a file's passages take the place of those it had, and nothing else is touched", async () => {
  const store = createMemoryStore();
  const index = new ManifestIndex(store);
  const ids = async (): Promise<string[]> =>
    (await store.search([1, 0], { k: 99 })).map(({ id }) => id).sort();
  await store.add([{ id: "of someone else", content: "", embedding: [1, 1] }]);
  await index.replace("a.md", state, documents("a.md", 3));
  await index.replace("b.md", state, documents("b.md", 1));
  expect(await ids()).toEqual(["a.md#0", "a.md#1", "a.md#2", "b.md#0", "of someone else"]);
  await index.replace("a.md", state, documents("a.md", 1));
  expect(await ids()).toEqual(["a.md#0", "b.md#0", "of someone else"]);
  await index.remove("b.md");
  expect(await ids()).toEqual(["a.md#0", "of someone else"]);
  await index.clear();
  expect(await ids()).toEqual(["of someone else"]);
});

test("what is in the store is remembered in the manifest", async () => {
  const path = join(folder, "own/acme.json");
  const store = createMemoryStore();
  const index = new ManifestIndex(store, path);
  await index.replace("a.md", state, documents("a.md", 2));
  await index.close();
  const again = new ManifestIndex(store, path);
  expect(await again.files()).toEqual(new Map([["a.md", { ...state, count: 2 }]]));
  await again.remove("a.md");
  await again.close();
  expect(await new ManifestIndex(store, path).files()).toEqual(new Map());
  expect(await store.search([1, 0])).toEqual([]);
});

test("a manifest that is damaged is refused, and not taken for an empty one", () => {
  const path = join(folder, "acme.json");
  writeFileSync(path, '{"files": {');
  expect(() => new ManifestIndex(createMemoryStore(), path)).toThrow(`${path} is damaged`);
});
