import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  BelugaError,
  type Embedder,
  type Reranker,
  type SearchHit,
  type VectorStore,
  embedders,
  rerankers,
  vectorStores,
} from "@beluga/core";
import type { Context } from "./context.js";
import { type IndexReport, makingOf, updateIndex } from "./indexer.js";
import { type ProviderLoader, loaderOf } from "./loader.js";
import { ManifestIndex } from "./manifest-index.js";
import type { PassageIndex } from "./passage-index.js";
import { providerOf } from "./provider-id.js";
import { SqliteIndex } from "./sqlite-index.js";

export interface LibraryOptions {
  folder: string;
  /** `provider/model`, or a provider that needs no model. */
  embedder: string;
  /** `sqlite/<file>`, `memory`, or `provider/index`. Default: an SQLite file in the folder. */
  store?: string | undefined;
  /** `provider/model`. Default: none. */
  reranker?: string | undefined;
}

/** A reranker picks from so many times the passages that are asked for, and from so many at least. */
const spread = 4;
const leastToRerank = 20;

/** A folder of texts, with its index. */
export class Library {
  /** What `--json` tells of it. */
  readonly description: { folder: string; store: string; embedder: string; reranker?: string };
  readonly #embedder: Embedder;
  readonly #reranker: Reranker | undefined;
  readonly #index: OpenedIndex;
  readonly #context: Context;

  static async open(options: LibraryOptions, context: Context): Promise<Library> {
    const { folder, embedder: id, reranker: rerankerId } = options;
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new Error(`there is no folder ${folder}`);
    const loader = loaderOf(context);
    await loader.load("embed", providerOf(id, "embedder"));
    const embedder = embedders.createDynamic(id);
    if (rerankerId !== undefined) await loader.load("rerank", providerOf(rerankerId, "reranker"));
    const reranker = rerankerId === undefined ? undefined : rerankers.createDynamic(rerankerId);
    return new Library(
      folder,
      embedder,
      reranker,
      await openIndex(options, embedder, loader, context),
      context,
    );
  }

  private constructor(
    folder: string,
    embedder: Embedder,
    reranker: Reranker | undefined,
    index: OpenedIndex,
    context: Context,
  ) {
    this.#embedder = embedder;
    this.#reranker = reranker;
    this.#index = index;
    this.#context = context;
    this.description = {
      folder,
      store: index.location,
      embedder: embedder.id,
      ...(reranker && { reranker: reranker.id }),
    };
  }

  /** Brings the index up to date with the folder. */
  async update(rebuild: boolean): Promise<IndexReport> {
    const { terminal, signal } = this.#context;
    const { index, isNew } = this.#index;
    let draw: ((done: number) => void) | undefined;
    if (rebuild) await index.clear();
    const report = await updateIndex({
      folder: this.description.folder,
      index,
      embedder: this.#embedder,
      signal,
      onProgress(done, total) {
        if (total > 0) (draw ??= terminal.progress("Indexing", total))(done);
      },
    });
    return { ...report, rebuilt: report.rebuilt || (isNew && report.added > 0) };
  }

  /** The passages nearest to a question, without those that have nothing to do with it. */
  async search(question: string, k: number): Promise<SearchHit[]> {
    const { signal } = this.#context;
    const { embeddings } = await this.#embedder.embed([question], { inputType: "query", signal });
    const [query] = embeddings;
    const most = this.#reranker ? Math.max(spread * k, leastToRerank) : k;
    const hits = query ? await this.#index.store.search(query, { k: most, signal }) : [];
    return this.#rerank(
      question,
      hits.filter(({ score }) => score > 0),
      k,
    );
  }

  async #rerank(question: string, hits: SearchHit[], k: number): Promise<SearchHit[]> {
    if (!this.#reranker) return hits;
    const { signal } = this.#context;
    const passages = hits.map(({ content }) => content);
    const { results } = await this.#reranker.rerank(question, passages, { topN: k, signal });
    return results.flatMap(({ index, score }) => {
      const hit = hits[index];
      return hit ? [{ ...hit, score }] : [];
    });
  }

  async close(): Promise<void> {
    await this.#index.index.close();
    await this.#index.store.close();
  }
}

interface OpenedIndex {
  store: VectorStore;
  index: PassageIndex;
  /** For the one who asks where it is. */
  location: string;
  /** It was there already, and was made in another way. */
  isNew: boolean;
}

async function openIndex(
  { folder, store: id = "sqlite" }: LibraryOptions,
  embedder: Embedder,
  loader: ProviderLoader,
  { directory, signal }: Context,
): Promise<OpenedIndex> {
  const [isSqlite, file] = /^sqlite(?:\/(.+))?$/.exec(id) ?? [];
  if (isSqlite !== undefined) {
    const path = file === undefined ? join(makeOwnFolder(folder), "index.sqlite") : resolve(directory, file);
    const wasThere = existsSync(path);
    const index = new SqliteIndex(path, makingOf(embedder));
    return { store: index.store, index, location: path, isNew: wasThere && (await index.files()).size === 0 };
  }
  const provider = providerOf(id, "store");
  await loader.load("vector", provider);
  const store = createStore(id, embedder.dimensions ?? (await widthOf(embedder, signal)));
  await store.ensureIndex?.({ signal });
  // What a process keeps in memory is gone with it, and so is what it has to remember of it.
  const manifest =
    provider === "memory"
      ? undefined
      : join(makeOwnFolder(folder), `${store.id.replaceAll(/[^\w.-]+/g, "_")}.json`);
  return { store, index: new ManifestIndex(store, manifest), location: store.id, isNew: false };
}

/** With the width that a new index has to have; not every store of others has to be told. */
function createStore(id: string, dimensions: number | undefined): VectorStore {
  try {
    return vectorStores.createDynamic(id, { dimensions });
  } catch (error) {
    const isUnknown =
      BelugaError.is(error) && error.code === "invalid_input" && error.message.includes("dimensions");
    if (!isUnknown) throw error;
    return vectorStores.createDynamic(id);
  }
}

/** Some models say it only with a vector. */
async function widthOf(embedder: Embedder, signal: AbortSignal): Promise<number | undefined> {
  const { embeddings } = await embedder.embed(["width"], { signal });
  return embeddings[0]?.length;
}

/** The folder that the index is in, which keeps itself out of git. */
function makeOwnFolder(folder: string): string {
  const own = join(folder, ".beluga");
  try {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, ".gitignore"), "*\n");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `there is no place for the index in ${folder}, name another with --store sqlite/<file>: ${reason}`,
      { cause },
    );
  }
  return own;
}
