import type { CallOptions } from "../common.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import type { Filter } from "../filter.js";
import type { Metric } from "../score.js";
import type {
  ManagedVectorStore,
  MetadataValue,
  SearchHit,
  SearchOptions,
  VectorDocument,
} from "../vector-store.js";
import { type CompiledFilter, type FilterDialect, compileFilter } from "./filter-dialect.js";
import type { HttpCall } from "./http.js";
import { runInParallel, withinTotal } from "./parallel.js";
import { batchesOf } from "./vector-batches.js";
import {
  checkDocuments,
  checkSearch,
  checkSelection,
  checkWidths,
  compareHits,
  singlePrecision,
  vectorInputError,
} from "./vector-input.js";

/**
 * What an engine does differently from the others: how it is asked, and how its answers are read.
 *
 * @typeParam Condition - A filter in the engine's own terms.
 */
export interface VectorDriver<Condition> {
  readonly provider: string;
  /** The name of the index. */
  readonly index: string;
  readonly metric: Metric;
  /** The width that the config says. */
  readonly dimensions?: number | undefined;
  readonly filters: FilterDialect<Condition>;
  readonly limits?: VectorLimits | undefined;
  /** What the engine cannot keep. */
  readonly refuses?: VectorRefusals | undefined;
  /**
   * What the index is like; `undefined` where it is not there. Asked for once, before the first call that needs it, and again after an engine said
   * that the index is gone.
   */
  describe(call: VectorCall): Promise<IndexDescription | undefined>;
  /** Creates the index, and resolves when it can be used. */
  create(index: { metric: Metric; dimensions: number | undefined }, call: VectorCall): Promise<void>;
  /** Adds what an index may lack, a new one or one that `ensureIndex` found: indexes on keys, say. */
  complete?(call: VectorCall): Promise<void>;
  /** Deletes the index, if it is there. */
  drop(call: VectorCall): Promise<void>;
  /** Writes one batch of documents, of which none has the id of another. */
  upsert(documents: readonly StoredDocument[], call: VectorCall): Promise<void>;
  /** The `k` nearest of the documents that match, in any order. */
  search(query: VectorQuery<Condition>, call: VectorCall): Promise<SearchHit[]>;
  /** Deletes a batch of documents; unknown ids are no error. */
  deleteIds(ids: readonly string[], call: VectorCall): Promise<void>;
  /** Deletes all documents that match, however many; without a condition all there are. */
  deleteWhere(condition: Condition | undefined, call: VectorCall): Promise<void>;
  close?(): Promise<void>;
}

/** What an index is like, as far as the engine says it. */
export interface IndexDescription {
  /** Absent where the first document sets it. */
  dimensions?: number | undefined;
  metric?: Metric | undefined;
}

/** What one request may hold. */
export interface VectorLimits {
  /** Documents of one write. Default: 1,000. */
  documents?: number;
  /** Bytes of one write, estimated on the safe side, as JSON. Default: no limit. */
  bytes?: number;
  /** Ids of one delete. Default: 1,000. */
  ids?: number;
  /** The largest `k`. Default: no limit. */
  k?: number;
  /** Writes of one call that may be under way at once. Default: 4. */
  concurrency?: number;
}

/** What an engine cannot keep. Each function gives the problem in words, or `undefined` where there is none. */
export interface VectorRefusals {
  /** Of ids, contents, keys and values. Default: half of a surrogate pair, which neither UTF-8 nor JSON has a place for. */
  text?(text: string): string | undefined;
  id?(id: string): string | undefined;
  metadata?(key: string, value: MetadataValue): string | undefined;
  /** All of a document, where its parts are fine. */
  document?(document: VectorDocument): string | undefined;
  /** Of documents and queries. */
  zeroVectors?: boolean;
}

/** A document as it is to be written. */
export interface StoredDocument {
  id: string;
  content: string;
  metadata: Readonly<Record<string, MetadataValue>>;
  embedding: Float32Array;
}

/** A checked search. */
export interface VectorQuery<Condition> {
  vector: Float32Array;
  k: number;
  /** Absent where all documents match. */
  condition: Condition | undefined;
  /** For engines that can use it. Lower scores are left out afterwards all the same. */
  threshold: number;
  includeEmbeddings: boolean;
}

/** A checked call, as drivers get it. */
export interface VectorCall {
  /** `vector.add`, `vector.search`, ... */
  op: string;
  signal: AbortSignal | undefined;
  timeout: CallOptions["timeout"];
  /** What an HTTP request takes over from the call, to which its body is added. */
  http: Pick<HttpCall, "op" | "signal" | "headers" | "timeout">;
}

