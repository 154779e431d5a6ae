import type { BelugaError, ManagedVectorStore, Metric, SearchHit } from "@beluga/core";
import {
  HttpClient,
  type IndexDescription,
  type StoredDocument,
  type VectorCall,
  type VectorDriver,
  type VectorLimits,
  type VectorQuery,
  type VectorRefusals,
  asCount,
  asRecord,
  compareHits,
  createVectorStore,
  encodeBase64,
  similarity,
  toScore,
} from "@beluga/core/provider";
import { name as packageName, version } from "../package.json";
import type { ChromaSettings } from "./config.js";
import { chromaError, orMissing, provider, refineChromaError } from "./errors.js";
import { type ChromaWhere, chromaFilters, everything, problemWithSize } from "./filter.js";
import { type ChromaRecord, type Column, columnsOfQuery, metadataOf, readRecords } from "./records.js";
import { problemWithLength, problemWithMetadata, unitOf } from "./values.js";

/**
 * A request has at most 40 MiB, unless the server is set otherwise; some of it is left for the names of fields.
 *
 * @see {@link https://github.com/chroma-core/chroma/blob/1.5.9/rust/frontend/src/config.rs#L134}
 */
const maxBytes = 36 * 2 ** 20;

/** A server looks up what it found by ids, each a parameter of SQLite's, which takes 32,766. */
const maxHits = 32_000;

/** {@link https://docs.trychroma.com/cloud/quotas-limits | Chroma Cloud's limits}: of records of one write, and of results. */
const cloudLimit = 300;

/** Where a collection's own metadata has the width of an index without a document. */
const dimensionsKey = "beluga:dimensions";

/** {@link https://docs.trychroma.com/docs/collections/configure#hnsw-index-configuration} */
const spaces: Readonly<Record<Metric, string>> = { cosine: "cosine", dot: "ip", euclidean: "l2" };

export function openChromaStore(settings: ChromaSettings): ManagedVectorStore {
  return createVectorStore(new ChromaDriver(settings));
}

