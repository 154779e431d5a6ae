import type { SearchContender } from "./contender.js";
import { rowsOf } from "./corpus.js";

/** What one writes by hand: a loop over one array, and the best so far in a small sorted list. */
export const flatLoop: SearchContender = {
  async build(corpus) {
    const { values, width, rows } = corpus;
    const norms = Float64Array.from(rowsOf(corpus), ([, vector]) => Math.hypot(...vector));
    return {
      async search(query, k) {
        const best: { row: number; score: number }[] = [];
        for (let row = 0; row < rows; row++) {
          let dot = 0;
          const offset = row * width;
          for (let i = 0; i < width; i++) dot += (query[i] as number) * (values[offset + i] as number);
          const score = dot / (norms[row] as number);
          const worst = best.at(-1);
          if (best.length === k && worst && score <= worst.score) continue;
          const at = best.findIndex((other) => other.score < score);
          best.splice(at < 0 ? best.length : at, 0, { row, score });
          if (best.length > k) best.pop();
        }
        return best.map(({ row }) => row);
      },
    };
  },
};
