import assert from "node:assert/strict";
import type { ManagedVectorStore, VectorStore } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { type VectorSuite, contentsOf, document, idsOf } from "./suite.js";

/** How an index is created, found to be another, and removed. */
export function indexChecks(suite: VectorSuite): VectorCheck[] {
  const { open } = suite.spec;
  return [
    suite.check("ensureIndex leaves an index that is there as it is", async (store) => {
      const managed = managedOf(store);
      await managed.ensureIndex();
      await store.add([document("a", [1, 0])]);
      await Promise.all([managed.ensureIndex(), managed.ensureIndex()]);
      assert.deepEqual(idsOf(await contentsOf(store)), ["a"]);
    }),

    suite.check("after dropIndex and ensureIndex the index is empty", async (store) => {
      const managed = managedOf(store);
      await store.add([document("a", [1, 0])]);
      await managed.dropIndex();
      await managed.dropIndex();
      await managed.ensureIndex();
      assert.deepEqual(await contentsOf(store), []);
      await store.add([document("b", [1, 0])]);
      assert.deepEqual(idsOf(await contentsOf(store)), ["b"]);
    }),

    suite.check("a call that is aborted already creates and drops nothing", async (store) => {
      const managed = managedOf(store);
      await store.add([document("a", [1, 0])]);
      const signal = AbortSignal.abort("enough");
      await assert.rejects(managed.dropIndex({ signal }), (reason) => reason === "enough");
      await assert.rejects(managed.ensureIndex({ signal }), (reason) => reason === "enough");
      assert.deepEqual(idsOf(await contentsOf(store)), ["a"]);
    }),

    suite.check("documents of another width than the first ones are invalid_input", async (store) => {
      await store.add([document("a", [1, 0])]);
      const others = [document("b", [1, 2, 3]), document("c", [3, 2, 1])];
      await suite.refused(() => store.add(others), "invalid_input", "another width");
      assert.deepEqual(idsOf(await contentsOf(store)), ["a"]);
    }),

    ...(open ? missingIndexChecks(suite, open) : []),
  ];
}

/** Of stores whose index is made apart from them. */
function missingIndexChecks(
  suite: VectorSuite,
  open: NonNullable<VectorSuite["spec"]["open"]>,
): VectorCheck[] {
  return [
    {
      name: "an index that is missing is not_found, and the error says how to create it; then it works",
      async run() {
        const store = managedOf(await open(suite.index()));
        try {
          for (const call of [
            () => store.search([1, 0]),
            () => store.add([document("a", [1, 0])]),
            () => store.delete({ ids: ["a"] }),
          ]) {
            await assert.rejects(call, {
              code: "not_found",
              provider: suite.spec.name,
              message: /ensureIndex/,
            });
          }
          await store.dropIndex();
          await Promise.all([store.ensureIndex(), store.ensureIndex()]);
          await store.add([document("a", [1, 0])]);
          assert.deepEqual(idsOf(await contentsOf(store)), ["a"]);
          await store.dropIndex();
          await assert.rejects(store.search([1, 0]), { code: "not_found" });
        } finally {
          await store.close();
        }
      },
    },
    {
      name: "an index of another metric or width than the config says is invalid_input, and is left alone",
      async run() {
        const index = suite.index();
        const metric = suite.metrics.find((other) => other !== index.metric);
        const first = managedOf(await open(index));
        await first.ensureIndex();
        await first.add([document("a", [1, 0])]);
        for (const change of [{ dimensions: 3 }, ...(metric ? [{ metric }] : [])]) {
          const other = managedOf(await open({ ...index, ...change }));
          const query = Array.from({ length: change.dimensions ?? 2 }, () => 1);
          const refused = { code: "invalid_input", provider: suite.spec.name };
          await assert.rejects(other.ensureIndex(), refused);
          await assert.rejects(other.search(query), refused);
          await assert.rejects(other.add([document("b", query)]), refused);
          await other.close();
        }
        assert.deepEqual(idsOf(await contentsOf(first)), ["a"]);
        await first.close();
      },
    },
  ];
}

function managedOf(store: VectorStore): ManagedVectorStore {
  assert.ok(store.ensureIndex && store.dropIndex, "the store has no ensureIndex() and dropIndex()");
  return store as ManagedVectorStore;
}
