import type { Metric, VectorDocument } from "@beluga/core";
import { compareHits, similarity } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { createSqliteStore } from "./index.js";

const metrics: readonly Metric[] = ["cosine", "dot", "euclidean"];

/** The same numbers in every run, from -0.5 to 0.5. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
}

function documentsOf(vectors: readonly Float32Array[]): VectorDocument[] {
  return vectors.map((embedding, n) => ({ id: `d${n}`, content: "", embedding }));
}

/** Compares hits and their scores with those of a plain loop and a full sort, to the last bit. */
async function expectExact(
  metric: Metric,
  vectors: readonly Float32Array[],
  queries: readonly Float32Array[],
): Promise<void> {
  const documents = documentsOf(vectors);
  const store = createSqliteStore({ path: ":memory:", metric });
  await store.add(documents);
  for (const query of queries) {
    const expected = documents
      .map(({ id, embedding }) => ({ id, score: similarity(metric, query, embedding) }))
      .sort(compareHits);
    for (const k of [1, 10, 400]) {
      const hits = await store.search(query, { k });
      expect(hits.map(({ id, score }) => ({ id, score }))).toEqual(expected.slice(0, k));
    }
    const threshold = expected[20]?.score ?? 0;
    const hits = await store.search(query, { k: 1000, threshold });
    expect(hits.map(({ id }) => id)).toEqual(
      expected.filter(({ score }) => score >= threshold).map(({ id }) => id),
    );
  }
  await store.close();
}

describe.each(metrics)("%s: hits are exactly the nearest", (metric) => {
  test("of random vectors of many lengths", async () => {
    const next = numbers(1);
    const vectors = Array.from({ length: 1500 }, (_, n) =>
      Float32Array.from({ length: 50 }, () => next() * 10 ** ((n % 7) - 3)),
    );
    await expectExact(metric, vectors, vectors.slice(0, 8));
  });

  test("of vectors that single precision cannot tell apart", async () => {
    const next = numbers(2);
    const random = (): Float32Array => Float32Array.from({ length: 200 }, next);
    const center = random();
    const vectors = Array.from({ length: 700 }, () =>
      center.map((component) => component * (1 + next() * 2e-7)),
    );
    await expectExact(metric, vectors, [
      center,
      ...vectors.slice(0, 2),
      ...Array.from({ length: 12 }, random),
    ]);
  });

  test("of vectors of zeros among others that are farther", async () => {
    const next = numbers(4);
    const vectors = Array.from({ length: 300 }, (_, n) =>
      Float32Array.of(n % 15 ? -2 - next() : 0, n % 15 ? next() : 0),
    );
    await expectExact(metric, vectors, [Float32Array.of(1, 0), Float32Array.of(-1, 0)]);
  });

  test("of vectors that are all the same, or nothing alike", async () => {
    const same = Array.from({ length: 300 }, () => Float32Array.of(1, 2, 0, 0));
    const right = Array.from({ length: 300 }, (_, n) => Float32Array.of(0, 0, n % 5, 1));
    await expectExact(
      metric,
      [...same, ...right],
      [Float32Array.of(1, 2, 0, 0), Float32Array.of(2, -1, 0, 0)],
    );
  });

  test("of vectors near the ends of single precision, and of zeros, among others", async () => {
    const next = numbers(3);
    const scales = [3e38, 1e30, 1e13, 1e11, 1, 1e-11, 1e-13, 1e-30, 1e-38, 1e-44, 0];
    const vectors = Array.from({ length: 220 }, (_, n) =>
      Float32Array.from({ length: 6 }, () => next() * (scales[n % scales.length] ?? 1)),
    );
    await expectExact(metric, vectors, vectors.slice(0, scales.length));
  });
});
