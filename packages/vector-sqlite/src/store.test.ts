import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type VectorIndex, vectorStoreConformance } from "@beluga/conformance";
import { afterAll, describe } from "vitest";
import { type SqliteStore, createSqliteStore } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "beluga-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true }));

function inFile({ name, metric, dimensions }: VectorIndex): SqliteStore {
  return createSqliteStore({ path: join(folder, `${name}.db`), index: name, metric, dimensions });
}

const spec = { name: "sqlite", packageName: "@beluga/vector-sqlite", config: { path: ":memory:" } };

describe("in a file", () => {
  // Fewer runs, because a file takes 20 ms to make.
  vectorStoreConformance({ ...spec, create: inFile, reopen: inFile, runs: 20 });
});

describe("in memory", () => {
  vectorStoreConformance({
    ...spec,
    create: ({ name, metric, dimensions }) =>
      createSqliteStore({ path: ":memory:", index: name, metric, dimensions }),
  });
});
