import assert from "node:assert/strict";
import {
  type Filter,
  type MetadataValue,
  type SearchOptions,
  type VectorDocument,
  filter,
} from "@beluga/core";
import * as fc from "fast-check";
import type { VectorCheck } from "../vector-store.js";
import { filterArbitrary, hostileTexts } from "./arbitraries.js";
import { type VectorSuite, contentsOf, document, idsOf, rejection } from "./suite.js";

const good = document("good", [1, 0]);

const badDocuments: Readonly<Record<string, unknown>> = {
  "a vector that is too short": document("bad", [1]),
  "a vector that is too long": document("bad", [1, 0, 0]),
  "a vector of nothing": document("bad", []),
  "NaN in an array": document("bad", [NaN, 0]),
  "NaN in a Float32Array": document("bad", Float32Array.of(0, NaN)),
  "Infinity in a vector": document("bad", [0, Infinity]),
  "a number beyond single precision in a vector": document("bad", [1e39, 0]),
  "texts in a vector": { ...document("bad", []), embedding: ["1", "0"] },
  "no vector": { id: "bad", content: "" },
  "an empty id": document("", [1, 0]),
  "a number as id": { ...good, id: 7 },
  "no content": { ...good, id: "bad", content: undefined },
  "null in metadata": { ...good, id: "bad", metadata: { a: null } },
  "an object in metadata": { ...good, id: "bad", metadata: { a: {} } },
  "NaN in metadata": document("bad", [1, 0], { a: NaN }),
  "a mixed list in metadata": { ...good, id: "bad", metadata: { a: ["x", 1] } },
  null: null,
};

const badFilters: Readonly<Record<string, unknown>> = {
  null: null,
  "a text": "a = 1",
  "no operator": { key: "a", value: 1 },
  "an unknown operator": { op: "like", key: "a", value: "x" },
  "a member of Object.prototype as operator": { op: "toString", key: "a", value: "x" },
  "no key": { op: "eq", value: 1 },
  "null as value": { op: "eq", key: "a", value: null },
  "NaN as bound": { op: "gt", key: "a", value: NaN },
  "a truth value as bound": { op: "gt", key: "a", value: true },
  "a text as list": { op: "in", key: "a", value: "x" },
  "no filters": { op: "and" },
  "a wrong filter within others": {
    op: "or",
    filters: [
      { op: "exists", key: "a", value: true },
      { op: "not", filter: {} },
    ],
  },
};

const metadataOfEveryKind: Readonly<Record<string, MetadataValue>> = {
  text: "a",
  number: 1.5,
  yes: true,
  texts: ["a"],
  numbers: [1],
  empty: [],
  "a.b": 1,
  $x: 1,
  "with space": 1,
  ümlaut: 1,
  "": 1,
};

