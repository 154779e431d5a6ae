import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { vectorStores } from "@beluga/core";
import { afterAll, describe, expect, test } from "vitest";
import { type SqliteStore, createSqliteStore } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "beluga-schema-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${++files}.db`);
const document = { id: "a", content: "text", embedding: [1, 2] };
const failure = (code: string, words: RegExp): unknown =>
  expect.objectContaining({
    name: "BelugaError",
    code,
    provider: "sqlite",
    op: "vector.create",
    message: expect.stringMatching(words),
  });

describe("an index that is opened again", () => {
  test("has the metric and the width that the file remembers", async () => {
    const path = newPath();
    const first = createSqliteStore({ path, metric: "euclidean" });
    await first.add([document]);
    await first.close();
    for (const config of [{}, { metric: "euclidean" }, { dimensions: 2 }] as const) {
      const again = createSqliteStore({ path, ...config });
      expect(await again.search([1, 3])).toMatchObject([{ id: "a", score: 0.5 }]);
      await expect(again.search([1])).rejects.toMatchObject({ code: "invalid_input" });
      await again.close();
    }
  });

  test("is refused with another metric or width, which names both", async () => {
    const path = newPath();
    await createSqliteStore({ path, dimensions: 3 }).close();
    expect(() => createSqliteStore({ path, metric: "dot" })).toThrow(
      failure("invalid_input", /metric: .*cosine.*dot/),
    );
    expect(() => createSqliteStore({ path, dimensions: 4 })).toThrow(
      failure("invalid_input", /dimensions: .*3.*4/),
    );
  });

  test("learns a width that another connection set", async () => {
    const path = newPath();
    const [one, other, third] = [1, 2, 3].map(() => createSqliteStore({ path })) as [
      SqliteStore,
      SqliteStore,
      SqliteStore,
    ];
    await one.add([document]);
    await expect(other.add([{ ...document, embedding: [1] }])).rejects.toMatchObject({
      code: "invalid_input",
      message:
        "sqlite vector.add: documents[0].embedding: expected 2 numbers, the width of this index, and got 1",
    });
    await expect(third.search([1])).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("query: expected 2 numbers"),
    });
    expect(await other.search([1, 2])).toHaveLength(1);
    await Promise.all([one, other, third].map((store) => store.close()));
  });

  test("is refused where its layout is of another version", async () => {
    const path = newPath();
    await createSqliteStore({ path }).close();
    const file = new DatabaseSync(path);
    file.exec("UPDATE beluga_indexes SET layout = 2");
    file.close();
    expect(() => createSqliteStore({ path })).toThrow(failure("unsupported", /layout 2/));
  });
});

describe("one file", () => {
  test("holds several indexes, of any name, apart from each other", async () => {
    const path = newPath();
    const names = ["documents", "'; DROP TABLE beluga_indexes; --", "a/b", "🦊", "a\0b", "a"];
    const stores = names.map((index, at) =>
      createSqliteStore({ path, index, metric: at % 2 ? "dot" : "cosine", dimensions: at + 1 }),
    );
    for (const [at, store] of stores.entries()) {
      await store.add([
        { id: "same", content: names[at] ?? "", embedding: Array.from({ length: at + 1 }, () => 1) },
      ]);
    }
    await stores[0]?.delete({ ids: ["same"] });
    await Promise.all(stores.map((store) => store.close()));
    for (const [at, index] of names.entries()) {
      const store = vectorStores.createDynamic(`sqlite/${index}`, { path });
      expect(store.id).toBe(`sqlite/${index}`);
      const hits = await store.search(Array.from({ length: at + 1 }, () => 1));
      expect(hits.map(({ content }) => content)).toEqual(at === 0 ? [] : [index]);
      await store.close();
    }
  });

  test("may have tables of others, which are left alone", async () => {
    const path = newPath();
    const file = new DatabaseSync(path);
    file.exec("CREATE TABLE documents (id); INSERT INTO documents VALUES (7)");
    const store = createSqliteStore({ path });
    await store.add([document]);
    await store.delete({ ids: ["a"] });
    expect(file.prepare("SELECT id FROM documents").all()).toMatchObject([{ id: 7 }]);
    await store.close();
    file.close();
  });

  test("is named by a path, and never by a URI", async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await createSqliteStore({ path: "file:named.db?mode=memory" }).close();
    } finally {
      process.chdir(before);
    }
    const reader = createSqliteStore({ path: join(folder, "file:named.db?mode=memory"), readOnly: true });
    await reader.close();
  });
});

