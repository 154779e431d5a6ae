import {
  type Metric,
  type SearchOptions,
  type VectorDocument,
  type VectorStore,
  filter,
  matchesFilter,
} from "@beluga/core";
import { compareHits, similarity } from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import { blockRows } from "./segment.js";
import { openMemoryStore } from "./store.js";
import { paths } from "./testing/paths.js";
import { Random } from "./testing/random.js";

const metrics: readonly Metric[] = ["cosine", "dot", "euclidean"];

/** Two blocks and a part of a third. */
const count = 2 * blockRows + 77;

interface Sample {
  documents: VectorDocument[];
  queries: Float32Array[];
}

type NumberOf = (random: Random) => number;

const usual: NumberOf = (random) => random.number();
const few: NumberOf = (random) => random.below(3) - 1;
const extreme: NumberOf = (random) =>
  random.pick([3.4028235e38, -3e38, 3e38, 1e19, -1e19, 1, 0, 1e-19, 1e-38, -1e-40, 1e-45]);

function sample(dimensions: number, numberOf: NumberOf): Sample {
  const random = new Random(dimensions);
  const vector = (): Float32Array => Float32Array.from({ length: dimensions }, () => numberOf(random));
  const documents = Array.from({ length: count }, (_, n) => ({
    // Not in the order of rows.
    id: `${random.below(1_000)}-${n}`,
    content: "",
    metadata: { n: random.below(100) },
    embedding: vector(),
  }));
  return {
    documents,
    queries: [vector(), vector(), (documents[5] as VectorDocument).embedding as Float32Array],
  };
}

/**
 * Stores with the same content, and that content: after writes of several sizes, replacements, and deletes. Two keep to one path, in segments of
 * one block; a third takes what the size of its one segment asks for.
 */
async function written(
  metric: Metric,
  dimensions: number,
  { documents }: Sample,
): Promise<{ stores: VectorStore[]; content: VectorDocument[] }> {
  const segmentBytes = 4 * dimensions * blockRows;
  const stores = [...Object.values(paths).map((createSegment) => ({ createSegment, segmentBytes })), {}].map(
    (options) => openMemoryStore({ metric, dimensions, index: "test" }, options),
  );
  const replaced = documents
    .slice(40, 60)
    .map((document, n) => ({ ...document, embedding: (documents[n] as VectorDocument).embedding }));
  const gone = documents.filter((_, n) => n % 11 === 3).map(({ id }) => id);
  for (const store of stores) {
    for (let from = 0, size = 1; from < count; from += size, size *= 3)
      await store.add(documents.slice(from, from + size));
    await store.add(replaced);
    await store.delete({ ids: gone });
  }
  const content = new Map([...documents, ...replaced].map((document) => [document.id, document]));
  for (const id of gone) content.delete(id);
  return { stores, content: [...content.values()] };
}

describe.each(metrics)("%s", (metric) => {
  test.each([
    ["usual", 1, usual],
    ["usual", 3, usual],
    ["usual", 5, usual],
    ["usual", 13, usual],
    ["usual", 768, usual],
    ["usual", 770, usual],
    ["few different", 1, few],
    ["few different", 4, few],
    ["extreme", 1, extreme],
    ["extreme", 3, extreme],
    ["extreme", 770, extreme],
  ])(
    "each path finds what a full sort does, with the same scores: of %s vectors of %i",
    async (_, width, numberOf) => {
      const content = sample(width, numberOf);
      const { stores, content: documents } = await written(metric, width, content);
      for (const query of content.queries) {
        const scored = documents
          .map(({ id, metadata, embedding }) => ({
            id,
            metadata,
            score: similarity(metric, query, embedding),
          }))
          .sort(compareHits);
        const threshold = scored[25]?.score ?? 0;
        const searches: SearchOptions[] = [
          { k: 1 },
          { k: 10 },
          { k: count + 5 },
          { k: 10, filter: filter.eq("n", 7) },
          { k: 10, filter: filter.lt("n", 50) },
          { k: 10, filter: filter.eq("n", -1) },
          { k: 100, threshold },
          { k: 5, threshold, filter: filter.not(filter.lt("n", 50)) },
        ];
        for (const options of searches) {
          const expected = scored
            .filter(({ metadata }) => !options.filter || matchesFilter(options.filter, metadata))
            .filter(({ score }) => score >= (options.threshold ?? -Infinity))
            .slice(0, options.k)
            .map(({ id, score }) => ({ id, score }));
          for (const store of stores) {
            const hits = await store.search(query, options);
            expect(hits.map(({ id, score }) => ({ id, score }))).toEqual(expected);
          }
        }
      }
    },
  );
});
