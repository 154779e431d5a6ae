/** Vectors in one array, row after row. */
export interface Corpus {
  readonly width: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** The same vectors for every contender, without any structure: the hardest for an index, and no matter to a scan. */
export function makeCorpus(rows: number, width: number, seed = 1): Corpus {
  const values = new Float32Array(rows * width);
  let state = seed;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    values[i] = state / 2 ** 32;
  }
  return { width, rows, values };
}

export function rowOf({ values, width }: Corpus, row: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width);
}

export function* rowsOf(corpus: Corpus): Generator<[row: number, vector: Float32Array]> {
  for (let row = 0; row < corpus.rows; row++) yield [row, rowOf(corpus, row)];
}
