import {
  type Filter,
  type Metric,
  type SearchHit,
  type SearchOptions,
  type VectorDocument,
  matchesFilter,
} from "@beluga/core";
import { compareHits, similarity } from "@beluga/core/provider";

/** A document with the score that it has by the reference. */
export interface ScoredDocument {
  readonly document: VectorDocument;
  readonly score: number;
  /** How far another engine's score may be off: most of them count in single precision. */
  readonly tolerance: number;
}

/**
 * What a vector store holds and finds, by brute force and core's own evaluator: what every store is compared with. It has no opinion on
 * wrong input, which stores refuse before they come to this.
 */
export class VectorOracle {
  readonly #documents = new Map<string, VectorDocument>();
  readonly metric: Metric;

  constructor(metric: Metric) {
    this.metric = metric;
  }

  get documents(): VectorDocument[] {
    return [...this.#documents.values()];
  }

  add(documents: readonly VectorDocument[]): void {
    for (const document of documents) {
      this.#documents.set(
        document.id,
        structuredClone({ ...document, embedding: Float32Array.from(document.embedding) }),
      );
    }
  }

  delete(selection: { ids: readonly string[] } | { filter: Filter }): void {
    const gone =
      "ids" in selection
        ? selection.ids
        : this.documents
            .filter(({ metadata }) => matchesFilter(selection.filter, metadata))
            .map(({ id }) => id);
    for (const id of gone) this.#documents.delete(id);
  }

  /** All documents that match the filter, the nearest first. */
  scored(query: ArrayLike<number>, condition: Filter | undefined): ScoredDocument[] {
    return this.documents
      .filter(({ metadata }) => condition === undefined || matchesFilter(condition, metadata))
      .map((document) => ({
        document,
        score: similarity(this.metric, query, document.embedding),
        tolerance:
          1e-5 * (this.metric === "dot" ? Math.max(1, length(query) * length(document.embedding)) : 1),
      }))
      .sort((a, b) => compareHits({ ...a, id: a.document.id }, { ...b, id: b.document.id }));
  }

  /** What a search finds, where the store counts as exactly as the oracle does. */
  search(
    query: ArrayLike<number>,
    { k = 10, filter, threshold, includeEmbeddings }: SearchOptions,
  ): SearchHit[] {
    return this.scored(query, filter)
      .filter(({ score }) => threshold === undefined || score >= threshold)
      .slice(0, k)
      .map(({ document: { id, content, metadata = {}, embedding }, score }) => ({
        ...structuredClone({ id, content, metadata }),
        score,
        ...(includeEmbeddings === true && { embedding: Float32Array.from(embedding) }),
      }));
  }
}

function length(vector: ArrayLike<number>): number {
  return Math.sqrt(similarity("dot", vector, vector));
}

/** What a store gives for the vectors that were added: those, the same within some last digits, or the same at length 1. */
export type GivenVectors = "exact" | "rounded" | "normalized";

/**
 * Why hits are not what a search should have found, or `undefined` where they are. Scores may differ by the tolerance, and so may the
 * choice between documents whose scores lie that close together where `k` or the threshold cuts; nothing else may.
 */
export function problemWithHits(
  oracle: VectorOracle,
  query: ArrayLike<number>,
  { k = 10, filter, threshold = -Infinity, includeEmbeddings = false }: SearchOptions,
  hits: readonly SearchHit[],
  given: GivenVectors = "exact",
): string | undefined {
  const scored = oracle.scored(query, filter);
  const expected = new Map(scored.map((entry) => [entry.document.id, entry]));
  const surely = scored.filter(({ score, tolerance }) => score >= threshold + tolerance);
  const perhaps = scored.filter(({ score, tolerance }) => score >= threshold - tolerance);
  if (hits.length > k) return `${hits.length} hits, although k is ${k}`;
  if (hits.length < Math.min(k, surely.length))
    return `${hits.length} hits of at least ${Math.min(k, surely.length)}`;

  const seen = new Set<string>();
  for (const [at, hit] of hits.entries()) {
    const entry = expected.get(hit.id);
    if (!entry) return `${JSON.stringify(hit.id)} is no match, and yet hit ${at}`;
    if (seen.has(hit.id)) return `${JSON.stringify(hit.id)} is there twice`;
    seen.add(hit.id);
    const problem = problemWithHit(
      hit,
      given === "exact" ? entry : approximated(entry, hit, given),
      includeEmbeddings,
    );
    if (problem) return `${JSON.stringify(hit.id)}: ${problem}`;
    if (hit.score < threshold)
      return `${JSON.stringify(hit.id)} is under the threshold of ${threshold}: ${hit.score}`;
    const before = hits[at - 1];
    if (before && compareHits(before, hit) >= 0) {
      return `${JSON.stringify(before.id)} (${before.score}) stands before ${JSON.stringify(hit.id)} (${hit.score})`;
    }
  }

  const last = hits.at(-1);
  const missed = (hits.length < k ? surely : perhaps).find(
    ({ document, score, tolerance }) =>
      !seen.has(document.id) && (hits.length < k || !last || score - tolerance > last.score + tolerance),
  );
  return missed && `${JSON.stringify(missed.document.id)} with a score of ${missed.score} is missing`;
}

function problemWithHit(
  hit: SearchHit,
  { document, score, tolerance }: ScoredDocument,
  includeEmbeddings: boolean,
): string | undefined {
  const { id, content, metadata = {} } = document;
  if (!(Math.abs(hit.score - score) <= tolerance)) return `the score is ${hit.score}, and should be ${score}`;
  const expected = describe({
    id,
    content,
    metadata,
    score,
    ...(includeEmbeddings && { embedding: document.embedding }),
  });
  const found = describe({ ...hit, score });
  return found === expected ? undefined : `found    ${found}\nexpected ${expected}`;
}

/** The entry with the vector that the hit has, where that is its own as far as single precision goes; at length 1 where stores give it so. */
function approximated(
  entry: ScoredDocument,
  { embedding = new Float32Array() }: SearchHit,
  given: GivenVectors,
): ScoredDocument {
  const { document } = entry;
  const norm = given === "normalized" ? length(document.embedding) || 1 : 1;
  const own = Float32Array.from(document.embedding, (component) => component / norm);
  const isIt =
    own.length === embedding.length &&
    own.every((x, at) => Math.abs(x - (embedding[at] ?? NaN)) < 1e-6 * Math.max(1, Math.abs(x)));
  return { ...entry, document: { ...document, embedding: isIt ? embedding : own } };
}

/** A text that is the same for equal hits, and for no others. */
function describe({
  metadata,
  embedding,
  ...rest
}: Omit<SearchHit, "embedding"> & { embedding?: ArrayLike<number> }): string {
  return JSON.stringify([
    sorted(rest),
    sorted(metadata),
    embedding && [embedding.constructor.name, ...Array.from(embedding)],
  ]);
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
