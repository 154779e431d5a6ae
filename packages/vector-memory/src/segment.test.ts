import type { Metric } from "@beluga/core";
import { similarity } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { Bounds } from "./bounds.js";
import { type Segment, type SegmentShape, blockRows } from "./segment.js";
import { paths } from "./testing/paths.js";
import { Random } from "./testing/random.js";

/** More of them than one block holds. */
const rows = blockRows + 100;

const metrics: readonly Metric[] = ["cosine", "dot", "euclidean"];

/** Any finite numbers: of all magnitudes, subnormal ones and both zeros among them. */
function anyVector(random: Random, width: number): Float32Array {
  const bits = Uint32Array.from(
    { length: width },
    () => random.below(2 ** 16) * 2 ** 16 + random.below(2 ** 16),
  );
  return new Float32Array(bits.buffer).map((x) => (Number.isFinite(x) ? x : 0));
}

/** As those of an embedder. */
function usualVector(random: Random, width: number): Float32Array {
  return Float32Array.from({ length: width }, () => random.number());
}

const vectorsOf = { any: anyVector, usual: usualVector };

function filled(
  create: (shape: SegmentShape) => Segment,
  shape: SegmentShape,
  vectors: Float32Array[],
): Segment {
  const segment = create(shape);
  for (const [row, vector] of vectors.entries()) segment.set(row, vector);
  return segment;
}

function bitsOf(vector: Float32Array): Uint32Array {
  return new Uint32Array(vector.buffer, vector.byteOffset, vector.length);
}

describe.each(Object.entries(paths))("%s", (_, create) => {
  test.each([1, 2, 3, 5, 13, 770])("vectors of %i numbers come back bit for bit", (dimensions) => {
    const random = new Random(dimensions);
    const vectors = Array.from({ length: rows }, () => anyVector(random, dimensions));
    const segment = filled(create, { rows, dimensions, measure: "dot" }, vectors);
    segment.set(7, (vectors[7] = anyVector(random, dimensions)));
    expect(vectors.map((_, row) => bitsOf(segment.get(row)))).toEqual(vectors.map(bitsOf));
  });

  describe.each(Object.entries(vectorsOf))("of %s vectors", (_, vectorOf) => {
    test.each([1, 3, 8, 770])(
      "of %i numbers, measures are those of a plain loop, to the last bit",
      (dimensions) => {
        const random = new Random(dimensions);
        const vectors = Array.from({ length: rows }, () => vectorOf(random, dimensions));
        const query = vectorOf(random, dimensions);
        for (const measure of ["dot", "squaredDistance"] as const) {
          const segment = filled(create, { rows, dimensions, measure }, vectors);
          segment.load(query);
          const measured = [0, blockRows].flatMap((from) => {
            const to = Math.min(from + blockRows, rows);
            const estimates = segment.estimate(from, to).slice();
            return Array.from({ length: to - from }, (_, i) =>
              segment.measure(from + i, estimates[i] as number),
            );
          });
          const expected = vectors.map((vector) => {
            let sum = 0;
            for (let i = 0; i < dimensions; i++) {
              const [x, y] = [query[i] as number, vector[i] as number];
              sum += measure === "dot" ? x * y : (x - y) * (x - y);
            }
            return sum;
          });
          expect(measured).toEqual(expected);
        }
      },
    );

    test.each([1, 3, 8, 770])("of %i numbers, no row is nearer or farther than its bounds", (dimensions) => {
      const random = new Random(dimensions);
      const vectors = Array.from({ length: blockRows }, () => vectorOf(random, dimensions));
      const queries = [vectorOf(random, dimensions), vectors[3] as Float32Array];
      for (const metric of metrics) {
        for (const query of queries) {
          const bounds = boundsOf(create, metric, query, vectors);
          const outside = vectors.filter((vector, row) => {
            const nearness = nearnessOf(metric, query, vector);
            return !((bounds.least[row] as number) <= nearness && nearness <= (bounds.most[row] as number));
          });
          expect(outside).toEqual([]);
        }
      }
    });
  });

  test.each([
    ["what an estimate leaves away", 64, 1],
    ["what an estimate leaves away, and the rounding of each sum,", 2 ** 15, 1 + 2 ** -11 + 2 ** -20],
  ])("bounds hold where %s adds up", (_, dimensions, x) => {
    // Halfway between two numbers of 8 significant bits, and next to it.
    const vectors = [1 + 2 ** -8, -1 - 2 ** -8, 1 + 2 ** -8 - 2 ** -23].map((y) => filledWith(y, dimensions));
    const query = filledWith(x, dimensions);
    for (const metric of metrics) {
      const { least, most } = boundsOf(create, metric, query, vectors);
      for (const [row, vector] of vectors.entries()) {
        const nearness = nearnessOf(metric, query, vector);
        expect(least[row]).toBeLessThanOrEqual(nearness);
        expect(most[row]).toBeGreaterThanOrEqual(nearness);
      }
    }
  });

  test("bounds are narrow, so that few rows have to be measured", () => {
    const random = new Random(1);
    const vectors = Array.from({ length: blockRows }, () => usualVector(random, 770));
    const { least, most } = boundsOf(create, "cosine", usualVector(random, 770), vectors);
    expect(Math.max(...most.map((high, row) => high - (least[row] as number)))).toBeLessThan(0.01);
  });
});

function boundsOf(
  create: (shape: SegmentShape) => Segment,
  metric: Metric,
  query: Float32Array,
  vectors: Float32Array[],
): Bounds {
  const dimensions = query.length;
  const measure = metric === "euclidean" ? "squaredDistance" : "dot";
  const segment = filled(create, { rows: vectors.length, dimensions, measure }, vectors);
  segment.load(query);
  const bounds = new Bounds(metric, dimensions, lengthOf(query));
  bounds.read(segment.estimate(0, vectors.length), vectors.map(lengthOf), 0, vectors.length);
  return bounds;
}

function filledWith(x: number, dimensions: number): Float32Array {
  return new Float32Array(dimensions).fill(x);
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(similarity("dot", vector, vector));
}

function nearnessOf(metric: Metric, a: Float32Array, b: Float32Array): number {
  if (metric !== "euclidean") return similarity(metric, a, b);
  return -lengthOfDifference(a, b);
}

function lengthOfDifference(a: Float32Array, b: Float32Array): number {
  let square = 0;
  for (const [i, x] of a.entries()) square += (x - (b[i] as number)) ** 2;
  return Math.sqrt(square);
}
