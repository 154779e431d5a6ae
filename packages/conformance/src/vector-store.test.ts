import {
  BelugaError,
  type CallOptions,
  type Filter,
  type Metric,
  type SearchHit,
  type SearchOptions,
  type VectorDocument,
  type VectorStore,
  filter,
  matchesFilter,
  vectorStores,
} from "@beluga/core";
import {
  checkDocuments,
  checkSearch,
  compareHits,
  instantiate,
  normalizeFilter,
  vectorInputError,
} from "@beluga/core/provider";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { startServer } from "./server.js";
import {
  type VectorStoreSpec,
  type VectorStoreSupport,
  vectorStoreChecks,
  vectorStoreConformance,
} from "./vector-store.js";
import { VectorOracle } from "./vector-store/oracle.js";

const provider = "reference";

/** A right store, in the plainest way. */
class ReferenceStore implements VectorStore {
  readonly provider = provider;
  readonly id: string;
  oracle: VectorOracle;
  dimensions: number | undefined;
  closed = false;

  constructor(index: string, metric: Metric, dimensions?: number) {
    this.id = `${provider}/${index}`;
    this.oracle = new VectorOracle(metric);
    this.dimensions = dimensions;
  }

  begin(op: string, { signal }: CallOptions = {}): void {
    if (this.closed) throw vectorInputError(provider, op, "the store is closed");
    signal?.throwIfAborted();
  }

  check(documents: readonly VectorDocument[]): void {
    this.dimensions = checkDocuments(provider, documents, this.dimensions);
  }

