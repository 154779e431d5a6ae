import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  BelugaError,
  type Embedder,
  type Reranker,
  type SearchHit,
  type VectorStore,
  type Warning,
  embedders,
  rerankers,
  vectorStores,
} from "@beluga/core";
import { isCredential, readEnvironment } from "@beluga/core/provider";
import { headingOf, printable } from "./answering.js";
import type { Context } from "./context.js";
import { type IndexReport, makingOf, updateIndex, withHeading } from "./indexer.js";
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
  readonly #remarks = new Set<string>();

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
    const { index, isRenewed } = this.#index;
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
      onWarnings: (warnings) => this.#remark(warnings),
    });
    return { ...report, rebuilt: report.rebuilt || (isRenewed && report.added > 0) };
  }

  /** The passages that fit a question best: without those that have nothing to do with it, unless a reranker says what has. */
  async search(question: string, k: number): Promise<SearchHit[]> {
    const { signal } = this.#context;
    const { embeddings, warnings } = await this.#embedder.embed([question], { inputType: "query", signal });
    this.#remark(warnings);
    const [query] = embeddings;
    if (!query) throw new Error(`${this.#embedder.id}: no vector for the question`);
    if (!this.#reranker) return (await this.#find(query, k)).filter(({ score }) => score > 0);
    const hits = await this.#find(query, Math.max(spread * k, leastToRerank));
    return this.#rerank(this.#reranker, question, hits, k);
  }

  async close(): Promise<void> {
    try {
      await this.#index.index.close();
    } finally {
      await this.#index.store.close();
    }
  }

  /** The nearest passages of this folder, as it is now. */
  async #find(query: Float32Array, k: number): Promise<SearchHit[]> {
    const { index, store, location } = this.#index;
    const found = await store.search(query, { k, signal: this.#context.signal });
    const hits = found.filter((hit) => index.knows(hit));
    if (hits.length < found.length) {
      const message = `${location} holds passages as well that are not of this folder, or of its former state: they are left out. Give the folder an index of its own.`;
      this.#remark([{ type: "other", message }]);
    }
    return hits;
  }

  async #rerank(reranker: Reranker, question: string, hits: SearchHit[], k: number): Promise<SearchHit[]> {
    const { signal } = this.#context;
    const passages = hits.map((hit) => withHeading(headingOf(hit), hit.content));
    const { results, warnings } = await reranker.rerank(question, passages, { topN: k, signal });
    this.#remark(warnings);
    return results.flatMap(({ index, score }) => {
      const hit = hits[index];
      return hit ? [{ ...hit, score }] : [];
    });
  }

  /** Shows warnings, each once. */
  #remark(warnings: readonly Warning[]): void {
    for (const { option, message } of warnings) {
      // What a text is for, this command says of itself: a model that makes no difference is nothing to be warned of.
      if (option === "inputType" || this.#remarks.has(message)) continue;
      this.#remarks.add(message);
      this.#context.terminal.warn(printable(message));
    }
  }
}

interface OpenedIndex {
  store: VectorStore;
  index: PassageIndex;
  /** For the one who asks where it is. */
  location: string;
  /** There was one, which is of no use: it was made in another way, or all that was in it is gone. */
  isRenewed: boolean;
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
    const isRenewed = wasThere && (await index.files()).size === 0;
    return { store: index.store, index, location: path, isRenewed };
  }
  const provider = providerOf(id, "store");
  await loader.load("vector", provider);
  if (provider === "memory") {
    // What a process keeps in memory is gone with it, and so is what it has to remember of it.
    const store = vectorStores.createDynamic(id);
    return { store, index: new ManifestIndex({ store, signal }), location: store.id, isRenewed: false };
  }
  const width = embedder.dimensions ?? (await widthOf(embedder, signal));
  const store = createStore(id, width);
  try {
    await store.ensureIndex?.({ signal });
    const path = join(makeOwnFolder(folder), manifestName(store));
    const index = new ManifestIndex({ store, path, signal });
    return { store, index, location: store.id, isRenewed: await index.forgetLost(width) };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** With the width that a new index has to have; not every store of others has an option for it. */
function createStore(id: string, dimensions: number): VectorStore {
  try {
    return vectorStores.createDynamic(id, { dimensions });
  } catch (error) {
    if (!BelugaError.is(error) || !error.message.includes('unknown "dimensions"')) throw error;
    return vectorStores.createDynamic(id);
  }
}

/** Some models say it only with a vector. */
async function widthOf(embedder: Embedder, signal: AbortSignal): Promise<number> {
  const { embeddings } = await embedder.embed(["width"], { inputType: "document", signal });
  if (!embeddings[0]) throw new Error(`${embedder.id}: no vector for a text`);
  return embeddings[0].length;
}

/** Of each index, at each address that the environment says: another server has another manifest. */
function manifestName({ provider, id }: VectorStore): string {
  const { env = {} } = vectorStores.get(provider) ?? {};
  const addresses = Object.entries(env)
    .filter(([option]) => !isCredential(option))
    .map(([, variable]) => withoutPassword(readEnvironment(variable) ?? ""));
  const hash = createHash("sha256").update([id, ...addresses].join("\n"));
  return `${id.replaceAll(/[^\w.-]+/g, "_").slice(0, 80)}-${hash.digest("hex").slice(0, 8)}.json`;
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/?#]*@/, "//");
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
