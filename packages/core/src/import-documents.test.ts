import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type ImportOptions, importDocuments } from "./import-documents.js";
import type { VectorDocument } from "./vector-store.js";

const document = (n: number): VectorDocument => ({ id: `d${n}`, content: "", embedding: [n, 1] });

/** Documents as they are asked for, and how many were. */
function source(count: number): {
  documents: AsyncGenerator<VectorDocument>;
  taken: () => number;
  left: () => boolean;
} {
  let [taken, left] = [0, false];
  async function* documents(): AsyncGenerator<VectorDocument> {
    try {
      while (taken < count) yield document(taken++);
    } finally {
      left = true;
    }
  }
  return { documents: documents(), taken: () => taken, left: () => left };
}

describe("importDocuments", () => {
  test("adds all documents, in order, a batch at a time, and tells how many", async () => {
    const added: number[] = [];
    const add = vi.fn(async (documents: readonly VectorDocument[]) => void added.push(documents.length));
    const progress: number[] = [];
    const options: ImportOptions = { batchSize: 4, onProgress: (written) => void progress.push(written) };
    expect(await importDocuments({ add }, source(10).documents, options)).toBe(10);
    expect({ added, progress }).toEqual({ added: [4, 4, 2], progress: [4, 8, 10] });
    expect(add.mock.calls.flatMap(([documents]) => documents)).toEqual(
      Array.from({ length: 10 }, (_, n) => document(n)),
    );
    expect(await importDocuments({ add }, [document(1)])).toBe(1);
    expect(await importDocuments({ add }, [])).toBe(0);
  });

  test.each([1, 3])(
    "with a concurrency of %d takes no document that there is no room for",
    async (concurrency) => {
      const { documents, taken } = source(100_000);
      let [written, most, underWay, mostUnderWay] = [0, 0, 0, 0];
      const add = async (batch: readonly VectorDocument[]): Promise<void> => {
        mostUnderWay = Math.max(mostUnderWay, ++underWay);
        most = Math.max(most, taken() - written);
        await wait(0);
        written += batch.length;
        underWay--;
      };
      expect(await importDocuments({ add }, documents, { batchSize: 500, concurrency })).toBe(100_000);
      expect(most).toBeLessThanOrEqual(500 * concurrency + 1);
      expect(mostUnderWay).toBe(concurrency);
    },
  );

  test("hands the options of a call on to each, and ends with the first failure, which leaves the source", async () => {
    const { documents, left } = source(10);
    const failure = new Error("full");
    const add = vi.fn(async () => Promise.reject(failure));
    const options = { headers: { a: "b" }, timeout: { idle: 5 } };
    await expect(importDocuments({ add }, documents, { batchSize: 2, ...options })).rejects.toBe(failure);
    expect(add.mock.calls).toEqual([
      [[document(0), document(1)], { ...options, signal: expect.any(AbortSignal) }],
    ]);
    await wait(0);
    expect(left()).toBe(true);
  });

  test("rejects with the reason of an abort, and with what the source throws", async () => {
    const controller = new AbortController();
    const add = async (): Promise<void> => controller.abort("enough");
    const { signal } = controller;
    await expect(importDocuments({ add }, source(10).documents, { batchSize: 1, signal })).rejects.toBe(
      "enough",
    );
    const failure = new Error("no such file");
    const broken = {
      async *[Symbol.asyncIterator]() {
        yield document(0);
        throw failure;
      },
    };
    await expect(importDocuments({ add: async () => {} }, broken)).rejects.toBe(failure);
  });

  test("the total time limit holds for all of it", async () => {
    await expect(
      importDocuments({ add: () => wait(20) }, source(1_000).documents, {
        batchSize: 1,
        timeout: { total: 50 },
      }),
    ).rejects.toMatchObject({
      code: "timeout",
      message: "vector.import: the total time limit of 50 ms passed",
    });
  });

  test.each<[unknown, unknown, string]>([
    [[], { batchSize: 0 }, "batchSize: expected a positive integer"],
    [[], { concurrency: 1.5 }, "concurrency: expected a positive integer"],
    [7, {}, "documents: expected an array, or something else to iterate over"],
    [null, {}, "documents: expected an array, or something else to iterate over"],
  ])("refuses %j with %j", async (documents, options, problem) => {
    await expect(
      importDocuments({ add: async () => {} }, documents as VectorDocument[], options as ImportOptions),
    ).rejects.toMatchObject({ code: "invalid_input", message: `vector.import: ${problem}` });
  });
});
