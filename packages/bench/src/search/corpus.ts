/** Vectors in one array, row after row. */
export interface Corpus {
  readonly width: number;
  readonly rows: number;
  readonly values: Float32Array;
}

/** How many of them lie around each other. */
const themes = 200;

/**
 * The same vectors for every contender: each lies around one of some themes, as texts do. Without any structure an approximate index would find next to
 * nothing; to a scan it is all the same.
 */
export function makeCorpus(rows: number, width: number, seed = 1): Corpus {
  const centres = randomNumbers(themes * width, 0);
  const values = randomNumbers(rows * width, seed);
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor(i / width);
    const theme = (row * 7 + seed) % themes;
    values[i] = (values[i] as number) + (centres[theme * width + (i % width)] as number);
  }
  return { width, rows, values };
}

/** Between -0.5 and 0.5, the same for a seed. */
function randomNumbers(count: number, seed: number): Float32Array {
  const numbers = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    numbers[i] = state / 2 ** 32;
  }
  return numbers;
}

export function rowOf({ values, width }: Corpus, row: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width);
}

export function* rowsOf(corpus: Corpus): Generator<[row: number, vector: Float32Array]> {
  for (let row = 0; row < corpus.rows; row++) yield [row, rowOf(corpus, row)];
}
