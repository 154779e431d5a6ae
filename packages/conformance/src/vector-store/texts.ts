import assert from "node:assert/strict";
import { inspect } from "node:util";
import { BelugaError, type MetadataValue, filter } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { hostileTexts, isReadableKey } from "./arbitraries.js";
import { VectorOracle } from "./oracle.js";
import { type VectorSuite, contentsOf, withoutScore } from "./suite.js";

export function textChecks(suite: VectorSuite): VectorCheck[] {
  return [
    suite.check(
      "hostile ids, contents, keys and values are kept as they are, and run nothing",
      async (store) => {
        const documents = hostileTexts.map((text, at) => {
          const metadata: [string, MetadataValue][] = [
            [text, text],
            ["at", at],
            ["text", text],
            ["texts", [text, "x"]],
          ];
          return {
            id: text !== "" && suite.supports.id(text) ? text : `no. ${at}`,
            content: text,
            metadata: Object.fromEntries(
              metadata.filter(([key, value]) => isReadableKey(key) && suite.supports.metadata(key, value)),
            ),
            embedding: [1, at],
          };
        });
        const oracle = new VectorOracle(suite.metric);
        oracle.add(documents);
        await store.add(documents);
        await suite.compare(store, oracle, [1, 1], { k: 1000, includeEmbeddings: true });
        for (const text of hostileTexts) {
          const conditions = [
            filter.eq(text, text),
            filter.ne("text", text),
            filter.eq("texts", text),
            filter.in("text", [text, "', '"]),
            filter.gte("text", text),
            filter.exists(text),
          ];
          for (const condition of conditions.filter((condition) => suite.hasFilter(condition))) {
            await suite.compare(store, oracle, [1, 1], { k: 1000, filter: condition });
          }
        }
        const half = hostileTexts.filter((text, at) => text !== "" && at % 2 === 1);
        for (const selection of [{ ids: half }, { filter: filter.eq("text", "'") }]) {
          if ("filter" in selection && !suite.hasFilter(selection.filter)) continue;
          await store.delete(selection);
          oracle.delete(selection);
        }
        await suite.compare(store, oracle, [1, 1], { k: 1000, includeEmbeddings: true });
      },
    ),

    suite.check("NUL and a lone surrogate are kept as they are, or refused", async (store) => {
      for (const odd of ["a\0b", "\0", "a\uD800b", "\uDC00"]) {
        for (const given of [
          { id: odd, content: "c", metadata: {}, embedding: Float32Array.of(1, 0) },
          { id: "a", content: odd, metadata: {}, embedding: Float32Array.of(1, 0) },
          { id: "a", content: "c", metadata: { key: odd }, embedding: Float32Array.of(1, 0) },
          { id: "a", content: "c", metadata: { key: ["x", odd] }, embedding: Float32Array.of(1, 0) },
          { id: "a", content: "c", metadata: { [odd]: "value" }, embedding: Float32Array.of(1, 0) },
        ]) {
          const what = JSON.stringify(given);
          const error: unknown = await store.add([given]).then(
            () => undefined,
            (error: unknown) => error,
          );
          const found = await contentsOf(store);
          if (error === undefined) {
            assert.deepEqual(found.map(withoutScore), [given], what);
            await store.delete({ ids: [given.id] });
            assert.deepEqual(await contentsOf(store), [], `${what}: it was not deleted`);
          } else {
            assert.ok(
              BelugaError.is(error) && ["invalid_input", "unsupported"].includes(error.code),
              `${what}: ${inspect(error)}`,
            );
            assert.deepEqual(found, [], `${what}: refused, and written all the same`);
          }
        }
      }
    }),
  ];
}
