import { describe, expect, test } from "vitest";
import { hashOf, mix, vectorOf } from "./vector.js";

function cosine(a: string, b: string, dimensions = 1024): number {
  const [v, w] = [vectorOf(a, dimensions), vectorOf(b, dimensions)];
  return v.reduce((sum, value, at) => sum + value * (w[at] as number), 0);
}

describe("the hash", () => {
  test("is FNV-1a, by its authors' test vectors", () => {
    expect(["", "a", "foobar"].map(hashOf)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });

  test("is mixed as MurmurHash3 does", () => {
    expect([0, 1, 0xffffffff].map(mix)).toEqual([0, 0x514e28b7, 0x81f16f39]);
  });
});

describe("a vector", () => {
  test("is the same on every machine and in every release of v1", () => {
    const vector = vectorOf("The whale der Wal 鯨 🐋 maxBatchSize", 16);
    expect([...vector].map((value) => Number(value.toFixed(6)))).toEqual([
      -0.065233, -0.172946, 0.088113, -0.446132, -0.599623, 0, -0.091647, -0.028193, -0.17976, 0.315665,
      -0.209877, -0.099366, 0.309735, 0.114738, 0.018761, 0.308158,
    ]);
  });

  test("has the length 1, whatever the text and the width", () => {
    for (const text of ["", " ", "a", "🐋", "the of and", "word ".repeat(1000), "x".repeat(10_000)]) {
      for (const dimensions of [1, 2, 7, 512, 1024]) {
        const vector = vectorOf(text, dimensions);
        expect(vector).toHaveLength(dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      }
    }
  });

  test("of an empty text is near to those of other empty texts, and to no other", () => {
    expect(cosine("", " \n ")).toBeCloseTo(1);
    for (const text of ["The whale", "a", "🐋"]) expect(Math.abs(cosine("", text))).toBeLessThan(0.2);
  });

  test("does not depend on the order of words, nor on case or punctuation", () => {
    expect(cosine("The white whale", "whale -- the WHITE!")).toBeCloseTo(1);
  });

  test.each([
    [
      "a shared word",
      "how to close a connection",
      "the connection is closed by the peer",
      "apples and pears in autumn",
    ],
    ["an inflected word", "register a provider", "providers registered themselves", "a filter on metadata"],
    ["a word with a typing error", "embeding modle", "embedding model", "encoding mode of a film"],
    ["part of an identifier", "batch size", "set maxBatchSize to 10", "set the base address to 10"],
    ["a word of Chinese", "鲸鱼在哪里", "大海里的鲸鱼", "山上的老虎"],
    ["rare words before function words", "what is the narwhal", "narwhal", "what is the"],
  ])("is nearer to a text with %s", (_what, text, near, far) => {
    expect(cosine(text, near)).toBeGreaterThan(cosine(text, far) + 0.05);
  });

  test("knows nothing of meaning", () => {
    expect(Math.abs(cosine("car", "automobile"))).toBeLessThan(0.1);
  });
});

test("a question finds its passage by its words", () => {
  const passages = [
    "Retry: two more attempts on retryable codes, with exponential backoff and full jitter; Retry-After is honoured.",
    "Timeouts: total, headers and idle, with defaults per kind of call, so that nothing hangs for ever.",
    "Filters have one meaning in every vector store, that of the reference evaluator; what a backend cannot express is refused.",
    "Embedders split any number of texts by the vendor's limits and return the vectors in the order given.",
    "Keys never reach an error, a log or a URL. An error keeps at most two kilobytes of the vendor's body.",
    "A stream that ends without the vendor's terminal marker throws an error with what had arrived so far.",
    "The registry is shared by all copies of the package; an unknown name is an error that lists what is registered.",
    "Raw audio is 16-bit little-endian PCM, mono unless said otherwise.",
  ];
  const questions = [
    "How often is a retry attempted?",
    "Which time limits does a call have?",
    "Are filters ever ignored by a store?",
    "In which order do embeddings come back?",
    "Can an API key end up in a log?",
    "What happens when a stream ends too early?",
    "How are providers registered?",
    "What audio format is used?",
  ];
  const vectors = passages.map((passage) => vectorOf(passage, 1024));
  const found = questions.map((question) => {
    const query = vectorOf(question, 1024);
    const scores = vectors.map((vector) =>
      vector.reduce((sum, value, at) => sum + value * (query[at] as number), 0),
    );
    return scores.indexOf(Math.max(...scores));
  });
  expect(found).toEqual(questions.map((_, at) => at));
});
