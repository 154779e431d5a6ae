import assert from "node:assert/strict";
import { type MetadataValue, type SearchHit, filter } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { type VectorSuite, document, idsOf, withoutScore } from "./suite.js";

export function searchChecks(suite: VectorSuite): VectorCheck[] {
  const allowed = (metadata: Record<string, MetadataValue>): Record<string, MetadataValue> =>
    Object.fromEntries(
      Object.entries(metadata).filter(([key, value]) => suite.supports.metadata(key, value)),
    );
  return [
    suite.check("an empty index finds nothing", async (store) => {
      assert.deepEqual(await store.search([1, 0]), []);
      assert.deepEqual(await store.search([1, 0], { k: 3, threshold: -1, includeEmbeddings: true }), []);
    }),

    suite.check("a hit is the document as it was added, its vector only where asked for", async (store) => {
      const metadata = allowed({
        text: "täxt 🦊",
        number: 1.5,
        yes: true,
        no: false,
        texts: ["b", "a"],
        numbers: [2, 1],
      });
      const plain = { id: "a", content: "über\n🦊", metadata };
      await store.add([{ ...plain, embedding: [1, 0] }]);
      const [hit, ...others] = await store.search([1, 0]);
      assert.deepEqual(others, []);
      assert.deepEqual(withoutScore(hit), plain);
      const [withVector] = await store.search([1, 0], { includeEmbeddings: true });
      assert.deepEqual(withoutScore(withVector), { ...plain, embedding: Float32Array.of(1, 0) });
    }),

    suite.check(
      "a document without metadata has none, and one with an empty list keeps it",
      async (store) => {
        const metadata = allowed({ list: [] });
        await store.add([document("none", [1, 0]), document("list", [0, 1], metadata)]);
        const hits = await store.search([1, 0]);
        assert.deepEqual(
          hits.map((hit) => hit.metadata),
          [{}, metadata],
        );
      },
    ),

    suite.check(
      "k is 10 by default, cuts behind the nearest, and may be more than there is",
      async (store) => {
        const documents = Array.from({ length: 25 }, (_, n) => document(`d${n}`, atAngle(n / 20)));
        await store.add(documents.toReversed());
        const order = idsOf(documents);
        assert.deepEqual(idsOf(await store.search([1, 0])), order.slice(0, 10));
        for (const k of [1, 2, 24, 25, 1000])
          assert.deepEqual(idsOf(await store.search([1, 0], { k })), order.slice(0, k));
      },
    ),

    suite.check(
      "equal scores stand by id, by code point",
      async (store) => {
        // By UTF-16 unit the fox, U+1F98A, would stand before U+FF5E; by a locale, "a" before "B".
        const order = ["10", "9", "B", "a", "\u{FF5E}", "🦊"];
        await store.add([3, 5, 0, 2, 4, 1].map((at) => document(order[at] as string, [1, 1])));
        await store.add([document("far", [-1, 1]), document("near", [2, 0])]);
        assert.deepEqual(idsOf(await store.search([1, 0])), ["near", ...order, "far"]);
      },
      suite.metric === "euclidean" ? { metric: "euclidean" } : {},
    ),

    suite.check(
      "an array and a Float32Array mean the same, and a view is its part alone",
      async (store) => {
        const view = Float32Array.of(9, 3, 4, 9).subarray(1, 3);
        await store.add([document("array", [3, 4]), document("view", view)]);
        for (const query of [[3, 4], Float32Array.of(3, 4), view]) {
          const hits = await store.search(query, { includeEmbeddings: true });
          assert.deepEqual(
            hits.map(({ id, embedding }) => [id, embedding]),
            [
              ["array", Float32Array.of(3, 4)],
              ["view", Float32Array.of(3, 4)],
            ],
          );
        }
      },
      { metric: suite.exactMetric },
    ),

    suite.check("the filter comes before the cut: the nearest k of those that match", async (store) => {
      const condition = filter.eq("group", "far");
      if (!suite.hasFilter(condition)) return;
      await store.add(
        Array.from({ length: 60 }, (_, n) =>
          document(`d${n}`, atAngle(n / 100), { group: n < 50 ? "near" : "far" }),
        ),
      );
      assert.deepEqual(idsOf(await store.search([1, 0], { k: 3, filter: condition })), ["d50", "d51", "d52"]);
      assert.deepEqual(idsOf(await store.search([1, 0], { filter: filter.and(condition, filter.or()) })), []);
    }),

    suite.check("a change to a hit, or to what was added, does not reach the store", async (store) => {
      const metadata = allowed({ tag: "x", tags: ["x"] });
      const added = { id: "a", content: "c", metadata, embedding: Float32Array.of(1, 0) };
      const expected = structuredClone(added);
      await store.add([added]);
      change(added);
      for (let round = 0; round < 2; round++) {
        const [hit] = await store.search([1, 0], { includeEmbeddings: true });
        assert.deepEqual(withoutScore(hit), expected);
        change(hit as SearchHit);
      }
    }),
  ];
}

/** On the unit circle, where all metrics agree on what is near. */
function atAngle(radians: number): number[] {
  return [Math.cos(radians), Math.sin(radians)];
}

function change(item: Pick<SearchHit, "content" | "metadata" | "embedding">): void {
  item.content = "changed";
  item.embedding?.fill(9);
  for (const value of Object.values(item.metadata)) if (Array.isArray(value)) value.push("changed");
  item.metadata["tag"] = "changed";
}
