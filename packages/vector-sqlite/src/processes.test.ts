import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { VectorStore } from "@beluga/core";
import { afterAll, describe, expect, test } from "vitest";
import { createSqliteStore } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "beluga-processes-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${++files}.db`);

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Starts `testing/writer.ts`, and waits until it has opened the file. */
async function startWriter(path: string, name: string, batches: number, size: number): Promise<ChildProcess> {
  const file = fileURLToPath(new URL("testing/writer.ts", import.meta.url));
  const child = fork(file, [path, name, String(batches), String(size)], {
    execArgv: ["--import", tsx, "--conditions=@beluga/source"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  expect(await once(child, "message")).toEqual(["ready", undefined]);
  return child;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** How many documents of each batch there are. */
async function batchSizes(store: VectorStore): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const { metadata } of await store.search([1, 1, 1], { k: 100_000 })) {
    const batch = String(metadata["batch"]);
    sizes[batch] = (sizes[batch] ?? 0) + 1;
  }
  return sizes;
}

describe("two processes", { timeout: 60_000 }, () => {
  test("open one new file, write to it and search it at the same time; batches are seen whole, and none is lost", async () => {
    const path = newPath();
    const [batches, size] = [40, 5];
    const writers = await Promise.all(["a", "b"].map((name) => startWriter(path, name, batches, size)));
    const store = createSqliteStore({ path });
    const exits = Promise.all(writers.map(exitCode));
    for (const writer of writers) writer.send("go");
    for (let batch = 0; batch < batches; batch++) {
      const documents = Array.from({ length: size }, (_, n) => ({
        id: `c-${batch}-${n}`,
        content: "",
        metadata: { batch: `c-${batch}` },
        embedding: [1, batch, n],
      }));
      await store.add(documents);
      expect(new Set(Object.values(await batchSizes(store)))).toEqual(new Set([size]));
    }
    expect(await exits).toEqual([0, 0]);
    const all = ["a", "b", "c"].flatMap((name) =>
      Array.from({ length: batches }, (_, batch) => `${name}-${batch}`),
    );
    expect(await batchSizes(store)).toEqual(Object.fromEntries(all.map((batch) => [batch, size])));
    await store.close();
    expect([path, `${path}-wal`, `${path}-shm`].map((file) => existsSync(file))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("one that is killed in the middle of a write leaves the old state", async () => {
    const path = newPath();
    const size = 3000;
    for (let round = 0; round < 3; round++) {
      const writer = await startWriter(path, `r${round}`, 1000, size);
      const exit = once(writer, "exit");
      writer.send("go");
      await once(writer, "message");
      // Somewhere in the next batch: one takes some tens of milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 10 + 15 * round));
      writer.kill("SIGKILL");
      await exit;
      const store = createSqliteStore({ path });
      const sizes = await batchSizes(store);
      expect(sizes[`r${round}-0`]).toBe(size);
      expect(new Set(Object.values(sizes))).toEqual(new Set([size]));
      await store.add([{ id: "alive", content: "", metadata: { batch: "alive" }, embedding: [1, 0, 0] }]);
      await store.delete({ ids: ["alive"] });
      await store.close();
    }
  });
});

/** The store, and another connection that is in the middle of a write. */
function lockedStore(): { store: VectorStore; release: () => void } {
  const path = newPath();
  const store = createSqliteStore({ path });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  return {
    store,
    release: () => {
      other.exec("COMMIT");
      other.close();
    },
  };
}

describe("while another process holds the lock", () => {
  const document = { id: "a", content: "", embedding: [1] };

  test("a write waits without holding up the thread, and then succeeds", async () => {
    const { store, release } = lockedStore();
    let ticks = 0;
    const timer = setInterval(() => ++ticks === 10 && release(), 5);
    await store.add([document]);
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(10);
    expect(await store.search([1])).toHaveLength(1);
    await store.close();
  });

  test("a write gives up after its timeout, with an error that says to try again, and nothing is written", async () => {
    const { store, release } = lockedStore();
    await expect(store.add([document], { timeout: { total: 30 } })).rejects.toMatchObject({
      code: "timeout",
      retryable: true,
      provider: "sqlite",
      op: "vector.add",
    });
    release();
    expect(await store.search([1])).toEqual([]);
    await store.close();
  });

  test("an abort ends the wait with its reason, and nothing is written", async () => {
    const { store, release } = lockedStore();
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 30);
    await expect(store.add([document], { signal: controller.signal })).rejects.toBe(reason);
    release();
    expect(await store.search([1])).toEqual([]);
    await store.close();
  });

  test("a close ends the wait", async () => {
    const { store, release } = lockedStore();
    const added = store.add([document]);
    await store.close();
    await expect(added).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("closed"),
    });
    release();
  });

  test("a search finds what was there before", async () => {
    const path = newPath();
    const store = createSqliteStore({ path });
    await store.add([document]);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE; DELETE FROM beluga_documents_1");
    expect(await store.search([1])).toHaveLength(1);
    other.exec("COMMIT");
    other.close();
    expect(await store.search([1])).toEqual([]);
    await store.close();
  });

  test("a file that is locked while it is opened is a timeout", { timeout: 20_000 }, async () => {
    const path = newPath();
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE t (x); BEGIN EXCLUSIVE");
    expect(() => createSqliteStore({ path })).toThrow(
      expect.objectContaining({ code: "timeout", retryable: true }),
    );
    other.exec("COMMIT");
    other.close();
    await createSqliteStore({ path }).close();
  });
});
