import type { BelugaError, ManagedVectorStore, MetadataValue, SearchHit } from "@beluga/core";
import {
  type IndexDescription,
  type ResponseInfo,
  type StoredDocument,
  type VectorCall,
  type VectorDriver,
  type VectorQuery,
  asRecord,
  createVectorStore,
  isRecord,
} from "@beluga/core/provider";
import { isNotFound, pineconeError, provider } from "./client.js";
import type { PineconeSettings } from "./config.js";
import { type PineconeFilter, pineconeFilters } from "./filter.js";
import { Freshness } from "./freshness.js";
import { IndexControl, type PineconeIndex } from "./indexes.js";
import { limits, refusals } from "./limits.js";
import { metrics } from "./metrics.js";
import { poll } from "./poll.js";
import { documentId, recordId } from "./record-id.js";

/** A store over an index of Pinecone's Vectors API. Nothing is sent before the first call. */
export function openPineconeStore(settings: PineconeSettings): ManagedVectorStore {
  const { index, metric, dimensions, contentKey } = settings;
  const control = new IndexControl(settings);
  const records = new Records(settings);
  const driver: VectorDriver<PineconeFilter> = {
    provider,
    index,
    metric,
    dimensions,
    limits,
    filters: pineconeFilters(contentKey),
    refuses: refusals(contentKey),
    describe: async (call) => records.open(await control.describe(call)),
    async create({ dimensions }, call) {
      await control.create(dimensions, call);
      records.open(await control.describe(call));
    },
    async drop(call) {
      await control.drop(call);
      records.open(undefined);
    },
    upsert: (documents, call) => records.upsert(documents, call),
    search: (query, call) => records.search(query, call),
    deleteIds: (ids, call) => records.delete({ ids: ids.map(recordId) }, call),
    deleteWhere: (condition, call) => records.deleteWhere(condition, call),
  };
  return createVectorStore(driver);
}

/** The records of one namespace. */
class Records {
  readonly #settings: PineconeSettings;
  #index: PineconeIndex | undefined;
  #freshness = new Freshness();

  constructor(settings: PineconeSettings) {
    this.#settings = settings;
  }

  /** Takes up what was described. What was written before an index was deleted is gone. */
  open(index: PineconeIndex | undefined): IndexDescription | undefined {
    this.#index = index;
    if (!index) this.#freshness = new Freshness();
    return index;
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/upsert} */
  async upsert(documents: readonly StoredDocument[], call: VectorCall): Promise<void> {
    const vectors = documents.map(({ id, content, metadata, embedding }) => ({
      id: recordId(id),
      values: Array.from(embedding),
      metadata: { ...metadata, [this.#settings.contentKey]: content },
    }));
    const { response } = await this.#send("vectors/upsert", { vectors }, call);
    this.#freshness.wrote(response.headers, "documents");
  }

  async search(query: VectorQuery<PineconeFilter>, call: VectorCall): Promise<SearchHit[]> {
    const { vector, k, condition, includeEmbeddings } = query;
    const { data, response } = await this.#query(call, {
      vector: Array.from(vector),
      topK: k,
      ...(condition && { filter: condition }),
      includeMetadata: true,
      includeValues: includeEmbeddings,
    });
    const invalid = (problem: string): BelugaError =>
      this.#opened(call).data.invalid(call.http, problem, response);
    const { matches } = data;
    if (!Array.isArray(matches)) throw invalid('an answer without an array "matches"');
    return matches.map((match, at) =>
      this.#hit(match, query, (problem) => invalid(`matches[${at}]: ${problem}`)),
    );
  }

  async deleteWhere(condition: PineconeFilter | undefined, call: VectorCall): Promise<void> {
    if (!condition) return this.delete({ deleteAll: true }, call);
    // The reference does not say whether a delete finds what no search can see yet.
    if (this.#settings.consistency === "session" && !this.#freshness.isSettled) await this.#settle(call);
    return this.delete({ filter: condition }, call);
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/delete} */
  async delete(
    selection: { ids: string[] } | { filter: PineconeFilter } | { deleteAll: true },
    call: VectorCall,
    isRepeated = false,
  ): Promise<void> {
    try {
      const { response } = await this.#send("vectors/delete", selection, call);
      this.#freshness.wrote(response.headers, "deleteAll" in selection ? "all deleted" : "deletes");
    } catch (error) {
      if (!isNotFound(error) || !/namespace not found/i.test(error.message)) throw error;
      // A namespace is not there before its first documents are indexed. Where they are this store's, there is something to delete.
      if (this.#freshness.isSettled || isRepeated) return;
      await this.#settle(call);
      await this.delete(selection, call, true);
    }
  }

  /** Waits until a query sees all that was written. */
  async #settle(call: VectorCall): Promise<void> {
    const vector = new Array<number>(this.#opened(call).dimensions).fill(0).with(0, 1);
    await this.#query(call, { vector, topK: 1 }, "session");
  }

  /** {@link https://docs.pinecone.io/reference/api/2026-07/data-plane/query}. Asks again where the answer came too early for what was written before. */
  #query(
    call: VectorCall,
    body: object,
    consistency = this.#settings.consistency,
  ): Promise<{ data: Readonly<Record<string, unknown>>; response: ResponseInfo }> {
    const { consistencyTimeout: limit, timeout } = this.#settings;
    const freshness = this.#freshness;
    const { target } = freshness;
    const what = "a search to see what was written before it (see the option consistency)";
    return poll(
      call,
      { limit, total: timeout?.total, pause: 50, longestPause: 2_000, what },
      async (call) => {
        const answer = await this.#send("query", body, call);
        const sees = freshness.sees(target, answer.response.headers);
        return sees || consistency === "eventual" ? answer : undefined;
      },
    );
  }

  async #send(
    path: string,
    body: object,
    call: VectorCall,
  ): Promise<{ data: Readonly<Record<string, unknown>>; response: ResponseInfo }> {
    const { namespace } = this.#settings;
    const http = this.#opened(call).data;
    const inNamespace = { ...body, ...(namespace !== undefined && { namespace }) };
    const { data, response } = await http.json(path, { ...call.http, body: inNamespace });
    if (!isRecord(data)) throw http.invalid(call.http, "an answer that is no object", response);
    return { data, response };
  }

  #hit(
    match: unknown,
    { includeEmbeddings, vector }: VectorQuery<PineconeFilter>,
    invalid: (problem: string) => BelugaError,
  ): SearchHit {
    const { metric, contentKey } = this.#settings;
    const { id, score, values, metadata } = asRecord(match);
    if (typeof id !== "string" || typeof score !== "number") throw invalid("no id or no score");
    const { [contentKey]: content, ...rest } = asRecord(metadata);
    if (typeof content !== "string")
      throw invalid(`no text under "${contentKey}": the option contentKey says where records have it`);
    const hit: SearchHit = {
      id: documentId(id),
      content,
      metadata: rest as Record<string, MetadataValue>,
      score: metrics[metric].toScore(score),
    };
    if (!includeEmbeddings) return hit;
    const isVector =
      Array.isArray(values) && values.length === vector.length && values.every(Number.isFinite);
    if (!isVector) throw invalid("not the vector's values");
    return { ...hit, embedding: Float32Array.from(values as number[]) };
  }

  #opened(call: VectorCall): PineconeIndex {
    if (this.#index) return this.#index;
    throw pineconeError(call, "not_found", `the index "${this.#settings.index}" is gone`);
  }
}
