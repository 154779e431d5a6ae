import { Index, MetricKind, ScalarKind } from "usearch";
import type { SearchContender } from "./contender.js";

/** An HNSW index in native code, with its usual settings: it answers at once, and not always with the nearest. */
export const usearch: SearchContender = {
  async build({ width, rows, values }) {
    const index = new Index({
      metric: MetricKind.Cos,
      quantization: ScalarKind.F32,
      dimensions: width,
      connectivity: 16,
      expansion_add: 128,
      expansion_search: 64,
      multi: false,
    });
    index.add(
      BigUint64Array.from({ length: rows }, (_, row) => BigInt(row)),
      values,
      0,
    );
    return {
      search: async (query, k) => Array.from(index.search(query, k, 1).keys, Number),
    };
  },
};
