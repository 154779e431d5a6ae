import type { SearchContender } from "./contender.js";
import { rowsOf } from "./corpus.js";

/** What one writes by hand: a loop over one array, and then the best of its scores. */
export const flatLoop: SearchContender = {
  async build(corpus) {
    const norms = Float64Array.from(rowsOf(corpus), ([, vector]) => Math.sqrt(dotProduct(vector, vector, 0)));
    const scores = new Float64Array(corpus.rows);
    return {
      async search(query, k) {
        scan(query, corpus.values, norms, scores);
        return best(scores, k);
      },
    };
  },
};

/** Apart from what comes after it: within a longer function the engine runs the same loop at half of this speed. */
function scan(query: Float32Array, values: Float32Array, norms: Float64Array, scores: Float64Array): void {
  for (let row = 0; row < norms.length; row++)
    scores[row] = dotProduct(query, values, row * query.length) / (norms[row] as number);
}

function dotProduct(query: Float32Array, values: Float32Array, offset: number): number {
  let dot = 0;
  for (let i = 0; i < query.length; i++) dot += (query[i] as number) * (values[offset + i] as number);
  return dot;
}

/** The rows of the highest scores, the highest first. */
function best(scores: Float64Array, k: number): number[] {
  const rows: number[] = [];
  let least = -Infinity;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    if (rows.length === k && score <= least) continue;
    const at = rows.findIndex((other) => (scores[other] as number) < score);
    rows.splice(at < 0 ? rows.length : at, 0, row);
    if (rows.length > k) rows.pop();
    least = scores[rows.at(-1) ?? 0] as number;
  }
  return rows;
}