  async add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
    this.begin("vector.add", options);
    this.check(documents);
    this.oracle.add(documents);
  }

  async search(query: Float32Array | readonly number[], options: SearchOptions = {}): Promise<SearchHit[]> {
    this.begin("vector.search", options);
    checkSearch(provider, query, options, this.dimensions);
    if (options.filter !== undefined) normalizeFilter(options.filter, "vector.search", this.provider);
    return this.oracle.search(query, options);
  }

  async delete(
    selection: { ids: readonly string[] } | { filter: Filter },
    options?: CallOptions,
  ): Promise<void> {
    this.begin("vector.delete", options);
    const { ids, filter } = (selection ?? {}) as { ids?: unknown; filter?: Filter };
    if (filter === undefined && !(Array.isArray(ids) && ids.every((id) => typeof id === "string"))) {
      throw vectorInputError(provider, "vector.delete", "expected ids or a filter");
    }
    if (filter !== undefined) normalizeFilter(filter, "vector.delete", this.provider);
    this.oracle.delete(selection);
  }

  async ensureIndex(options?: CallOptions): Promise<void> {
    this.begin("vector.ensureIndex", options);
  }

  async dropIndex(options?: CallOptions): Promise<void> {
    this.begin("vector.dropIndex", options);
    this.oracle.delete({ filter: filter.and() });
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const definition = {
  name: provider,
  packageName: "@beluga/reference",
  version: "1.0.0",
  config: z.strictObject({
    metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
    index: z._default(z.string(), "default"),
  }),
  create: ({ index, metric }: { index: string; metric: Metric }): VectorStore =>
    new ReferenceStore(index, metric),
};
vectorStores.register(definition);

type StoreClass = new (index: string, metric: Metric, dimensions?: number) => VectorStore;

function specOf(Store: StoreClass, supports?: VectorStoreSupport): VectorStoreSpec {
  return {
    name: provider,
    packageName: definition.packageName,
    runs: 30,
    create: ({ name, metric, dimensions }) =>
      // As createX() of a provider does.
      instantiate(vectorStores, { ...definition, create: () => new Store(name, metric, dimensions) }, {}),
    ...(supports && { supports }),
  };
}

vectorStoreConformance({
  ...specOf(ReferenceStore),
  // Stores by the name of their index: what a file or a server is to a real one.
  ...(() => {
    const kept = new Map<string, VectorOracle>();
    const open = (name: string, metric: Metric, dimensions: number): VectorStore => {
      const store = new ReferenceStore(name, metric, dimensions);
      const oracle = kept.get(name);
      if (oracle) store.oracle = oracle;
      kept.set(name, store.oracle);
      return instantiate(vectorStores, { ...definition, create: () => store }, {});
    };
    return {
      create: ({ name, metric, dimensions }) => open(name, metric, dimensions),
      reopen: ({ name, metric, dimensions }) => open(name, metric, dimensions),
    } satisfies Partial<VectorStoreSpec>;
  })(),
});

/** Each has one failure that real stores have had. */
const faulty: Record<string, StoreClass> = {
  "ignores the filter of a search": class extends ReferenceStore {
    override search(
      query: Float32Array,
      { filter: _, ...options }: SearchOptions = {},
    ): Promise<SearchHit[]> {
      return super.search(query, options);
    }
  },
  "filters after the cut": class extends ReferenceStore {
    override async search(
      query: Float32Array,
      { filter: condition, ...options }: SearchOptions = {},
    ): Promise<SearchHit[]> {
      if (condition !== undefined) normalizeFilter(condition);
      const hits = await super.search(query, options);
      return hits.filter(({ metadata }) => condition === undefined || matchesFilter(condition, metadata));
    }
  },
  "forgets documents without the key under ne": class extends ReferenceStore {
    override async search(query: Float32Array, options: SearchOptions = {}): Promise<SearchHit[]> {
      const { filter: condition } = options;
      if (condition?.op !== "ne") return super.search(query, options);
      return super.search(query, { ...options, filter: filter.and(condition, filter.exists(condition.key)) });
    }
  },
  "takes 1 for the text 1": class extends ReferenceStore {
    override async search(query: Float32Array, options: SearchOptions = {}): Promise<SearchHit[]> {
      const { filter: condition } = options;
      if (condition?.op !== "eq" || typeof condition.value !== "number") return super.search(query, options);
      const { key, value } = condition;
      return super.search(query, {
        ...options,
        filter: filter.or(condition, filter.eq(key, String(value))),
      });
    }
  },
  "compares texts by UTF-16 unit": class extends ReferenceStore {
    override async search(query: Float32Array, options: SearchOptions = {}): Promise<SearchHit[]> {
      const hits = await super.search(query, options);
      return hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    }
  },
  "drops scores of 0": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return (await super.search(query, options)).filter(({ score }) => score);
    }
  },
  "ignores a threshold of 0": class extends ReferenceStore {
    override search(
      query: Float32Array,
      { threshold, ...options }: SearchOptions = {},
    ): Promise<SearchHit[]> {
      return super.search(query, { ...options, ...(threshold && { threshold }) });
    }
  },
  "gives the distance as the score": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return (await super.search(query, options)).map((hit) => ({ ...hit, score: 1 - hit.score }));
    }
  },
  "sorts the farthest first": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return (await super.search(query, options)).toReversed();
    }
  },
  "does not sort hits of one score": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return (await super.search(query, options)).sort((a, b) => b.score - a.score || -compareHits(a, b));
    }
  },
  "finds 5 by default": class extends ReferenceStore {
    override search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return super.search(query, { k: 5, ...options });
    }
  },
  "always gives the vectors": class extends ReferenceStore {
    override search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return super.search(query, { ...options, includeEmbeddings: true });
    }
  },
  "hands out its own objects": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      const hits = await super.search(query, options);
      const own = new Map(this.oracle.documents.map((document) => [document.id, document]));
      return hits.map((hit) => ({ ...hit, metadata: own.get(hit.id)?.metadata ?? {} }));
    }
  },
  "writes the good half of a bad batch": class extends ReferenceStore {
    override async add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
      if (!Array.isArray(documents)) return super.add(documents, options);
      for (const document of documents) await super.add([document], options);
    }
  },
  "keeps the first of one id": class extends ReferenceStore {
    override add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
      return super.add(Array.isArray(documents) ? documents.toReversed() : documents, options);
    }
  },
  "merges the metadata of a replaced document": class extends ReferenceStore {
    override async add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
      this.begin("vector.add", options);
      this.check(documents);
      for (const document of documents) {
        const before = this.oracle.documents.find(({ id }) => id === document.id);
        this.oracle.add([{ ...document, metadata: { ...before?.metadata, ...document.metadata } }]);
      }
    }
  },
  "takes vectors of any width": class extends ReferenceStore {
    override check(documents: readonly VectorDocument[]): void {
      checkDocuments(provider, documents, undefined);
    }
  },
  "takes numbers beyond single precision": class extends ReferenceStore {
    override check(documents: readonly VectorDocument[]): void {
      const capped = documents.map((document) => ({
        ...document,
        embedding: Array.from(document.embedding ?? [], (value) => Math.min(value, 3e38)),
      }));
      super.check(capped);
    }
  },
  "loses an empty list": class extends ReferenceStore {
    override add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
      if (!Array.isArray(documents)) return super.add(documents, options);
      return super.add(
        documents.map((document) => {
          if (!document?.metadata) return document;
          const kept = Object.entries(document.metadata).filter(
            ([, value]) => !(Array.isArray(value) && value.length === 0),
          );
          return { ...document, metadata: Object.fromEntries(kept) };
        }),
        options,
      );
    }
  },
  "sets __proto__ instead of keeping it": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return (await super.search(query, options)).map((hit) => {
        const metadata: SearchHit["metadata"] = {};
        for (const [key, value] of Object.entries(hit.metadata)) metadata[key] = value;
        return { ...hit, metadata };
      });
    }
  },
  "cuts texts at NUL": class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      return (await super.search(query, options)).map((hit) => ({
        ...hit,
        content: hit.content.replace(/\0.*/s, ""),
      }));
    }
  },
  "replaces lone surrogates": class extends ReferenceStore {
    override add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
      this.check(documents);
      return super.add(
        documents.map((document) => ({
          ...document,
          content: document.content.replaceAll(/\p{Surrogate}/gu, "\uFFFD"),
        })),
        options,
      );
    }
  },
  "deletes no more than 100 by filter": class extends ReferenceStore {
    override async delete(
      selection: { ids: readonly string[] } | { filter: Filter },
      options?: CallOptions,
    ): Promise<void> {
      if (!selection || !("filter" in selection) || !selection.filter)
        return super.delete(selection, options);
      const hits = await super.search(new Float32Array(this.dimensions ?? 2), {
        ...options,
        ...selection,
        k: 100,
      });
      return super.delete({ ids: hits.map(({ id }) => id) }, options);
    }
  },
  "fails on an unknown id": class extends ReferenceStore {
    override async delete(
      selection: { ids: readonly string[] } | { filter: Filter },
      options?: CallOptions,
    ): Promise<void> {
      const known = new Set(this.oracle.documents.map(({ id }) => id));
      const ids = (selection as { ids?: readonly string[] } | undefined)?.ids;
      if (Array.isArray(ids) && ids.some((id) => typeof id === "string" && !known.has(id))) {
        throw new BelugaError({ op: "vector.delete", code: "not_found", provider, message: "unknown id" });
      }
      return super.delete(selection, options);
    }
  },
  "deletes all where the selection is empty": class extends ReferenceStore {
    override async delete(
      selection: { ids: readonly string[] } | { filter: Filter },
      options?: CallOptions,
    ): Promise<void> {
      return super.delete(
        selection && ("ids" in selection || selection.filter) ? selection : { filter: filter.and() },
        options,
      );
    }
  },
  "does not look at the signal": class extends ReferenceStore {
    override begin(op: string): void {
      super.begin(op);
    }
  },
  "works on after close": class extends ReferenceStore {
    override async close(): Promise<void> {}
  },
  "mixes calls at the same time": class extends ReferenceStore {
    override async add(documents: readonly VectorDocument[], options?: CallOptions): Promise<void> {
      this.begin("vector.add", options);
      this.check(documents);
      const before = new VectorOracle("cosine");
      before.add(this.oracle.documents);
      await new Promise((resolve) => setTimeout(resolve, 1));
      before.add(documents);
      this.oracle.delete({ filter: filter.and() });
      this.oracle.add(before.documents);
    }
  },
};