/** {@link https://docs.trychroma.com/reference/server-api | The API}; each server describes its own at `/docs`. */
class ChromaDriver implements VectorDriver<ChromaWhere> {
  readonly provider = provider;
  readonly index: string;
  readonly metric: Metric;
  readonly dimensions: number | undefined;
  readonly filters = chromaFilters;
  readonly limits: VectorLimits;
  readonly refuses: VectorRefusals;
  readonly #settings: ChromaSettings;
  readonly #http: HttpClient;
  /** How many records are asked for at a time. */
  readonly #page: number;
  /** The collection's id, which the paths to its records have. `describe` finds it. */
  #id = "";
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(settings: ChromaSettings) {
    const { apiKey, baseURL, index, metric, dimensions, maxBatchSize } = settings;
    const isCloud = new URL(baseURL).hostname.endsWith(".trychroma.com");
    this.#settings = settings;
    this.#page = isCloud ? cloudLimit : 1_000;
    this.index = index;
    this.metric = metric;
    this.dimensions = dimensions;
    this.limits = {
      documents: maxBatchSize ?? this.#page,
      ids: maxBatchSize ?? this.#page,
      bytes: maxBytes,
      k: isCloud ? cloudLimit : maxHits,
      // See `#inTurn`. A server writes one batch after the other anyway.
      concurrency: 1,
    };
    this.refuses = {
      metadata: problemWithMetadata,
      document: ({ embedding }) => problemWithLength(embedding, metric),
    };
    this.#http = new HttpClient({
      ...settings,
      provider,
      packageName,
      version,
      ...(apiKey !== undefined && { auth: { "x-chroma-token": apiKey } }),
      refineError: refineChromaError,
    });
  }

  async describe(call: VectorCall): Promise<IndexDescription | undefined> {
    const found = await orMissing(this.#http.json(this.#path(this.index), call.http));
    if (!found) return undefined;
    const { id, dimension, metadata, configuration_json: configuration } = asRecord(found.data);
    if (typeof id !== "string")
      throw this.#http.invalid(call.http, "a collection without an id", found.response);
    this.#id = id;
    return {
      dimensions: asCount(dimension) ?? asCount(asRecord(metadata)[dimensionsKey]),
      metric: metricOf(configuration),
    };
  }

  async create(
    { metric, dimensions }: IndexDescription & { metric: Metric },
    call: VectorCall,
  ): Promise<void> {
    const { efConstruction, efSearch, maxNeighbors } = this.#settings.hnsw ?? {};
    const body = {
      name: this.index,
      ...(dimensions !== undefined && { metadata: { [dimensionsKey]: dimensions } }),
      configuration: {
        hnsw: {
          space: spaces[metric],
          ef_construction: efConstruction,
          ef_search: efSearch,
          max_neighbors: maxNeighbors,
        },
      },
    };
    await this.#http.json(this.#path(), { ...call.http, body });
  }

  async drop(call: VectorCall): Promise<void> {
    await orMissing(this.#http.json(this.#path(this.index), { ...call.http, method: "DELETE" }));
  }

  /**
   * Chroma leaves those keys of a document's old metadata that its new one does not have. So they are looked up, and set to `null`, which removes
   * them.
   */
  upsert(documents: readonly StoredDocument[], call: VectorCall): Promise<void> {
    return this.#inTurn(call, async () => {
      const ids = documents.map(({ id }) => id);
      const present = await this.#get({ ids }, ["metadatas"], call);
      const old = new Map(present.map(({ id, metadata }) => [id, metadata]));
      await this.#send("upsert", call, {
        ids,
        embeddings: documents.map(({ embedding }) => base64Of(embedding)),
        documents: documents.map(({ content }) => content),
        metadatas: documents.map(({ id, metadata }) => ({ ...nothingOf(old.get(id)), ...metadata })),
      });
    });
  }

  async search(query: VectorQuery<ChromaWhere>, call: VectorCall): Promise<SearchHit[]> {
    const { vector, k, condition, includeEmbeddings } = query;
    const isCosine = this.metric === "cosine";
    const problem = isCosine ? undefined : problemWithLength(vector, this.metric);
    if (problem !== undefined) throw chromaError(call.op, "invalid_input", `query: ${problem}`);
    const include: Column[] = ["documents", "metadatas", "distances"];
    if (includeEmbeddings) include.push("embeddings");
    const { data, invalid } = await this.#send("query", call, {
      // The cosine does not look at its length, which may be more than single precision takes.
      query_embeddings: [Array.from(isCosine ? unitOf(vector) : vector)],
      n_results: k,
      where: checked(condition, call),
      include,
    });
    const records = readRecords(columnsOfQuery(data), include, invalid, vector.length);
    const isAll = records.length >= k || (await this.#areAll(records.length, condition, call));
    return isAll
      ? records.map((record) => hitOf(record, this.#scoreOf(record.distance ?? 0), query))
      : this.#scan(query, call);
  }

  /** Whether no more documents match than these. */
  async #areAll(found: number, where: ChromaWhere | undefined, call: VectorCall): Promise<boolean> {
    const matching = await this.#get({ where, limit: found + 1 }, [], call);
    return matching.length <= found;
  }

  /**
   * A search that looks at every document that matches.
   *
   * Chroma searches along a graph, in which some vectors may not be reached: where many are the same, for instance. It then finds fewer than were asked
   * for, although there are more.
   */
  async #scan(query: VectorQuery<ChromaWhere>, call: VectorCall): Promise<SearchHit[]> {
    const { vector, k, condition: where } = query;
    const limit = this.#page;
    const hits: SearchHit[] = [];
    for (let offset = 0; ; offset += limit) {
      const include = ["documents", "metadatas", "embeddings"] as const;
      const records = await this.#get({ where, limit, offset }, include, call, vector.length);
      for (const record of records)
        hits.push(hitOf(record, similarity(this.metric, vector, record.embedding ?? []), query));
      hits.sort(compareHits).splice(k);
      if (records.length < limit) return hits;
    }
  }

  async deleteIds(ids: readonly string[], call: VectorCall): Promise<void> {
    await this.#send("delete", call, { ids });
  }

  async deleteWhere(condition: ChromaWhere | undefined, call: VectorCall): Promise<void> {
    // Without a condition Chroma deletes nothing.
    await this.#send("delete", call, { where: checked(condition, call) ?? everything });
  }

  #scoreOf(distance: number): number {
    if (this.metric === "euclidean") return toScore.fromSquaredDistance(distance);
    const score = toScore.fromOneMinus(distance);
    // Counted in single precision, in which a vector may be nearer to itself than 1.
    return this.metric === "cosine" ? Math.max(-1, Math.min(1, score)) : score;
  }

  /** Records by their ids, or by a condition. */
  async #get(
    selection: object,
    include: readonly Column[],
    call: VectorCall,
    width?: number,
  ): Promise<ChromaRecord[]> {
    const { data, invalid } = await this.#send("get", call, { ...selection, include });
    return readRecords(asRecord(data), include, invalid, width);
  }

  /** Sends what is to be done with the collection's records. */
  async #send(
    action: "upsert" | "query" | "get" | "delete",
    call: VectorCall,
    body: object,
  ): Promise<{ data: unknown; invalid: (problem: string) => BelugaError }> {
    const path = `${this.#path(this.#id)}/${action}`;
    const { data, response } = await this.#http.json(path, { ...call.http, body });
    return { data, invalid: (problem) => this.#http.invalid(call.http, problem, response) };
  }

  /** The path of the database's collections, or of one of them. */
  #path(collection?: string): string {
    const { tenant, database } = this.#settings;
    const path = `api/v2/tenants/${encodeURIComponent(tenant)}/databases/${encodeURIComponent(database)}/collections`;
    return collection === undefined ? path : `${path}/${encodeURIComponent(collection)}`;
  }

  /**
   * Runs a write when the one before it is done: of two that looked at one document at the same time, the keys of both would stay. Its caller may leave
   * while it waits.
   */
  #inTurn({ signal }: VectorCall, write: () => Promise<void>): Promise<void> {
    const written = this.#lastWrite.then(() => {
      signal?.throwIfAborted();
      return write();
    });
    this.#lastWrite = written.catch(() => undefined); // which is for its own caller to hear
    return Promise.race([written, aborted(signal)]);
  }
}

