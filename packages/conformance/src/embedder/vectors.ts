import assert from "node:assert/strict";
import type { EmbedderWire, WireAnswer } from "../embedder.js";
import { type EmbedderCheck, type EmbedderSuite, numbered, vectorOf } from "./suite.js";

type Vectors = WireAnswer["vectors"];
type Fault = (vectors: Vectors) => Vectors;

/** A vector that is missing, too many, or not what it should be, fails the call: the others are not handed out without it. */
export function vectorChecks(wire: EmbedderWire): EmbedderCheck[] {
  const faults: Record<string, Fault> = {
    "no vector at all": () => [],
    "one vector too few": (vectors) => vectors.slice(0, -1),
    "one vector too many": (vectors) => [
      ...vectors,
      ...vectors.slice(-1).map(({ index, values }) => ({ index: index + 1, values })),
    ],
    "empty vectors": values(() => new Float32Array()),
    "one empty vector": values(() => new Float32Array(), 0),
    NaN: set(NaN),
    "an infinity": set(Infinity),
  };
  const faultsOfSeveral: Record<string, Fault> = {
    "one vector shorter than the others": values((values) => values.slice(1), 1),
    "one vector longer than the others": values((values) => Float32Array.of(...values, 0), 0),
  };
  const faultsOfIndex: Record<string, Fault> = {
    "the same index twice": (vectors) => vectors.map(({ values }) => ({ index: 0, values })),
    "an index past the end": (vectors) => vectors.map(({ index, values }) => ({ index: index + 1, values })),
    "a negative index": (vectors) => vectors.map(({ index, values }) => ({ index: index - 1, values })),
    "a fractional index": (vectors) => vectors.map(({ index, values }) => ({ index: index + 0.5, values })),
  };
  const invalid = (least: number, table: Record<string, Fault>): EmbedderCheck[] =>
    Object.entries(table).map(([name, fault]) => ({
      name: `${name} is invalid_response`,
      run: (suite) => assertInvalid(suite, fault, least),
    }));

  return [
    ...invalid(1, faults),
    ...invalid(2, faultsOfSeveral),
    ...(wire.unindexed ? [] : [...invalid(2, faultsOfIndex)]),
    {
      name: "a vector that is missing in one of several requests fails the call",
      async run(suite) {
        const texts = suite.textsFor(3);
        if (!texts) return;
        const { embedder } = suite.answered({
          vectors: (vectors, count) => (count === 2 ? vectors.slice(1) : vectors),
        });
        await suite.failed(() => embedder.embed(texts), "invalid_response");
      },
    },
    {
      name: "another width in one of several requests fails the call",
      async run(suite) {
        const texts = suite.textsFor(2);
        if (!texts) return;
        const { embedder } = suite.answered({
          vectors: (vectors, count) =>
            count === 2 ? vectors.map(({ index }) => ({ index, values: vectorOf("t", 5) })) : vectors,
        });
        await suite.failed(() => embedder.embed(texts, { concurrency: 1 }), "invalid_response");
      },
    },
    {
      name: "vectors of all widths come as they are, zeros, negative and tiny numbers too",
      async run(suite) {
        const { dimensions } = suite.create();
        for (const width of dimensions === undefined ? [1, 2, 3, 64, 1536] : [dimensions]) {
          const numbers = [0, -1, 1, 0.1, -0.3333, 1e-20, 3e38];
          const sent = Float32Array.from({ length: width }, (_, i) => numbers[i % numbers.length] ?? 0);
          const { embedder } = suite.answered({
            vectors: ([first]) => [{ index: first?.index ?? 0, values: sent }],
          });
          const { embeddings } = await embedder.embed(["t"]);
          assert.deepEqual(embeddings, [sent]);
        }
      },
    },
  ];
}

/** Changes all vectors of an answer, or only the one for a text. */
function values(change: (values: Float32Array) => Float32Array, only?: number): Fault {
  return (vectors) =>
    vectors.map(({ index, values }) => ({
      index,
      values: only === undefined || only === index ? change(values) : values,
    }));
}

function set(value: number): Fault {
  return values((values) => values.with(3, value), 0);
}

/** With one text and with several, as far as the vendor takes them. */
async function assertInvalid(suite: EmbedderSuite, fault: Fault, least: number): Promise<void> {
  for (const count of [1, 2, 5]) {
    if (count < least || count > suite.create().limits.maxBatchSize) continue;
    const { embedder } = suite.answered({ vectors: fault });
    const error = await suite.failed(() => embedder.embed(numbered(count)), "invalid_response");
    assert.equal(error.retryable, false, "error.retryable");
  }
}
