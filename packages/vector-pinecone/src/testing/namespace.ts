import { type Matcher, type MissingKeys, compileFilter } from "./filter.js";
import { PineconeError, json } from "./pinecone-error.js";
import type { CreateIndexRequest, PineconeMetadata, QueryRequest, UpsertRequest } from "./request-schemas.js";
import type { Reply } from "@beluga/conformance";

interface StoredRecord {
  id: string;
  values: Float32Array;
  metadata: PineconeMetadata;
}

type PineconeMetric = CreateIndexRequest["schema"]["fields"]["_values"]["metric"];

interface NamespaceOptions {
  metric: PineconeMetric;
  missing: MissingKeys;
  /** How many queries come too early to see a write. */
  lag: number;
}

/**
 * The records of one namespace. As in the service, a write is answered before it can be seen: it gets a log sequence number, and a query says
 * up to which number it looked: {@link https://docs.pinecone.io/guides/index-data/check-data-freshness}.
 */
export class Namespace {
  readonly #options: NamespaceOptions;
  /** What queries see. */
  readonly #records = new Map<string, StoredRecord>();
  /** What they do not see yet, in order. */
  readonly #pending: { apply: () => void; earlyQueries: number }[] = [];
  #written = 0;

  constructor(options: NamespaceOptions) {
    this.#options = options;
  }

  /** Whether a write can be seen. Before, a delete does not find the namespace: {@link https://github.com/pinecone-io/pinecone-ts-client/issues/324}. */
  get isThere(): boolean {
    return this.#written > this.#pending.length;
  }

  upsert({ vectors }: UpsertRequest): Reply {
    for (const { id, values, metadata = {} } of vectors) {
      if (values.every((value) => Math.fround(value) === 0)) {
        // In these words: {@link https://github.com/deepset-ai/haystack/issues/10194}.
        const problem = `Dense vectors must contain at least one non-zero value. Vector ID '${id}' contains only zeros`;
        throw new PineconeError(400, 3, problem);
      }
      const size = Buffer.byteLength(JSON.stringify(metadata));
      // In these words: {@link https://github.com/langchain-ai/langchain/issues/3800}.
      if (size > 40_960)
        throw new PineconeError(
          400,
          3,
          `metadata size is ${size} bytes, which exceeds the limit of 40960 bytes per vector`,
        );
    }
    return this.#write({ upsertedCount: vectors.length }, () => {
      for (const { id, values, metadata = {} } of vectors)
        this.#records.set(id, { id, values: Float32Array.from(values), metadata });
    });
  }

  deleteIds(ids: readonly string[]): Reply {
    return this.#write({}, () => {
      for (const id of ids) this.#records.delete(id);
    });
  }

  deleteAll(): Reply {
    return this.#write({}, () => this.#records.clear());
  }

  /** Whether a delete by filter finds what no query sees yet is not documented: here it does not. */
  deleteWhere(filter: unknown): Reply {
    return this.deleteIds(this.#matching(filter).map(({ id }) => id));
  }

  query(request: QueryRequest): Reply {
    const { topK, vector, filter, includeValues = false, includeMetadata = false, namespace = "" } = request;
    const matches = this.#matching(filter)
      .map((record) => ({ record, score: scoreOf(this.#options.metric, vector, record.values) }))
      .sort((a, b) => (this.#options.metric === "euclidean" ? a.score - b.score : b.score - a.score))
      .slice(0, topK)
      .map(({ record: { id, values, metadata }, score }) => ({
        id,
        score,
        values: includeValues ? [...values] : [],
        ...(includeMetadata && Object.keys(metadata).length > 0 && { metadata }),
      }));
    const body = { matches, namespace, usage: { readUnits: 1 } };
    // {@link https://docs.pinecone.io/reference/api/database-limits/operation-limits#query-limits}; its words are not documented.
    if (JSON.stringify(body).length > 4 * 2 ** 20)
      throw new PineconeError(400, 11, "the result is larger than 4 MB");
    const indexed = this.#written - this.#pending.length;
    for (const write of this.#pending) write.earlyQueries--;
    this.#index();
    return json(body, 200, { "x-pinecone-max-indexed-lsn": String(indexed) });
  }

  #matching(filter: unknown): StoredRecord[] {
    const matches: Matcher = filter === undefined ? () => true : compileFilter(filter, this.#options.missing);
    return [...this.#records.values()].filter(({ metadata }) => matches(metadata));
  }

  #write(body: object, apply: () => void): Reply {
    this.#pending.push({ apply, earlyQueries: this.#options.lag });
    this.#written++;
    this.#index();
    return json(body, 200, { "x-pinecone-request-lsn": String(this.#written) });
  }

  /** Lets queries see the writes that are due; never one before those that came earlier. */
  #index(): void {
    while (this.#pending[0] && this.#pending[0].earlyQueries <= 0) this.#pending.shift()?.apply();
  }
}

/**
 * {@link https://docs.pinecone.io/guides/index-data/indexing-overview}: the similarity for cosine, the product for dotproduct, and for euclidean the
 * square of the distance. Written apart from core's own.
 */
function scoreOf(metric: PineconeMetric, query: readonly number[], values: Float32Array): number {
  if (metric === "dotproduct") return product(query, values);
  if (metric === "euclidean") {
    const difference = query.map((x, at) => x - (values[at] ?? NaN));
    return product(difference, difference);
  }
  return product(query, values) / Math.sqrt(product(query, query) * product(values, values));
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, x, at) => sum + x * (b[at] ?? NaN), 0);
}
