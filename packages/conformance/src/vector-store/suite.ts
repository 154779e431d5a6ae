import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import {
  BelugaError,
  type ErrorCode,
  type Filter,
  type Metric,
  type SearchHit,
  type SearchOptions,
  type VectorDocument,
  type VectorStore,
} from "@beluga/core";
import { normalizeFilter } from "@beluga/core/provider";
import { newSeed } from "../random.js";
import type { VectorCheck, VectorIndex, VectorStoreSpec } from "../vector-store.js";
import type { Expressible } from "./arbitraries.js";
import { type GivenVectors, type VectorOracle, problemWithHits } from "./oracle.js";

let indexes = 0;

/** One vector store under test. */
export class VectorSuite {
  readonly spec: VectorStoreSpec;
  readonly metrics: readonly Metric[];
  /** The metric of checks in which it does not matter. */
  readonly metric: Metric;
  readonly supports: Expressible;
  readonly seed = newSeed();
  /** The index of the check that runs: others run at the same time. */
  readonly #current = new AsyncLocalStorage<VectorIndex>();

  constructor(spec: VectorStoreSpec) {
    this.spec = spec;
    this.metrics = spec.metrics ?? ["cosine", "dot", "euclidean"];
    this.metric = this.metrics[0] ?? "cosine";
    this.supports = {
      id: (id) => spec.supports?.id?.(id) ?? true,
      metadata: (key, value) => spec.supports?.metadata?.(key, value) ?? true,
      zeroVectors: spec.supports?.zeroVectors ?? true,
    };
  }

  index(index: Partial<VectorIndex> = {}): VectorIndex {
    return { name: `conformance${process.pid}x${++indexes}`, metric: this.metric, dimensions: 2, ...index };
  }

  /** Runs with a store over an empty index, and closes it. */
  async withStore(
    run: (store: VectorStore) => Promise<void>,
    index: Partial<VectorIndex> = {},
  ): Promise<void> {
    const current = this.index(index);
    const store = await this.spec.create(current);
    try {
      await this.#current.run(current, () => run(store));
    } finally {
      await store.close();
    }
  }

  /** How many requests were sent about the index of this check. */
  get requests(): number | undefined {
    const current = this.#current.getStore();
    return current && this.spec.requests?.(current);
  }

  /** A metric under which a store gives back vectors as they were added. */
  get exactMetric(): Metric {
    return this.metrics.find((metric) => this.#givesVectors(metric) === "exact") ?? this.metric;
  }

  #givesVectors(metric: Metric): GivenVectors {
    const { normalizes, rounds } = this.spec.supports ?? {};
    if (normalizes?.includes(metric)) return "normalized";
    return rounds?.includes(metric) ? "rounded" : "exact";
  }

  /** A check that wants one store over an empty index, of two dimensions unless told. */
  check(
    name: string,
    run: (store: VectorStore) => Promise<void>,
    index: Partial<VectorIndex> = {},
  ): VectorCheck {
    return { name, run: () => this.withStore(run, index) };
  }

  hasFilter(condition: Filter): boolean {
    const { supports } = this.spec;
    return partsOf(normalizeFilter(condition)).every((part) => supports?.filter?.(part) ?? true);
  }

  /** Expects an error of this store, before anything was sent. */
  async refused(
    call: () => Promise<unknown>,
    codes: ErrorCode | readonly ErrorCode[],
    what: string,
  ): Promise<void> {
    const before = this.requests;
    const error = await rejection(call, what);
    assert.ok(BelugaError.is(error), `${what}: not a BelugaError: ${inspect(error)}`);
    assert.ok(
      [codes].flat().includes(error.code),
      `${what}: ${error.code} where ${String(codes)} was expected (${error.message})`,
    );
    assert.equal(
      error.provider,
      this.spec.name,
      `${what}: the error names another provider (${error.message})`,
    );
    assert.equal(this.requests, before, `${what}: it was sent all the same`);
  }

  /** Searches, and compares with what the oracle finds. */
  async compare(
    store: VectorStore,
    oracle: VectorOracle,
    query: ArrayLike<number>,
    options: SearchOptions,
  ): Promise<void> {
    const hits = await store.search(Float32Array.from(query), options);
    const problem = problemWithHits(oracle, query, options, hits, this.#givesVectors(oracle.metric));
    assert.ok(
      !problem,
      `search([${Array.from(query).join(", ")}], ${inspect(options, { depth: 9 })}): ${problem}`,
    );
  }
}

/** The filter and all filters within it. */
function partsOf(condition: Filter): Filter[] {
  if (condition.op === "not") return [condition, ...partsOf(condition.filter)];
  if (condition.op === "and" || condition.op === "or")
    return [condition, ...condition.filters.flatMap(partsOf)];
  return [condition];
}

export async function rejection(call: () => Promise<unknown>, what: string): Promise<unknown> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: `${what}: no error, but ${inspect(result)}` });
}

/** A document without much in it. */
export function document(
  id: string,
  embedding: VectorDocument["embedding"],
  metadata?: VectorDocument["metadata"],
): VectorDocument {
  return { id, content: `content of ${id}`, embedding, ...(metadata && { metadata }) };
}

export function idsOf(hits: readonly { id: string }[]): string[] {
  return hits.map(({ id }) => id);
}

/** A hit without its score, for comparing the rest of it. */
export function withoutScore(hit: SearchHit | undefined): unknown {
  if (!hit) return undefined;
  const { score: _, ...rest } = hit;
  return rest;
}

/** All that a store of two dimensions holds, by id. */
export async function contentsOf(store: VectorStore): Promise<SearchHit[]> {
  const hits = await store.search([1, 0.5], { k: 1000, includeEmbeddings: true });
  return hits.sort((a, b) => (a.id < b.id ? -1 : 1));
}