describe("a file that is read only", () => {
  test("is searched and listed, and refuses to be changed", async () => {
    const path = newPath();
    const writer = createSqliteStore({ path });
    await writer.add([document]);
    const reader = createSqliteStore({ path, readOnly: true });
    expect(await reader.search([1, 2])).toMatchObject([{ id: "a" }]);
    for (const [op, call] of Object.entries({
      "vector.add": () => reader.add([document]),
      "vector.delete": () => reader.delete({ ids: ["a"] }),
      "vector.replace": () => reader.replace({ filter: { op: "and", filters: [] }, documents: [] }),
    })) {
      await expect(call()).rejects.toMatchObject({ code: "permission_denied", op });
    }
    await writer.close();
    expect(await reader.search([1, 2])).toHaveLength(1);
    await reader.close();
  });

  test("must be there, with the index", async () => {
    const path = newPath();
    expect(() => createSqliteStore({ path, readOnly: true })).toThrow(failure("not_found", /no file/));
    await createSqliteStore({ path }).close();
    expect(() => createSqliteStore({ path, index: "other", readOnly: true })).toThrow(
      failure("not_found", /"other"/),
    );
  });
});

describe("a path", () => {
  test("into a folder that is not there, of a folder, or of something else than a database is invalid_input", () => {
    const text = newPath();
    writeFileSync(text, "This is a text, and no database. ".repeat(100));
    expect(() => createSqliteStore({ path: join(folder, "none", "a.db") })).toThrow(
      failure("invalid_input", /folder/),
    );
    expect(() => createSqliteStore({ path: folder })).toThrow(failure("invalid_input", /cannot be opened/));
    expect(() => createSqliteStore({ path: text })).toThrow(failure("invalid_input", /no SQLite database/));
    expect(() => createSqliteStore({ path: "a\0b" })).toThrow(failure("invalid_input", /path/));
    expect(() => createSqliteStore({ path: "" })).toThrow(failure("invalid_input", /path/));
    expect(() => createSqliteStore({} as never)).toThrow(failure("invalid_input", /path/));
    expect(() => createSqliteStore({ path: ":memory:", index: "\uD800" })).toThrow(
      failure("invalid_input", /index/),
    );
  });

  test("of a database in UTF-16 is unsupported: its texts would sort in another order", () => {
    const path = newPath();
    const file = new DatabaseSync(path);
    file.exec("PRAGMA encoding = 'UTF-16'; CREATE TABLE t (x)");
    file.close();
    expect(() => createSqliteStore({ path })).toThrow(failure("unsupported", /UTF-16/));
  });

  test("of a damaged file is invalid_response when the damage is met", async () => {
    const path = newPath();
    const store = createSqliteStore({ path });
    await store.add(
      Array.from({ length: 300 }, (_, n) => ({ id: `d${n}`, content: "x".repeat(500), embedding: [1, n] })),
    );
    await store.close();
    const file = openSync(path, "r+");
    // The first pages have the tables' names.
    for (let page = 10; page < 25; page++) writeSync(file, Buffer.alloc(200, 0xff), 0, 200, page * 16_384);
    closeSync(file);
    const damaged = createSqliteStore({ path, readOnly: true });
    await expect(damaged.search([1, 2], { k: 300 })).rejects.toMatchObject({
      code: "invalid_response",
      provider: "sqlite",
    });
    await damaged.close();
  });
});

describe("an index that is dropped", () => {
  test("leaves the others in the file, and can be made again with another width", async () => {
    const path = join(folder, "dropped.db");
    const [one, other] = ["one", "other"].map((index) => createSqliteStore({ path, index })) as [
      SqliteStore,
      SqliteStore,
    ];
    const document = { id: "a", content: "", embedding: [1, 2] };
    await one.add([document]);
    await other.add([document]);
    await one.dropIndex();
    await expect(one.search([1, 2])).rejects.toMatchObject({ code: "not_found" });
    expect(await other.search([1, 2])).toHaveLength(1);
    await one.ensureIndex();
    await one.add([{ ...document, embedding: [1, 2, 3] }]);
    expect(await one.search([1, 2, 3])).toHaveLength(1);
    await Promise.all([one.close(), other.close()]);
  });

  test("is not_found to another store over it, which finds it again once it is made again", async () => {
    const path = join(folder, "gone.db");
    const [one, other] = [createSqliteStore({ path }), createSqliteStore({ path })];
    await one.add([{ id: "a", content: "", embedding: [1, 2] }]);
    expect(await other.search([1, 2])).toHaveLength(1);
    await one.dropIndex();
    await expect(other.search([1, 2])).rejects.toMatchObject({
      code: "not_found",
      message: /the index is gone/,
    });
    await expect(other.search([1, 2])).rejects.toMatchObject({ code: "not_found", message: /ensureIndex/ });
    await one.ensureIndex();
    expect(await other.search([1, 2])).toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });
});