export function refusalChecks(suite: VectorSuite): VectorCheck[] {
  return [
    suite.check("a wrong document is invalid_input, and of its batch none is written", async (store) => {
      await store.add([document("before", [0, 1])]);
      for (const [what, bad] of Object.entries(badDocuments)) {
        await suite.refused(() => store.add([good, bad as VectorDocument]), "invalid_input", what);
        assert.deepEqual(idsOf(await contentsOf(store)), ["before"], `${what}: it was written in part`);
      }
      await suite.refused(
        () => store.add(good as unknown as VectorDocument[]),
        "invalid_input",
        "no list of documents",
      );
    }),

    suite.check("a query of another width, or of what is no number, is invalid_input", async (store) => {
      await store.add([good]);
      for (const query of [[], [1], [1, 0, 0], [NaN, 0], [0, -Infinity], [1e39, 0], "ab", null, [null, 0]]) {
        await suite.refused(() => store.search(query as number[]), "invalid_input", JSON.stringify(query));
      }
    }),

    suite.check("a wrong k or threshold is invalid_input", async (store) => {
      await store.add([good]);
      for (const options of [
        { k: 0 },
        { k: -1 },
        { k: 1.5 },
        { k: NaN },
        { k: "1" },
        { threshold: NaN },
        { threshold: "0" },
      ]) {
        await suite.refused(
          () => store.search([1, 0], options as SearchOptions),
          "invalid_input",
          JSON.stringify(options),
        );
      }
    }),

    suite.check("a malformed filter is invalid_input, and deletes nothing", async (store) => {
      await store.add([good]);
      for (const [what, bad] of Object.entries(badFilters)) {
        const condition = bad as Filter;
        await suite.refused(
          () => store.search([1, 0], { filter: condition }),
          "invalid_input",
          `search: ${what}`,
        );
        await suite.refused(() => store.delete({ filter: condition }), "invalid_input", `delete: ${what}`);
      }
      assert.deepEqual(idsOf(await contentsOf(store)), ["good"]);
    }),

    suite.check("a delete without a selection is invalid_input, and deletes nothing", async (store) => {
      await store.add([good]);
      for (const selection of [
        undefined,
        null,
        {},
        { ids: undefined },
        { filter: undefined },
        { ids: "good" },
        { ids: [7] },
      ]) {
        const call = (): Promise<void> => store.delete(selection as unknown as { ids: string[] });
        await suite.refused(call, "invalid_input", JSON.stringify(selection) ?? "undefined");
      }
      assert.deepEqual(idsOf(await contentsOf(store)), ["good"]);
    }),

    suite.check(
      "an id that the store cannot hold is refused, and of its batch nothing is written",
      async (store) => {
        for (const id of hostileTexts.filter((text) => text !== "" && !suite.supports.id(text))) {
          const add = (): Promise<void> => store.add([good, document(id, [1, 0])]);
          await suite.refused(add, "invalid_input", JSON.stringify(id));
          await store.delete({ ids: [id] });
        }
        assert.deepEqual(await contentsOf(store), []);
      },
    ),

    suite.check(
      "metadata that the store cannot hold is refused, and of its batch nothing is written",
      async (store) => {
        for (const [key, value] of Object.entries(metadataOfEveryKind)) {
          const add = (): Promise<void> => store.add([good, document("other", [1, 0], { [key]: value })]);
          if (suite.supports.metadata(key, value)) {
            await add();
            await store.delete({ ids: ["good", "other"] });
          } else {
            await suite.refused(add, ["unsupported", "invalid_input"], JSON.stringify({ [key]: value }));
          }
          assert.deepEqual(await contentsOf(store), []);
        }
      },
    ),

    suite.check("a filter that the store does not have is unsupported, and never ignored", async (store) => {
      await store.add([good]);
      const samples = fc.sample(filterArbitrary(3), { numRuns: 300, seed: suite.seed });
      for (const condition of samples.filter((condition) => !suite.hasFilter(condition))) {
        const what = JSON.stringify(condition);
        await suite.refused(() => store.search([1, 0], { filter: condition }), "unsupported", what);
        await suite.refused(() => store.delete({ filter: condition }), "unsupported", what);
      }
      assert.deepEqual(idsOf(await contentsOf(store)), ["good"]);
    }),

    suite.check(
      "a signal that is aborted already rejects with its reason, and nothing is written",
      async (store) => {
        await store.add([good]);
        const reason = new Error("no longer wanted");
        const signal = AbortSignal.abort(reason);
        const calls: Record<string, () => Promise<unknown>> = {
          add: () => store.add([document("b", [1, 0])], { signal }),
          "delete by id": () => store.delete({ ids: ["good"] }, { signal }),
          "delete by filter": () => store.delete({ filter: filter.ne("a", 1) }, { signal }),
          search: () => store.search([1, 0], { signal }),
        };
        for (const [what, call] of Object.entries(calls)) {
          const before = suite.requests;
          assert.equal(await rejection(call, what), reason, what);
          assert.equal(suite.requests, before, `${what}: it was sent all the same`);
        }
        assert.deepEqual(idsOf(await contentsOf(store)), ["good"]);
      },
    ),
  ];
}
