import assert from "node:assert/strict";
import {
  BelugaError,
  type Filter,
  type MetadataValue,
  type VectorStore,
  filter,
  matchesFilter,
} from "@beluga/core";
import type { Features, ReportFeatures } from "../check.js";
import type { VectorCheck } from "../vector-store.js";
import { type VectorSuite, document, idsOf } from "./suite.js";

const kinds: Readonly<Record<string, MetadataValue>> = {
  text: "m",
  number: 1.5,
  boolean: true,
  "list of texts": ["m", "n"],
  "list of numbers": [1, 2.5],
  "empty list": [],
};

/** One filter for each thing that engines have or lack, on the metadata above. */
const operators: Readonly<Record<string, readonly Filter[]>> = {
  "`eq` text": [filter.eq("text", "m")],
  "`eq` number": [filter.eq("number", 1.5)],
  "`eq` boolean": [filter.eq("boolean", true)],
  "`ne`": [filter.ne("text", "m"), filter.ne("number", 1.5)],
  "`gt` `gte` `lt` `lte` number": [
    filter.gt("number", 1),
    filter.gte("number", 1.5),
    filter.lt("number", 1),
    filter.lte("number", 1.5),
  ],
  "`gt` `gte` `lt` `lte` text": [
    filter.gt("text", "a"),
    filter.gte("text", "m"),
    filter.lt("text", "a"),
    filter.lte("text", "m"),
  ],
  "`not` of a bound": [filter.not(filter.gt("number", 1)), filter.not(filter.lte("number", 1))],
  "`in`": [filter.in("text", ["m", "x"]), filter.in("number", [1.5, 2])],
  "`in` of several types": [filter.in("text", ["m", 1, true])],
  "`nin`": [filter.nin("text", ["m", "x"])],
  "`exists`": [filter.exists("text"), filter.exists("text", false)],
  "`eq` in a list": [filter.eq("list of texts", "n")],
  "`and` `or` `not`": [
    filter.and(filter.eq("text", "m"), filter.or(filter.eq("number", 1.5), filter.eq("number", 2))),
    filter.not(filter.and(filter.eq("text", "m"), filter.eq("number", 1.5))),
  ],
};

/** What the store has, found out by trying it: what it refuses it lacks, and what it takes has to be right. */
export function featureChecks(suite: VectorSuite): VectorCheck[] {
  return [
    {
      name: "each kind of metadata and each operator works, or is refused",
      run: (report) =>
        suite.withStore(async (store) => {
          const metadata = await keptMetadata(store);
          const filters = await workingFilters(store, metadata);
          describeStore(suite, { ...filters, ...featuresOf(metadata) }, report);
        }),
    },
  ];
}

/** Adds a document for each kind that the store keeps. */
async function keptMetadata(store: VectorStore): Promise<Record<string, MetadataValue>> {
  const kept: Record<string, MetadataValue> = {};
  await store.add([document("none", [1, 0])]);
  for (const [key, value] of Object.entries(kinds)) {
    if (await isRefused(() => store.add([document(key, [1, 0], { [key]: value })]))) continue;
    kept[key] = value;
    const hits = await store.search([1, 0], { k: 100 });
    assert.deepEqual(hits.find(({ id }) => id === key)?.metadata, { [key]: value }, key);
  }
  return kept;
}

function featuresOf(kept: Readonly<Record<string, MetadataValue>>): Features {
  return Object.fromEntries(
    Object.keys(kinds).map((kind) => [`${kind} in metadata`, Object.hasOwn(kept, kind)]),
  );
}

/** Whether all filters of an operator find what core's evaluator finds. */
async function workingFilters(
  store: VectorStore,
  metadata: Readonly<Record<string, MetadataValue>>,
): Promise<Features> {
  const features: Record<string, boolean> = {};
  for (const [operator, conditions] of Object.entries(operators)) {
    features[operator] = true;
    for (const condition of conditions) {
      const search = async (): Promise<void> => {
        const found = idsOf(await store.search([1, 0], { k: 100, filter: condition }));
        const expected = ["none", ...Object.keys(metadata)].filter((key) =>
          matchesFilter(condition, key === "none" ? {} : { [key]: metadata[key] as MetadataValue }),
        );
        assert.deepEqual(found, expected.toSorted(), JSON.stringify(condition));
      };
      if (await isRefused(search)) features[operator] = false;
    }
  }
  if (!Object.hasOwn(metadata, "list of texts")) features["`eq` in a list"] = false;
  return features;
}

function describeStore(
  { spec, metrics, supports }: VectorSuite,
  found: Features,
  report: ReportFeatures,
): void {
  report({
    // A suite may be run for some of them only.
    ...Object.fromEntries(metrics.map((metric) => [metric, true])),
    ...found,
    "vectors of zeros": supports.zeroVectors,
    ...((spec.reopen ?? spec.open) && { "keeps its documents": true }),
  });
}

/** @throws whatever else goes wrong. */
async function isRefused(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    if (BelugaError.is(error) && (error.code === "unsupported" || error.code === "invalid_input"))
      return true;
    throw error;
  }
}
