import {
  BelugaError,
  type CallOptions,
  type Filter,
  type MetadataValue,
  type Metric,
  type SearchHit,
  type SearchOptions,
  type VectorDocument,
  type VectorStore,
} from "@beluga/core";
import {
  HttpClient,
  checkDocuments,
  checkSearch,
  checkSelection,
  compareHits,
  normalizeFilter,
  toScore,
  vectorInputError,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { AcmeStoreSettings } from "./config.js";
import { matchesNothing, wireFilter } from "./filter.js";

const provider = "acme";

/** The most documents of one request. */
const batch = 100;

export class AcmeStore implements VectorStore {
  readonly provider = provider;
  readonly id: string;
  readonly #settings: AcmeStoreSettings;
  readonly #http: HttpClient;
  #isClosed = false;

  constructor(settings: AcmeStoreSettings) {
    const { apiKey, index } = settings;
    this.id = `${provider}/${index}`;
    this.#settings = settings;
    this.#http = new HttpClient({
      ...settings,
      provider,
      packageName,
      version,
      auth: { authorization: `Bearer ${apiKey}` },
    });
  }

  async add(documents: readonly VectorDocument[], options: CallOptions = {}): Promise<void> {
    this.#begin("vector.add", options);
    // All of them are checked before the first is sent.
    checkDocuments(provider, documents, this.#settings.dimensions);
    const wire = documents.map(({ id, content, metadata = {}, embedding }, at) => ({
      id,
      content,
      metadata,
      vector: singlePrecision("vector.add", `documents[${at}].embedding`, embedding),
    }));
    for (let from = 0; from < wire.length; from += batch) {
      await this.#send("upsert", "vector.add", { documents: wire.slice(from, from + batch) }, options);
    }
  }

  async search(query: Float32Array | readonly number[], options: SearchOptions = {}): Promise<SearchHit[]> {
    this.#begin("vector.search", options);
    checkSearch(provider, query, options, this.#settings.dimensions);
    const { k = 10, threshold = -Infinity, includeEmbeddings = false } = options;
    const filter =
      options.filter === undefined ? undefined : normalizeFilter(options.filter, "vector.search", provider);
    if (filter && matchesNothing(filter)) return [];

    const body = {
      vector: singlePrecision("vector.search", "query", query),
      limit: k,
      with_vectors: includeEmbeddings,
      ...(filter && { filter: wireFilter(filter) }),
    };
    const data = await this.#send("query", "vector.search", body, options);
    const matches = readMatches(data);
    if (!matches) throw invalidResponse("vector.search", "an answer without matches");
    return matches
      .map((match) => hitOf(match, this.#settings.metric, includeEmbeddings))
      .filter(({ score }) => score >= threshold)
      .sort(compareHits);
  }

  async delete(
    selection: { ids: readonly string[] } | { filter: Filter },
    options: CallOptions = {},
  ): Promise<void> {
    this.#begin("vector.delete", options);
    const { ids, filter } = checkSelection(provider, selection);
    if (filter !== undefined) {
      const condition = normalizeFilter(filter, "vector.delete", provider);
      if (matchesNothing(condition)) return;
      await this.#send("delete", "vector.delete", { filter: wireFilter(condition) }, options);
      return;
    }
    if (ids.length > 0) await this.#send("delete", "vector.delete", { ids }, options);
  }

  /** There is no connection to free; but a store that is closed is used by mistake. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #begin(op: string, { signal }: CallOptions): void {
    if (this.#isClosed) throw vectorInputError(provider, op, "the store is closed");
    signal?.throwIfAborted();
  }

  async #send(
    action: string,
    op: string,
    body: unknown,
    { signal, timeout, headers }: CallOptions,
  ): Promise<unknown> {
    const path = `indexes/${encodeURIComponent(this.#settings.index)}/${action}`;
    const { data } = await this.#http.json(path, { op, body, signal, timeout, headers });
    return data;
  }
}

function invalidResponse(op: string, problem: string): BelugaError {
  return new BelugaError({
    op,
    code: "invalid_response",
    provider,
    message: `${provider} ${op}: ${problem}`,
  });
}

/** The numbers as Acme keeps them. Beyond 3.4e38 they would become infinite there. */
function singlePrecision(op: string, path: string, vector: ArrayLike<number>): number[] {
  const numbers = Array.from(vector, Math.fround);
  if (numbers.every(Number.isFinite)) return numbers;
  throw vectorInputError(provider, op, `${path}: a number that single precision cannot hold`);
}

interface Match {
  id: string;
  content: string;
  metadata: Record<string, MetadataValue>;
  distance: number;
  vector?: number[];
}

/** `undefined` where the answer cannot be trusted. */
function readMatches(body: unknown): Match[] | undefined {
  const { matches } = (body ?? {}) as { matches?: unknown };
  if (!Array.isArray(matches)) return undefined;
  const isWhole = ({ id, distance }: Match): boolean =>
    typeof id === "string" && typeof distance === "number";
  return (matches as Match[]).every(isWhole) ? (matches as Match[]) : undefined;
}

/** Acme gives distances, where lower is nearer: {@link https://docs.acme.example/api/metrics}. Beluga's scores are the other way round. */
const scoreOf: Readonly<Record<Metric, (distance: number) => number>> = {
  cosine: toScore.fromOneMinus,
  dot: toScore.fromNegative,
  euclidean: toScore.fromDistance,
};

function hitOf(
  { id, content, metadata, distance, vector }: Match,
  metric: Metric,
  withVector: boolean,
): SearchHit {
  const hit: SearchHit = { id, content, metadata, score: scoreOf[metric](distance) };
  return withVector && vector ? { ...hit, embedding: Float32Array.from(vector) } : hit;
}