/** The first check that a store fails. */
async function failure(spec: VectorStoreSpec): Promise<string | undefined> {
  await using server = await startServer();
  for (const { group, name, run } of vectorStoreChecks(spec)) {
    // Forgets vitest's modules for a second copy of core, and has nothing to do with what is tried here.
    if (group === "registration") continue;
    const failed = await run(server).then(
      () => false,
      () => true,
    );
    if (failed) return name;
  }
  return undefined;
}

describe("the suite finds out a store that", () => {
  for (const [fault, Store] of Object.entries(faulty)) {
    test(fault, async () => {
      expect(await failure(specOf(Store))).toBeDefined();
    });
  }
});

/** A store that gives back other vectors than were added, by cosine. */
function giving(change: (component: number, norm: number) => number): StoreClass {
  return class extends ReferenceStore {
    override async search(query: Float32Array, options?: SearchOptions): Promise<SearchHit[]> {
      const hits = await super.search(query, options);
      return hits.map((hit) => {
        const { embedding } = hit;
        if (!embedding || this.oracle.metric !== "cosine") return hit;
        const norm = Math.hypot(...embedding) || 1;
        return { ...hit, embedding: embedding.map((component) => change(component, norm)) };
      });
    }
  };
}

function refuse(op: string, code: "unsupported" | "invalid_input"): BelugaError {
  return new BelugaError({ op, code, provider, message: `${provider} ${op}: no` });
}

