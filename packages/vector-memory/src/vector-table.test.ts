import { expect, test } from "vitest";
import { paths } from "./testing/paths.js";
import { Random } from "./testing/random.js";
import { VectorTable } from "./vector-table.js";

test("few rows are asked about, and fewer are measured", () => {
  const asked = new Set<number>();
  const measured = new Set<number>();
  const random = new Random(1);
  const vector = (): Float32Array => Float32Array.from({ length: 768 }, () => random.number());
  const table = new VectorTable("cosine", 768, {
    createSegment(shape) {
      const segment = paths.WebAssembly(shape);
      const { measure } = segment;
      segment.measure = (row, estimate) => {
        measured.add(row);
        return measure.call(segment, row, estimate);
      };
      return segment;
    },
  });
  const rows = 3_000;
  table.reserve(rows);
  for (let row = 0; row < rows; row++) table.set(row, vector());
  const nearest = table.search({
    vector: vector(),
    k: 10,
    threshold: -Infinity,
    rows,
    accepts(row) {
      asked.add(row);
      return true;
    },
    idOf: String,
  });
  for (const { row } of nearest) expect(measured).toContain(row);
  expect([asked.size, measured.size]).toSatisfy(([asked, measured]) => asked < 200 && measured < 40);
});
