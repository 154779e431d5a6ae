import { BelugaError } from "../errors.js";
import { type Filter, compareCodePoints } from "../filter.js";
import type { MetadataValue, SearchHit, SearchOptions, VectorDocument } from "../vector-store.js";

/** The error for input that a vector store refuses. */
export function vectorInputError(provider: string, op: string, problem: string): BelugaError {
  return new BelugaError({ op, code: "invalid_input", provider, message: `${provider} ${op}: ${problem}` });
}

/**
 * Checks documents before anything is written: ids, texts, metadata, and vectors of finite numbers, all of one width.
 *
 * @param dimensions - The index's width; `undefined` where it has none yet, and the first document sets it.
 * @returns The width.
 * @throws BelugaError `invalid_input` naming the first document and key that is wrong.
 */
export function checkDocuments(
  provider: string,
  documents: readonly VectorDocument[],
  dimensions: number | undefined,
): number | undefined {
  const fail = (problem: string): BelugaError => vectorInputError(provider, "vector.add", problem);
  if (!Array.isArray(documents)) throw fail("documents: expected an array");
  let width = dimensions;
  for (const [at, document] of (documents as readonly VectorDocument[]).entries()) {
    const path = `documents[${at}]`;
    if (typeof document !== "object" || document === null) throw fail(`${path}: expected an object`);
    if (typeof document.id !== "string" || document.id === "")
      throw fail(`${path}.id: expected a string that is not empty`);
    if (typeof document.content !== "string") throw fail(`${path}.content: expected a string`);
    const problem = vectorProblem(document.embedding, width);
    if (problem) throw fail(`${path}.embedding: ${problem}`);
    width ??= document.embedding.length;
    const metadata: unknown = document.metadata ?? {};
    if (typeof metadata !== "object" || Array.isArray(metadata))
      throw fail(`${path}.metadata: expected an object`);
    for (const [key, value] of Object.entries(metadata as Record<string, unknown>)) {
      if (!isMetadataValue(value)) {
        throw fail(
          `${path}.metadata.${key}: expected a string, a finite number, a boolean, or an array of strings or of numbers`,
        );
      }
    }
  }
  return width;
}

/** Checks only the widths of documents that were checked before, once the width of the index is known. @throws BelugaError `invalid_input`. */
export function checkWidths(
  provider: string,
  documents: readonly VectorDocument[],
  dimensions: number | undefined,
): void {
  if (dimensions === undefined) return;
  for (const [at, { embedding }] of documents.entries()) {
    if (embedding.length === dimensions) continue;
    const problem = widthProblem(embedding, dimensions);
    throw vectorInputError(provider, "vector.add", `documents[${at}].embedding: ${problem}`);
  }
}

function widthProblem({ length }: ArrayLike<number>, dimensions: number): string {
  return `expected ${dimensions} numbers, the width of this index, and got ${length}`;
}

/** Checks a query and its options. @throws BelugaError `invalid_input`. */
export function checkSearch(
  provider: string,
  query: ArrayLike<number>,
  { k, threshold }: SearchOptions,
  dimensions: number | undefined,
): void {
  const fail = (problem: string): BelugaError => vectorInputError(provider, "vector.search", problem);
  const problem = vectorProblem(query, dimensions);
  if (problem) throw fail(`query: ${problem}`);
  if (k !== undefined && !(Number.isInteger(k) && k > 0)) throw fail("k: expected a positive integer");
  if (threshold !== undefined && !Number.isFinite(threshold)) throw fail("threshold: expected a number");
}

/**
 * What a delete selects: ids, or a filter that is still to be normalised.
 *
 * @throws BelugaError `invalid_input` where it is neither, or both.
 */
export function checkSelection(
  provider: string,
  selection: unknown,
): { ids: readonly string[]; filter?: undefined } | { ids?: undefined; filter: Filter } {
  const fail = (problem: string): BelugaError => vectorInputError(provider, "vector.delete", problem);
  const { ids, filter } = (selection ?? {}) as { ids?: unknown; filter?: Filter };
  if ((ids === undefined) === (filter === undefined)) throw fail("expected either ids or a filter");
  if (filter !== undefined) return { filter };
  if (Array.isArray(ids) && ids.every((id) => typeof id === "string")) return { ids };
  throw fail("ids: expected an array of strings");
}

function vectorProblem(vector: ArrayLike<number>, dimensions: number | undefined): string | undefined {
  if (!Array.isArray(vector) && !(vector instanceof Float32Array))
    return "expected a Float32Array or an array of numbers";
  if (vector.length === 0) return "expected at least one number";
  if (dimensions !== undefined && vector.length !== dimensions) return widthProblem(vector, dimensions);
  const isSingle = vector instanceof Float32Array;
  for (let i = 0; i < vector.length; i++) {
    if (!Number.isFinite(vector[i])) return `expected a finite number at ${i}`;
    // Vectors are kept in single precision, where a number beyond 3.4e38 would become infinite.
    if (!isSingle && !Number.isFinite(Math.fround(vector[i] as number)))
      return `a number at ${i} that single precision cannot hold`;
  }
  return undefined;
}

/** A copy in single precision, as all engines keep vectors. */
export function singlePrecision(vector: ArrayLike<number>): Float32Array {
  return Float32Array.from(vector);
}

function isMetadataValue(value: unknown): value is MetadataValue {
  if (Array.isArray(value)) {
    return value.every((element) => typeof element === "string") || value.every(Number.isFinite);
  }
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** The order of hits: by score, the nearest first, ties by id. */
export function compareHits(a: Pick<SearchHit, "id" | "score">, b: Pick<SearchHit, "id" | "score">): number {
  return b.score - a.score || compareCodePoints(a.id, b.id);
}