describe("what a store declares that it cannot express", () => {
  const supports: VectorStoreSupport = {
    id: (id) => id.length < 100,
    filter: (condition) => condition.op !== "exists" && condition.op !== "not",
    metadata: (_, value) => typeof value !== "object",
    zeroVectors: false,
  };

  class NarrowStore extends ReferenceStore {
    override check(documents: readonly VectorDocument[]): void {
      super.check(documents);
      for (const { id, metadata = {}, embedding } of documents) {
        if (id.length >= 100) throw refuse("vector.add", "invalid_input");
        if (Object.values(metadata).some((value) => typeof value === "object"))
          throw refuse("vector.add", "unsupported");
        if (embedding.every((component: number) => component === 0))
          throw refuse("vector.add", "invalid_input");
      }
    }

    checkFilter(condition: Filter | undefined, op: string): void {
      if (condition === undefined) return;
      if (/"op":"(exists|not)"/.test(JSON.stringify(normalizeFilter(condition, op, provider))))
        throw refuse(op, "unsupported");
    }

    override async search(query: Float32Array, options: SearchOptions = {}): Promise<SearchHit[]> {
      this.checkFilter(options.filter, "vector.search");
      const hits = await super.search(query, options);
      if (query.every((component) => component === 0)) throw refuse("vector.search", "invalid_input");
      return hits;
    }

    override async delete(
      selection: { ids: readonly string[] } | { filter: Filter },
      options?: CallOptions,
    ): Promise<void> {
      if (selection && "filter" in selection) this.checkFilter(selection.filter, "vector.delete");
      return super.delete(selection, options);
    }
  }

  test("is refused, and the rest works", async () => {
    expect(await failure(specOf(NarrowStore, supports))).toBeUndefined();
  });

  test("and yet does is found out", async () => {
    expect(await failure(specOf(ReferenceStore, { filter: ({ op }) => op !== "exists" }))).toBeDefined();
    expect(
      await failure(specOf(ReferenceStore, { metadata: (_, value) => typeof value !== "object" })),
    ).toBeDefined();
    expect(await failure(specOf(ReferenceStore, { zeroVectors: false }))).toBeDefined();
    expect(await failure(specOf(ReferenceStore, { id: (id) => id.length < 100 }))).toBeDefined();
  });

  test("and does not declare is found out", async () => {
    expect(await failure(specOf(NarrowStore))).toBeDefined();
  });

  test("of vectors that are given changed is compared as far as it says", async () => {
    const metrics = ["cosine"] as const;
    const rounding = giving((component, norm) => Math.fround(component / norm) * norm);
    const normalizing = giving((component, norm) => component / norm);
    const halving = giving((component) => component / 2);
    expect(await failure(specOf(rounding, { rounds: metrics }))).toBeUndefined();
    expect(await failure(specOf(normalizing, { normalizes: metrics }))).toBeUndefined();
    for (const Store of [rounding, normalizing, halving]) expect(await failure(specOf(Store))).toBeDefined();
    expect(await failure(specOf(normalizing, { rounds: metrics }))).toBeDefined();
    expect(await failure(specOf(halving, { normalizes: metrics }))).toBeDefined();
  });

  test("has to be refused before a request is sent", async () => {
    let sent = 0;
    class SendingStore extends NarrowStore {
      override begin(op: string, options?: CallOptions): void {
        sent++;
        super.begin(op, options);
      }
    }
    expect(await failure({ ...specOf(SendingStore, supports), requests: () => sent })).toBeDefined();
  });
});
