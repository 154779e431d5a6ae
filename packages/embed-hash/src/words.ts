/**
 * The words of a text, each with how often it occurs.
 *
 * - Runs of letters, marks and digits, NFKC-normalised and in lower case.
 * - An identifier counts as a whole and by its parts: `maxBatchSize` also as `max`, `batch` and `size`.
 * - Scripts that put no spaces between words, and Korean, which glues particles to them, count by pairs of neighbouring characters, and
 *   for half by single ones.
 * - A text without any word, such as a row of emoji, counts by its characters.
 */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (word: string, times = 1): void => void counts.set(word, (counts.get(word) ?? 0) + times);
  const normalized = text.normalize("NFKC");

  for (const run of normalized.match(wordRun) ?? []) {
    if (!beyondLatin.test(run)) addWord(run, add);
    else
      for (const part of run.match(unspacedOrNot) ?? [])
        (unspaced.test(part) ? addUnspaced : addWord)(part, add);
  }
  if (counts.size === 0) for (const character of normalized.replace(/\s+/g, "")) add(character);
  return counts;
}

type Add = (word: string, times?: number) => void;

const wordRun = /[\p{L}\p{M}\p{N}]+/gu;
/** None of the scripts below begins before this; it keeps slow tests from most words. */
const beyondLatin = /[^\0-\u0dff]/;
const scripts =
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}";
const unspaced = new RegExp(`[${scripts}]`, "u");
const unspacedOrNot = new RegExp(`[${scripts}]+|[^${scripts}]+`, "gu");

function addUnspaced(run: string, add: Add): void {
  let previous = "";
  for (const character of run) {
    add(character, 0.5);
    if (previous) add(previous + character);
    previous = character;
  }
}

const hasParts = /\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}|\p{L}\p{N}|\p{N}\p{L}/u;
const identifierPart = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{L}\p{M}]+/gu;

function addWord(run: string, add: Add): void {
  add(run.toLowerCase());
  if (!hasParts.test(run)) return;
  for (const part of run.match(identifierPart) ?? []) {
    if (part.length > 1 && part.length < run.length) add(part.toLowerCase());
  }
}
