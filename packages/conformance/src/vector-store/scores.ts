import assert from "node:assert/strict";
import type { Metric, VectorDocument } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { type VectorSuite, contentsOf, document, idsOf } from "./suite.js";

/** What e1, -e1, e2 and (e1 + e2) / sqrt 2 score against e1, the nearest first. */
const fixedScores: Readonly<Record<Metric, readonly (readonly [id: string, score: number])[]>> = {
  cosine: [
    ["same", 1],
    ["between", Math.SQRT1_2],
    ["right", 0],
    ["opposite", -1],
  ],
  dot: [
    ["same", 1],
    ["between", Math.SQRT1_2],
    ["right", 0],
    ["opposite", -1],
  ],
  euclidean: [
    ["same", 1],
    ["between", 1 / (1 + Math.sqrt(2 - Math.SQRT2))],
    ["right", 1 / (1 + Math.SQRT2)],
    ["opposite", 1 / 3],
  ],
};

const fixedDocuments: readonly VectorDocument[] = [
  document("right", [0, 1]),
  document("opposite", [-1, 0]),
  document("between", [Math.SQRT1_2, Math.SQRT1_2]),
  document("same", [1, 0]),
];

/** What 3 e1 scores against 2 e1. */
const scoreOfLengths: Readonly<Record<Metric, number>> = { cosine: 1, dot: 6, euclidean: 0.5 };

export function scoreChecks(suite: VectorSuite): VectorCheck[] {
  return suite.metrics.flatMap((metric) => checksOf(suite, metric));
}

function checksOf(suite: VectorSuite, metric: Metric): VectorCheck[] {
  const scores = fixedScores[metric];
  const far = metric === "euclidean" ? 1 / 6 : 0;
  const near = metric === "euclidean" ? 1 : 0;
  return [
    suite.check(
      `${metric}: the fixed vectors have their scores, the nearest first`,
      async (store) => {
        await store.add(fixedDocuments);
        const hits = await store.search([1, 0]);
        assert.deepEqual(idsOf(hits), idsOf(scores.map(([id]) => ({ id }))));
        for (const [at, [id, score]] of scores.entries()) assertNear(hits[at]?.score, score, id);
      },
      { metric },
    ),
    suite.check(
      `${metric}: the lengths of the vectors count as the metric has it`,
      async (store) => {
        await store.add([document("a", [3, 0])]);
        const [hit] = await store.search([2, 0]);
        assertNear(hit?.score, scoreOfLengths[metric], "3 e1 against 2 e1");
      },
      { metric },
    ),
    suite.check(
      `${metric}: a threshold keeps the scores that reach it, 0 and negative ones too`,
      async (store) => {
        await store.add(fixedDocuments);
        for (const threshold of [1.5, 0.9, 0.6, 0.35, 0, -0.5, -2]) {
          const expected = scores.filter(([, score]) => score >= threshold).map(([id]) => id);
          assert.deepEqual(
            idsOf(await store.search([1, 0], { threshold })),
            expected,
            `threshold ${threshold}`,
          );
        }
      },
      { metric },
    ),
    suite.check(
      suite.supports.zeroVectors
        ? `${metric}: a vector of zeros has the score ${near}, or ${Number(far.toFixed(3))} far off`
        : `${metric}: a vector of zeros is refused, with all of its batch`,
      async (store) => {
        const zero = document("zero", [0, 0]);
        await store.add([document("a", [3, 4])]);
        if (!suite.supports.zeroVectors) {
          const codes = ["unsupported", "invalid_input"] as const;
          await suite.refused(() => store.add([document("b", [1, 1]), zero]), codes, "a vector of zeros");
          await suite.refused(() => store.search([0, 0]), codes, "a query of zeros");
          assert.deepEqual(idsOf(await contentsOf(store)), ["a"]);
          return;
        }
        await store.add([zero]);
        const scoresOf = async (query: number[]): Promise<Record<string, number>> =>
          Object.fromEntries((await store.search(query)).map(({ id, score }) => [id, score]));
        assertNear((await scoresOf([3, 4]))["zero"], far, "zero against another");
        const byZero = await scoresOf([0, 0]);
        assertNear(byZero["a"], far, "another against zero");
        assertNear(byZero["zero"], near, "zero against zero");
      },
      { metric },
    ),
  ];
}

function assertNear(found: number | undefined, expected: number, what: string): void {
  const near = found !== undefined && Math.abs(found - expected) < 1e-5;
  assert.ok(near, `${what}: the score is ${found}, and should be ${expected}`);
}
