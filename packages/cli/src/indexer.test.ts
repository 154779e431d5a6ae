import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Embedder, VectorDocument, Warning } from "@beluga/core";
import { createHashEmbedder } from "@beluga/embed-hash";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type IndexReport, updateIndex } from "./indexer.js";
import type { FileState, IndexedFile, PassageIndex } from "./passage-index.js";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "beluga-indexer-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class MapIndex implements PassageIndex {
  readonly content = new Map<string, { state: FileState; documents: readonly VectorDocument[] }>();
  cleared = 0;
  files = async (): Promise<Map<string, FileState>> =>
    new Map([...this.content].map(([path, { state }]) => [path, state]));
  replace = async (files: readonly IndexedFile[]): Promise<void> =>
    files.forEach(({ path, ...file }) => this.content.set(path, file));
  remove = async (path: string): Promise<void> => void this.content.delete(path);
  knows = (): boolean => true;
  close = async (): Promise<void> => undefined;
  clear = async (): Promise<void> => {
    this.cleared++;
    this.content.clear();
  };
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const nothing: IndexReport = {
  files: 0,
  embedded: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  removed: 0,
  skipped: [],
  damaged: [],
  rebuilt: false,
};
const embedder = createHashEmbedder({ dimensions: 64 });

test("a second run reads nothing, and a third only what changed and went", async () => {
  const index = new MapIndex();
  const update = (): Promise<IndexReport> => updateIndex({ folder, index, embedder });
  write("a.md", "# Title\n\nText.");
  write("b/b.txt", "Words.");
  write("c.md", "Gone soon.");
  write("empty.md", "\n");
  expect(await update()).toEqual({ ...nothing, files: 3, embedded: 3, added: 3 });
  expect(index.content.get("a.md")?.documents).toMatchObject([
    {
      id: "a.md#0",
      content: "# Title\n\nText.",
      metadata: { source: "a.md", heading: "Title", line: 1, endLine: 3 },
      embedding: expect.any(Float32Array) as unknown,
    },
  ]);
  expect(await update()).toEqual({ ...nothing, files: 3, unchanged: 3 });

  write("a.md", "# Title\n\nAnother text.");
  write("d.md", "New.");
  unlinkSync(join(folder, "c.md"));
  expect(await update()).toEqual({
    ...nothing,
    files: 3,
    embedded: 2,
    added: 1,
    changed: 1,
    unchanged: 1,
    removed: 1,
  });
  expect([...index.content.keys()].sort()).toEqual(["a.md", "b/b.txt", "d.md"]);
});

test("a file that was written again with the same content is not embedded again", async () => {
  const index = new MapIndex();
  write("a.md", "Text.");
  await updateIndex({ folder, index, embedder });
  utimesSync(join(folder, "a.md"), new Date(), new Date(0));
  expect(await updateIndex({ folder, index, embedder })).toEqual({ ...nothing, files: 1, unchanged: 1 });
});

test.each([
  ["another width", createHashEmbedder({ dimensions: 128 })],
  [
    "another embedder",
    { ...createHashEmbedder({ dimensions: 64 }), id: "other/model", embed: embedder.embed },
  ],
])("%s makes the index anew, never mixed", async (_, other) => {
  const index = new MapIndex();
  write("a.md", "Text.");
  write("b.md", "Text.");
  await updateIndex({ folder, index, embedder });
  expect(await updateIndex({ folder, index, embedder: other })).toEqual({
    ...nothing,
    files: 2,
    embedded: 2,
    added: 2,
    rebuilt: true,
  });
  expect(index.cleared).toBe(1);
});

test("what cannot be read just now stays as it is, and what is no text any more goes", async () => {
  const index = new MapIndex();
  write("a.md", "Text.");
  write("folder/b.md", "Text.");
  write("c.md", "Text.");
  await updateIndex({ folder, index, embedder });
  rmSync(join(folder, "folder"), { recursive: true });
  symlinkSync(join(folder, "folder"), join(folder, "folder")); // stands for any folder that cannot be opened
  write("c.md", "Bin\0ary");
  expect(await updateIndex({ folder, index, embedder })).toEqual({
    ...nothing,
    files: 2,
    unchanged: 1,
    removed: 1,
    skipped: [
      { path: "folder", reason: "a link that leads to itself" },
      { path: "c.md", reason: "not a text: it holds binary data" },
    ],
  });
  expect([...index.content.keys()].sort()).toEqual(["a.md", "folder/b.md"]);
});

test("an interrupted run keeps the files that it has done, and the next goes on from there", async () => {
  const index = new MapIndex();
  const controller = new AbortController();
  for (let at = 0; at < 900; at++) write(`${at}.md`, `Text ${at}.`);
  let calls = 0;
  const slow: Embedder = {
    ...embedder,
    id: embedder.id,
    dimensions: 64,
    embed: async (texts, options) => {
      if (++calls === 3) controller.abort(new Error("enough"));
      return embedder.embed(texts, options);
    },
  };
  await expect(updateIndex({ folder, index, embedder: slow, signal: controller.signal })).rejects.toThrow(
    "enough",
  );
  const done = index.content.size;
  expect(done).toBe(512);
  const report = await updateIndex({ folder, index, embedder });
  expect(report).toEqual({
    ...nothing,
    files: 900,
    embedded: 900 - done,
    added: 900 - done,
    unchanged: done,
  });
});

test("progress goes from nothing to all of what has to be read", async () => {
  const seen: string[] = [];
  for (const name of ["a.md", "b.md"]) write(name, readFileSync(import.meta.filename, "utf8"));
  await updateIndex({
    folder,
    index: new MapIndex(),
    embedder,
    onProgress: (done, total) => seen.push(`${done}/${total}`),
  });
  expect(seen).toEqual(["0/2", "1/2", "2/2"]);
});

test("what the embedder has to say is handed on", async () => {
  const warnings: Warning[] = [{ type: "other", message: "a text was cut" }];
  const remarking: Embedder = {
    ...embedder,
    embed: async (...call) => ({ ...(await embedder.embed(...call)), warnings }),
  };
  const seen: (readonly Warning[])[] = [];
  write("a.md", "Text.");
  await updateIndex({
    folder,
    index: new MapIndex(),
    embedder: remarking,
    onWarnings: (some) => seen.push(some),
  });
  expect(seen).toEqual([warnings]);
});