/** Newer servers may index by SPANN, which is configured apart. */
function metricOf(configuration: unknown): Metric | undefined {
  const { hnsw, spann } = asRecord(configuration);
  const space = asRecord(hnsw)["space"] ?? asRecord(spann)["space"];
  return (Object.keys(spaces) as Metric[]).find((metric) => spaces[metric] === space);
}

/** @throws BelugaError `unsupported` where it is too much for a server. */
function checked(condition: ChromaWhere | undefined, { op }: VectorCall): ChromaWhere | undefined {
  const problem = condition && problemWithSize(condition);
  if (problem !== undefined) throw chromaError(op, "unsupported", `filter: ${problem}`);
  return condition;
}

/** Every key of a document's old metadata, without its value. */
function nothingOf(metadata: ChromaRecord["metadata"] = {}): Record<string, null> {
  return Object.fromEntries(Object.keys(metadata).map((key) => [key, null]));
}

function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return encodeBase64(new Uint8Array(buffer, byteOffset, byteLength));
}

function hitOf(
  { id, content, metadata, embedding }: ChromaRecord,
  score: number,
  { includeEmbeddings }: Pick<VectorQuery<ChromaWhere>, "includeEmbeddings">,
): SearchHit {
  const hit: SearchHit = { id, content, metadata: metadataOf(metadata), score };
  return includeEmbeddings && embedding ? { ...hit, embedding } : hit;
}

/** Rejects when the signal is aborted, and never resolves. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
