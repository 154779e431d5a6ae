import assert from "node:assert/strict";
import { type VectorDocument, filter } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { type VectorSuite, contentsOf, document, idsOf, withoutScore } from "./suite.js";

export function writeChecks(suite: VectorSuite): VectorCheck[] {
  return [
    suite.check("a document with the id of another replaces all of it", async (store) => {
      await store.add([document("a", [1, 0], { old: "x", both: 1 }), document("b", [0, 1])]);
      await store.add([{ id: "a", content: "new", metadata: { both: 2 }, embedding: [0, 1] }]);
      const [a, ...others] = await contentsOf(store);
      assert.deepEqual(withoutScore(a), {
        id: "a",
        content: "new",
        metadata: { both: 2 },
        embedding: Float32Array.of(0, 1),
      });
      assert.deepEqual(idsOf(others), ["b"]);
      for (const gone of [filter.exists("old"), filter.eq("both", 1)]) {
        if (suite.hasFilter(gone)) assert.deepEqual(await store.search([1, 0], { filter: gone }), []);
      }
    }),

    suite.check("of one id twice in an add, the last stays", async (store) => {
      await store.add([
        document("a", [1, 0], { n: 1 }),
        document("b", [1, 0]),
        document("a", [0, 1], { n: 2 }),
      ]);
      assert.deepEqual(
        (await contentsOf(store)).map(({ id, metadata, embedding }) => ({ id, metadata, embedding })),
        [
          { id: "a", metadata: { n: 2 }, embedding: Float32Array.of(0, 1) },
          { id: "b", metadata: {}, embedding: Float32Array.of(1, 0) },
        ],
      );
    }),

    suite.check("an add of more documents than one request takes writes them all", async (store) => {
      const documents = Array.from({ length: 2_500 }, (_, n) => document(`d${n}`, [1, n], { n }));
      await store.add(documents);
      for (const n of [0, 99, 100, 999, 1_000, 1_001, 2_499]) {
        const condition = filter.eq("n", n);
        if (!suite.hasFilter(condition)) continue;
        assert.deepEqual(idsOf(await store.search([1, 1], { filter: condition })), [`d${n}`]);
      }
      await store.delete({ ids: documents.slice(5).map(({ id }) => id) });
      assert.deepEqual(idsOf(await contentsOf(store)), ["d0", "d1", "d2", "d3", "d4"]);
    }),

    suite.check("an empty add and an empty delete do nothing", async (store) => {
      await store.add([]);
      await store.add([document("a", [1, 0])]);
      await store.delete({ ids: [] });
      await store.add([]);
      assert.deepEqual(idsOf(await contentsOf(store)), ["a"]);
    }),

    suite.check("a delete by id deletes those, and an unknown id is no error", async (store) => {
      await store.add(["a", "b", "c"].map((id) => document(id, [1, 0])));
      await store.delete({ ids: ["a", "unknown", "a", "c", ""] });
      assert.deepEqual(idsOf(await contentsOf(store)), ["b"]);
    }),

    suite.check(
      "a delete by filter deletes all that match, however many, and nothing else",
      async (store) => {
        const odd = filter.eq("group", "odd");
        if (!suite.hasFilter(odd)) return;
        await store.add(
          Array.from({ length: 500 }, (_, n) => document(`d${n}`, [1, n], { group: n % 2 ? "odd" : "even" })),
        );
        await store.delete({ filter: odd });
        const left = await contentsOf(store);
        assert.equal(left.length, 250);
        assert.ok(
          left.every(({ metadata }) => metadata["group"] === "even"),
          "a document went that did not match",
        );
      },
    ),

    suite.check("a delete by the filter that all match empties the index, which works on", async (store) => {
      const everything = filter.and();
      if (!suite.hasFilter(everything)) return;
      await store.add(["a", "b"].map((id) => document(id, [1, 0])));
      await store.delete({ filter: everything });
      assert.deepEqual(await contentsOf(store), []);
      await store.add([document("c", [1, 0])]);
      assert.deepEqual(idsOf(await contentsOf(store)), ["c"]);
    }),

    suite.check("calls at the same time do not disturb each other", async (store) => {
      const groups = Array.from({ length: 8 }, (_, group) => group);
      await store.add(["kept", "contested", "gone"].map((id) => document(id, [1, 0])));
      const [found] = await Promise.all([
        Promise.all(groups.map(() => store.search([1, 0], { k: 1000 }))),
        ...groups.map((group) => store.add([...batch(group), document("contested", [1, 0], { group })])),
        store.delete({ ids: ["gone"] }),
      ]);
      for (const hits of found) {
        assert.equal(new Set(idsOf(hits)).size, hits.length, "a search found a document twice");
        assert.ok(idsOf(hits).includes("kept"), "a search missed a document that was there all the time");
      }
      const left = await contentsOf(store);
      assert.deepEqual(
        idsOf(left),
        [...groups.flatMap((group) => idsOf(batch(group))), "kept", "contested"].sort(),
      );
      const { metadata } = left.find(({ id }) => id === "contested") ?? {};
      assert.ok(
        groups.includes(Number(metadata?.["group"])),
        "the contested document is none of those written",
      );
    }),
  ];
}

function batch(group: number): VectorDocument[] {
  return Array.from({ length: 20 }, (_, n) => document(`g${group}n${n}`, [group + 1, n], { group }));
}
