import type { Filter, MetadataValue, Metric, VectorStore } from "@beluga/core";
import { type Check, type ReportFeatures, testChecks } from "./check.js";
import { featureChecks } from "./vector-store/features.js";
import { filterChecks } from "./vector-store/filters.js";
import { indexChecks } from "./vector-store/indexes.js";
import { lifetimeChecks } from "./vector-store/lifetime.js";
import { type VectorStoreHttp, overHttpChecks } from "./vector-store/over-http.js";
import { randomChecks } from "./vector-store/random-calls.js";
import { refusalChecks } from "./vector-store/refusals.js";
import { registrationChecks } from "./vector-store/registration.js";
import { scoreChecks } from "./vector-store/scores.js";
import { searchChecks } from "./vector-store/searches.js";
import { VectorSuite } from "./vector-store/suite.js";
import { textChecks } from "./vector-store/texts.js";
import { writeChecks } from "./vector-store/writes.js";

/** What the suite has to know of a vector store. */
export interface VectorStoreSpec {
  /** Its name in the registry: `acme`. */
  name: string;
  /** `@acme/beluga-vector`. */
  packageName: string;
  /** What the registry needs to create it. Nothing is written to that store. Default: nothing. */
  config?: Readonly<Record<string, unknown>>;
  /** The store over an index that is empty. */
  create(index: VectorIndex): VectorStore | Promise<VectorStore>;
  /** The store over the index that `create` made of the same name, once the first store is closed. Of stores that outlive a process. */
  reopen?(index: VectorIndex): VectorStore | Promise<VectorStore>;
  /** The store over an index that may not be there; none is created. Absent for stores that make their index by themselves. */
  open?(index: VectorIndex): VectorStore | Promise<VectorStore>;
  /** How the suite speaks as its vendor. Of stores over HTTP, to which the rules of every provider over HTTP apply as well. */
  http?: VectorStoreHttp;
  /** The metrics that it has. Default: all three. */
  metrics?: readonly Metric[];
  /** What it cannot express. It has to refuse all of that, and nothing else. */
  supports?: VectorStoreSupport;
  /** How many requests were sent so far about this index. Where this is given, what is refused has to be refused before one is sent. */
  requests?(index: VectorIndex): number;
  /** How many random runs each property gets. Default: 100. Lower it where an index takes long to create. */
  runs?: number;
}

/** An index that a store is created over. */
export interface VectorIndex {
  /** Of letters and digits, beginning with a letter; another one for each index. */
  name: string;
  metric: Metric;
  dimensions: number;
}

/** What a store can express. */
export interface VectorStoreSupport {
  /**
   * Whether it has a condition; asked about each part of a filter in the form of core's `normalizeFilter`. A filter with a part that it does
   * not have has to be refused with `unsupported`. Default: all.
   */
  filter?(condition: Filter): boolean;
  /** Whether a document may have this id. What it may not has to be refused with `invalid_input`. Default: all that are not empty. */
  id?(id: string): boolean;
  /** Whether a document may have this. What it may not has to be refused with `unsupported` or `invalid_input`. Default: all. */
  metadata?(key: string, value: MetadataValue): boolean;
  /** Whether it takes vectors of zeros, with 0 as their cosine; it has to refuse them otherwise. Default: `true`. */
  zeroVectors?: boolean;
  /** Under these metrics the engine keeps vectors of length 1 in place of those that were added. Default: none. */
  normalizes?: readonly Metric[];
  /** Under these metrics the engine counts the vectors that it gives from others that it keeps, and they may be off in their last digits. Default: none. */
  rounds?: readonly Metric[];
}

/**
 * Tests a vector store with all that every one of them has to do, as tests of vitest. What it finds is compared with a brute-force oracle on
 * core's `matchesFilter`. A random check that fails prints its seed; `CONFORMANCE_SEED` repeats it.
 *
 * @example
 * ```ts
 * vectorStoreConformance({
 *   name: "acme",
 *   packageName: "@acme/beluga-vector",
 *   create: ({ name, metric, dimensions }) => createAcme({ index: name, metric, dimensions }),
 * });
 * ```
 */
export function vectorStoreConformance(spec: VectorStoreSpec): void {
  testChecks({ ...spec, capability: "vector" }, vectorStoreChecks(spec));
}

/** The same as data. */
export function vectorStoreChecks(spec: VectorStoreSpec): Check[] {
  const suite = new VectorSuite(spec);
  const groups: Record<string, readonly VectorCheck[]> = {
    registration: registrationChecks(suite),
    scores: scoreChecks(suite),
    searches: searchChecks(suite),
    filters: filterChecks(suite),
    writes: writeChecks(suite),
    "texts that break queries": textChecks(suite),
    refusals: refusalChecks(suite),
    indexes: indexChecks(suite),
    features: featureChecks(suite),
    lifetime: lifetimeChecks(suite),
    "random calls": randomChecks(suite),
  };
  const own = Object.entries(groups).flatMap(([group, checks]): Check[] =>
    checks.map(({ name, run }) => ({ group, name, run: (_server, report = () => {}) => run(report) })),
  );
  return spec.http ? [...own, ...overHttpChecks(spec, spec.http)] : own;
}

/** One rule, as the files of `vector-store/` write it. */
export type VectorCheck = Pick<Check, "name"> & { run(report: ReportFeatures): Promise<void> };