/**
 * A vector store from what is the engine's own. Adds all that is the same for every engine: checks of documents, queries and filters
 * before anything is sent, the width and metric of the index, batches by the engine's limits, order and threshold of hits.
 */
export function createVectorStore<Condition>(driver: VectorDriver<Condition>): ManagedVectorStore {
  const { provider, index, metric, limits = {} } = driver;
  let isClosed = false;
  let description: Promise<IndexDescription> | undefined;

  const fail = (op: string, code: ErrorCode, problem: string): BelugaError =>
    new BelugaError({ op, code, provider, message: `${provider} ${op}: ${problem}` });

  const begin = (op: string, options: CallOptions): VectorCall => {
    if (Object(options) !== options) throw vectorInputError(provider, op, "options: expected an object");
    if (isClosed) throw vectorInputError(provider, op, "the store is closed");
    options.signal?.throwIfAborted();
    const { signal, headers, timeout } = options;
    return { op, signal, timeout, http: { op, signal, headers, timeout } };
  };

  const checkIndex = (op: string, found: IndexDescription): void => {
    for (const key of ["metric", "dimensions"] as const) {
      const [there, wanted] = [found[key], driver[key]];
      if (there === undefined || wanted === undefined || there === wanted) continue;
      throw vectorInputError(
        provider,
        op,
        `${key}: the index "${index}" has ${there}, and the config says ${wanted}`,
      );
    }
  };

  const lookUp = async (call: VectorCall): Promise<IndexDescription> => {
    const found = await driver.describe(call);
    if (!found) throw fail(call.op, "not_found", `there is no index "${index}": ensureIndex() creates it`);
    checkIndex(call.op, found);
    return found;
  };

  const create = async (call: VectorCall): Promise<IndexDescription> => {
    const wanted = { metric, dimensions: driver.dimensions };
    try {
      await driver.create(wanted, call);
      return wanted;
    } catch (error) {
      // Someone else may have created it in the meantime.
      const isThere = BelugaError.is(error) && error.code === "invalid_input";
      const found = isThere ? await driver.describe(call) : undefined;
      if (!found) throw error;
      return found;
    }
  };

  /** The index's width, where it has one. Calls at the same time ask for it once. */
  const widthOf = async (call: VectorCall): Promise<number | undefined> => {
    const others = description;
    const looking = (description ??= lookUp(call));
    try {
      const { dimensions } = await looking;
      // The first document will set it.
      if (dimensions === undefined && description === looking) description = undefined;
      return dimensions;
    } catch (error) {
      if (description === looking) description = undefined;
      // What ended with the call that asked, its abort or its time limit, is no reason for another.
      const isOfOther = others !== undefined && (!BelugaError.is(error) || error.code === "timeout");
      if (!isOfOther) throw error;
      call.signal?.throwIfAborted();
      return widthOf(call);
    }
  };

  /** Runs a call on the index, of which the engine may say that it is gone. */
  const onIndex = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (BelugaError.is(error) && error.code === "not_found") description = undefined;
      throw error;
    }
  };

  const inBatches = async <Item>(
    batches: Iterable<Item[]>,
    call: VectorCall,
    write: (batch: Item[], call: VectorCall) => Promise<void>,
  ): Promise<void> => {
    const parallel = { ...limitOf(call), timeout: undefined, concurrency: limits.concurrency ?? 4 };
    await onIndex(() =>
      runInParallel(batches, parallel, (batch, signal) => write(batch, withSignal(call, signal))),
    );
  };

  const limitOf = ({ op, signal, timeout }: VectorCall): Parameters<typeof withinTotal>[0] => ({
    signal,
    timeout,
    expired: (total) => fail(op, "timeout", `the total time limit of ${total} ms passed`),
  });

  /** Runs all that a call sends under its total time limit. */
  const timed = <T>(call: VectorCall, run: (call: VectorCall) => Promise<T>): Promise<T> =>
    withinTotal(limitOf(call), (signal) => run(withSignal(call, signal)));

  const textProblem = driver.refuses?.text ?? loneSurrogate;
  const compile = (filter: Filter | undefined, op: string): CompiledFilter<Condition> =>
    compileFilter(filter, driver.filters, { op, provider, textProblem });

  return {
    provider,
    id: `${provider}/${index}`,

    async add(documents, options = {}) {
      const call = begin("vector.add", options);
      checkStorable(driver, documents, driver.dimensions);
      if (documents.length === 0) return;
      await timed(call, async (call) => {
        checkWidths(provider, documents, await widthOf(call));
        const last = new Map(documents.map((document) => [document.id, document]));
        await inBatches(batchesOf([...last.values()], limits), call, (batch, call) =>
          driver.upsert(batch.map(stored), call),
        );
      });
    },

    async search(query, options = {}) {
      const call = begin("vector.search", options);
      const { k = 10, threshold = -Infinity, includeEmbeddings = false }: SearchOptions = options;
      checkSearch(provider, query, options, driver.dimensions);
      const vector = singlePrecision(query);
      const filter = compile(options.filter, call.op);
      if (k > (limits.k ?? Infinity)) throw vectorInputError(provider, call.op, `k: at most ${limits.k}`);
      if (driver.refuses?.zeroVectors && isZero(vector))
        throw vectorInputError(provider, call.op, "query: a vector of zeros");
      const hits = await timed(call, async (call) => {
        checkSearch(provider, query, options, await widthOf(call));
        if (filter.matches === "none") return [];
        const condition = filter.matches === "some" ? filter.condition : undefined;
        return onIndex(() => driver.search({ vector, k, condition, threshold, includeEmbeddings }, call));
      });
      return hits
        .filter(({ score }) => score >= threshold)
        .sort(compareHits)
        .slice(0, k);
    },

    async delete(selection, options = {}) {
      const call = begin("vector.delete", options);
      const { ids, filter } = checkSelection(provider, selection);
      if (filter !== undefined) {
        const compiled = compile(filter, call.op);
        if (compiled.matches === "none") return;
        const condition = compiled.matches === "some" ? compiled.condition : undefined;
        return timed(call, async (call) => {
          await widthOf(call);
          await onIndex(() => driver.deleteWhere(condition, call));
        });
      }
      // No document has an id that cannot be kept.
      const possible = ids.filter((id) => id !== "" && !textProblem(id) && !driver.refuses?.id?.(id));
      if (possible.length === 0) return;
      await timed(call, async (call) => {
        await widthOf(call);
        await inBatches(chunksOf([...new Set(possible)], limits.ids ?? 1_000), call, (batch, call) =>
          driver.deleteIds(batch, call),
        );
      });
    },

    async ensureIndex(options = {}) {
      await timed(begin("vector.ensureIndex", options), async (call) => {
        const found = (await driver.describe(call)) ?? (await create(call));
        checkIndex(call.op, found);
        await driver.complete?.(call);
      });
      description = undefined;
    },

    async dropIndex(options = {}) {
      await timed(begin("vector.dropIndex", options), (call) => driver.drop(call));
      description = undefined;
    },

    async close() {
      if (isClosed) return;
      isClosed = true;
      await driver.close?.();
    },
  };
}

