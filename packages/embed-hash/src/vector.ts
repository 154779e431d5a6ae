import { functionWords } from "./function-words.js";
import { countWords } from "./words.js";

// Found by trying, on the Markdown of this repository, of a few hundred npm packages and of Node.js: questions written by hand, and
// headings to be found again by the passage under them.

/** From which count on another occurrence of a word hardly matters: a count of `saturation` weighs about half of what it could at most. */
const saturation = 6;
/** What a function word weighs, compared to another word. */
const functionWordWeight = 0.1;
/** What all n-grams of a word weigh together, compared to the word itself (as lengths of vectors). */
const gramWeight = 1.2;
const [shortestGram, longestGram] = [3, 5];

/**
 * The vector of a text: of length 1, the same on every machine. Each word, and each run of 3 to 5 characters within a word, adds or
 * subtracts its weight at a place that its hash says.
 *
 * No weight depends on other texts, and only `+ - * /` and square roots are used, which every runtime computes alike.
 */
export function vectorOf(text: string, dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions);
  for (const [word, count] of countWords(text)) {
    const weight = (count * (saturation + 1)) / (count + saturation);
    if (functionWords.has(word)) {
      add(sums, hashOf(word), weight * functionWordWeight);
    } else {
      add(sums, hashOf(word), weight);
      addGrams(sums, word, weight * gramWeight);
    }
  }
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  if (squares === 0) {
    // Nothing to go by: the place of the empty word, so that it has a direction, and is near to nothing but its like.
    add(sums, hashOf(""), 1);
    squares = 1;
  }
  const length = Math.sqrt(squares);
  const vector = new Float32Array(dimensions);
  for (let i = 0; i < dimensions; i++) vector[i] = (sums[i] as number) / length;
  return vector;
}

/** The n-grams of a word between its bounds: `^cat$` has `^ca`, `^cat`, `^cat$`, `cat`, `cat$` and `at$`. */
function addGrams(sums: Float64Array, word: string, weight: number): void {
  if (word.length < shortestGram) return;
  const bounded = `^${word}$`;
  let number = 0;
  for (let size = shortestGram; size <= longestGram && size <= bounded.length; size++)
    number += bounded.length - size + 1;
  const each = weight / Math.sqrt(number);
  for (let start = 0; start + shortestGram <= bounded.length; start++) {
    const end = Math.min(start + longestGram, bounded.length);
    let hash = gramBasis;
    for (let at = start; at < end; at++) {
      hash = hashUnit(hash, bounded.charCodeAt(at));
      if (at - start >= shortestGram - 1) add(sums, hash, each);
    }
  }
}

/** Adds a weight, or subtracts it: so that features which share a place cancel out on average, and do not make all texts alike. */
function add(sums: Float64Array, hash: number, weight: number): void {
  const mixed = mix(hash);
  // The upper 31 bits say where, the last one how.
  const place = Math.floor(((mixed >>> 1) * sums.length) / 2 ** 31);
  sums[place] = (sums[place] as number) + ((mixed & 1) === 0 ? weight : -weight);
}

const wordBasis = 0x811c9dc5;
/** Another one, so that the n-gram `cat` is not the word `cat`. */
const gramBasis = wordBasis ^ 0x5bd1e995;

/** {@link http://www.isthe.com/chongo/tech/comp/fnv/ | FNV-1a}, of UTF-16 units in place of bytes. */
export function hashOf(text: string): number {
  let hash = wordBasis;
  for (let i = 0; i < text.length; i++) hash = hashUnit(hash, text.charCodeAt(i));
  return hash >>> 0;
}

function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** The last step of MurmurHash3, because the bits of FNV-1a alone are not mixed well. */
export function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
