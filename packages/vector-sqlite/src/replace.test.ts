import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type VectorDocument, filter } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type ListedDocument, type SqliteStore, createSqliteStore } from "./index.js";

const chunk = (source: string, n: number, hash: string): VectorDocument => ({
  id: `${source}#${n}`,
  content: `${hash} of ${source}`,
  metadata: { source, hash },
  embedding: [1, n],
});

async function listed(
  store: SqliteStore,
  options?: Parameters<SqliteStore["list"]>[0],
): Promise<ListedDocument[]> {
  const documents: ListedDocument[] = [];
  for await (const document of store.list(options)) documents.push(document);
  return documents.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function filledStore(): Promise<SqliteStore> {
  const store = createSqliteStore({ path: ":memory:" });
  await store.add([chunk("a.md", 0, "old"), chunk("a.md", 1, "old"), chunk("b.md", 0, "old")]);
  return store;
}

describe("replace", () => {
  test("deletes what matches and adds the documents", async () => {
    const store = await filledStore();
    await store.replace({ filter: filter.eq("source", "a.md"), documents: [chunk("a.md", 0, "new")] });
    expect(await listed(store)).toEqual([
      { id: "a.md#0", metadata: { source: "a.md", hash: "new" } },
      { id: "b.md#0", metadata: { source: "b.md", hash: "old" } },
    ]);
    expect((await store.search([1, 0])).map(({ content }) => content)).toEqual([
      "new of a.md",
      "old of b.md",
    ]);
    await store.replace({ filter: filter.eq("source", "b.md"), documents: [] });
    expect(await listed(store)).toHaveLength(1);
  });

  test("changes nothing where a document or the filter is wrong, or the signal is aborted", async () => {
    const store = await filledStore();
    const before = await listed(store);
    const good = { filter: filter.eq("source", "a.md"), documents: [chunk("a.md", 0, "new")] };
    const wrong: Parameters<SqliteStore["replace"]>[] = [
      [{ ...good, documents: [...good.documents, { ...chunk("a.md", 1, "new"), embedding: [1, 2, 3] }] }],
      [{ ...good, documents: [{ ...chunk("a.md", 1, "new"), content: "\uD800" }] }],
      [{ ...good, filter: { op: "eq", key: "source" } as never }],
      [{ documents: good.documents } as never],
      [undefined as never],
    ];
    for (const [replacement] of wrong) {
      await expect(store.replace(replacement)).rejects.toMatchObject({ code: "invalid_input" });
    }
    const reason = new Error("stop");
    await expect(store.replace(good, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await listed(store)).toEqual(before);
  });

  test("a failure in the middle of the transaction undoes all of it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "beluga-replace-"));
    const path = join(folder, "a.db");
    const store = createSqliteStore({ path });
    await store.add([chunk("a.md", 0, "old"), chunk("a.md", 1, "old")]);
    const before = await listed(store);
    const other = new DatabaseSync(path);
    other.exec(`CREATE TRIGGER refuse BEFORE INSERT ON beluga_documents_1 WHEN NEW.id = 'a.md#1'
      BEGIN SELECT RAISE(ABORT, 'refused'); END`);
    const replacement = {
      filter: filter.and(),
      documents: [chunk("a.md", 0, "new"), chunk("a.md", 1, "new")],
    };
    await expect(store.replace(replacement)).rejects.toMatchObject({
      name: "BelugaError",
      op: "vector.replace",
    });
    await expect(store.add(replacement.documents)).rejects.toMatchObject({ op: "vector.add" });
    expect(await listed(store)).toEqual(before);
    other.exec("DROP TRIGGER refuse");
    other.close();
    await store.replace(replacement);
    expect((await listed(store)).map(({ metadata }) => metadata["hash"])).toEqual(["new", "new"]);
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

describe("list", () => {
  test("gives every document once, also beyond a page, with its id and metadata", async () => {
    const store = createSqliteStore({ path: ":memory:" });
    const documents = Array.from({ length: 2500 }, (_, n) => chunk(`f${n}.md`, 0, "h"));
    await store.add(documents);
    const expected = documents.map(({ id, metadata }) => ({ id, metadata }));
    expect(await listed(store)).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
  });

  test("takes a filter, is empty where nothing matches, and can be left early", async () => {
    const store = await filledStore();
    expect(await listed(store, { filter: filter.eq("source", "b.md") })).toEqual([
      { id: "b.md#0", metadata: { source: "b.md", hash: "old" } },
    ]);
    expect(await listed(store, { filter: filter.or() })).toEqual([]);
    for await (const { id } of store.list()) {
      expect(id).toBe("a.md#0");
      break;
    }
    await store.add([chunk("c.md", 0, "new")]);
    expect(await listed(store)).toHaveLength(4);
  });

  test("rejects with the signal's reason, a malformed filter, and after close", async () => {
    const store = await filledStore();
    const reason = new Error("stop");
    await expect(listed(store, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(listed(store, { filter: {} as never })).rejects.toMatchObject({ code: "invalid_input" });
    await store.close();
    await expect(listed(store)).rejects.toMatchObject({ code: "invalid_input", op: "vector.list" });
    await expect(store.replace({ filter: filter.and(), documents: [] })).rejects.toMatchObject({
      op: "vector.replace",
    });
  });
});