function withSignal(call: VectorCall, signal: AbortSignal): VectorCall {
  return { ...call, signal, http: { ...call.http, signal } };
}

/** A document as drivers get it. */
export function stored({ id, content, metadata = {}, embedding }: VectorDocument): StoredDocument {
  return { id, content, metadata, embedding: singlePrecision(embedding) };
}

/**
 * Checks documents before anything is written.
 *
 * @throws BelugaError `invalid_input`, naming the first document and what of it is wrong, or what the engine cannot keep.
 */
export function checkStorable(
  { provider, refuses = {} }: Pick<VectorDriver<unknown>, "provider" | "refuses">,
  documents: readonly VectorDocument[],
  dimensions: number | undefined,
): void {
  checkDocuments(provider, documents, dimensions);
  const { text: textProblem = loneSurrogate } = refuses;
  const check = (path: string, problem: string | undefined): void => {
    if (problem !== undefined) throw vectorInputError(provider, "vector.add", `${path}: ${problem}`);
  };
  for (const [at, document] of documents.entries()) {
    const { id, content, metadata = {}, embedding } = document;
    const path = `documents[${at}]`;
    check(`${path}.id`, textProblem(id) ?? refuses.id?.(id));
    check(`${path}.content`, textProblem(content));
    for (const [key, value] of Object.entries(metadata)) {
      check(`a key of ${path}.metadata`, textProblem(key));
      for (const text of Array.isArray(value) ? (value as readonly unknown[]) : [value])
        if (typeof text === "string") check(`${path}.metadata.${key}`, textProblem(text));
      check(`${path}.metadata.${key}`, refuses.metadata?.(key, value));
    }
    if (refuses.zeroVectors && isZero(embedding)) check(`${path}.embedding`, "a vector of zeros");
    check(path, refuses.document?.(document));
  }
}

/** What is wrong with a text that neither UTF-8 nor JSON has a place for. */
export function loneSurrogate(text: string): string | undefined {
  return /\p{Surrogate}/u.test(text) ? "half of a surrogate pair, which is no character" : undefined;
}

function isZero(vector: ArrayLike<number>): boolean {
  for (let i = 0; i < vector.length; i++) if (vector[i] !== 0) return false;
  return true;
}

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
