import assert from "node:assert/strict";
import { type Filter, type VectorStore, filter } from "@beluga/core";
import * as fc from "fast-check";
import type { VectorCheck } from "../vector-store.js";
import {
  type Operation,
  documentArbitrary,
  filterArbitrary,
  operationArbitrary,
  vectorArbitrary,
} from "./arbitraries.js";
import { VectorOracle } from "./oracle.js";
import { type VectorSuite, idsOf } from "./suite.js";

const dimensions = 3;

export function randomChecks(suite: VectorSuite): VectorCheck[] {
  return [...suite.metrics.map((metric) => oracleCheck(suite, metric)), complementCheck(suite)];
}

function oracleCheck(suite: VectorSuite, metric: "cosine" | "dot" | "euclidean"): VectorCheck {
  const operations = fc.array(operationArbitrary(dimensions, suite.supports), {
    minLength: 2,
    maxLength: 14,
  });
  const property = fc.asyncProperty(
    operations,
    vectorArbitrary(dimensions, suite.supports),
    (operations, query) =>
      suite.withStore(
        async (store) => {
          const oracle = new VectorOracle(metric);
          for (const operation of operations) await perform(suite, operation, store, oracle);
          await suite.compare(store, oracle, query, { k: 1000, includeEmbeddings: true });
        },
        { metric, dimensions },
      ),
  );
  return {
    name: `${metric}: random adds, replacements, deletes and searches agree with the oracle`,
    run: () => fc.assert(property, parameters(suite)),
  };
}

/** Makes one call, of the store and of the oracle, and compares. */
async function perform(
  suite: VectorSuite,
  operation: Operation,
  store: VectorStore,
  oracle: VectorOracle,
): Promise<void> {
  if (operation.op === "add") {
    await store.add(operation.documents);
    oracle.add(operation.documents);
  } else if (operation.op === "delete") {
    const { selection } = operation;
    if ("filter" in selection && !suite.hasFilter(selection.filter)) {
      await suite.refused(() => store.delete(selection), "unsupported", JSON.stringify(selection));
      return;
    }
    await store.delete(selection);
    oracle.delete(selection);
  } else {
    const { query, options } = operation;
    if (options.filter && !suite.hasFilter(options.filter)) {
      await suite.refused(() => store.search(query, options), "unsupported", JSON.stringify(options.filter));
      return;
    }
    await suite.compare(store, oracle, query, options);
  }
}

function complementCheck(suite: VectorSuite): VectorCheck {
  const documents = fc.array(documentArbitrary(dimensions, suite.supports), { maxLength: 12 });
  const filters = fc.array(filterArbitrary(4), { minLength: 1, maxLength: 8 });
  const property = fc.asyncProperty(documents, filters, (documents, filters) =>
    suite.withStore(
      async (store) => {
        await store.add(documents);
        const find = async (condition?: Filter): Promise<string[]> =>
          idsOf(await store.search([1, 2, 3], { k: 1000, ...(condition && { filter: condition }) }));
        const all = await find();
        for (const condition of filters) {
          const complement = filter.not(condition);
          if (!suite.hasFilter(condition) || !suite.hasFilter(complement)) continue;
          const both = [...(await find(condition)), ...(await find(complement))];
          assert.deepEqual(both.sort(), all.toSorted(), JSON.stringify(condition));
        }
      },
      { dimensions },
    ),
  );
  return {
    name: "a filter and its complement divide the documents in two",
    run: () => fc.assert(property, parameters(suite)),
  };
}

function parameters({ seed, spec }: VectorSuite): { seed: number; numRuns: number } {
  return { seed, numRuns: spec.runs ?? 100 };
}
