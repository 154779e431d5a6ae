import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { SearchHit, VectorStore } from "@beluga/core";
import { type FileState, type IndexedFile, type PassageIndex, passageId } from "./passage-index.js";

interface ManifestEntry extends FileState {
  /** How many passages of the file are in the store, or may be. */
  count: number;
}

export interface ManifestOptions {
  store: VectorStore;
  /** The manifest's file. Without one it lives as long as the index. */
  path?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** An index in any vector store. Stores do not list what they hold, so a manifest beside the texts keeps it. */
export class ManifestIndex implements PassageIndex {
  readonly #store: VectorStore;
  readonly #path: string | undefined;
  readonly #call: { signal: AbortSignal | undefined };
  readonly #entries: Map<string, ManifestEntry>;
  #isSaved = true;

  constructor({ store, path, signal }: ManifestOptions) {
    this.#store = store;
    this.#path = path;
    this.#call = { signal };
    this.#entries = path !== undefined && existsSync(path) ? readManifest(path) : new Map();
  }

  /**
   * Forgets everything where the store has nothing at all: another one stands in its place, or it was emptied.
   *
   * @returns Whether it did.
   */
  async forgetLost(width: number): Promise<boolean> {
    if (![...this.#entries.values()].some(isDone)) return false;
    const direction = new Float32Array(width).fill(1, 0, 1);
    const found = await this.#store.search(direction, { k: 1, ...this.#call });
    if (found.length > 0) return false;
    this.#entries.clear();
    this.#isSaved = false;
    return true;
  }

  async files(): Promise<Map<string, FileState>> {
    return new Map(this.#entries);
  }

  /** New passages first: interrupted between the two, a file has too many of them, never too few. */
  async replace(files: readonly IndexedFile[]): Promise<void> {
    const before = new Map(files.map(({ path }) => [path, this.#entries.get(path)?.count ?? 0]));
    // Written down before it is done: whatever happens then, nothing is in the store that no run would find again.
    for (const { path, state, documents } of files) {
      const count = Math.max(before.get(path) ?? 0, documents.length);
      this.#entries.set(path, { ...unknown, making: state.making, count });
    }
    this.#save();
    await this.#store.add(files.flatMap(storedDocuments), this.#call);
    await this.#delete(
      files.flatMap(({ path, documents }) => idsOf(path, documents.length, before.get(path) ?? 0)),
    );
    this.#isSaved = false;
    for (const { path, state, documents } of files)
      this.#entries.set(path, { ...state, count: documents.length });
  }

  async remove(path: string): Promise<void> {
    await this.#delete(idsOf(path, 0, this.#entries.get(path)?.count ?? 0));
    this.#isSaved = false;
    this.#entries.delete(path);
  }

  /** Only what this index put there: the store may hold more. */
  async clear(): Promise<void> {
    await this.#delete([...this.#entries].flatMap(([path, { count }]) => idsOf(path, 0, count)));
    this.#isSaved = false;
    this.#entries.clear();
  }

  /** Passages that others wrote, or that are older than the manifest, are not: the same index may be used from two places. */
  knows({ metadata }: SearchHit): boolean {
    const entry = this.#entries.get(String(metadata["source"]));
    return entry !== undefined && metadata["hash"] === entry.hash && metadata["making"] === entry.making;
  }

  /** Writes what the manifest does not say yet. */
  async close(): Promise<void> {
    if (!this.#isSaved) this.#save();
  }

  async #delete(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#store.delete({ ids }, this.#call);
  }

  #save(): void {
    this.#isSaved = true;
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    // Under another name first, so that it is never half-written.
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ files: Object.fromEntries(this.#entries) }));
    renameSync(draft, this.#path);
  }
}

/** Of a file whose passages are being written: no file is like that, so that it is indexed again. */
const unknown = { hash: "", size: -1, modified: -1 };

function isDone({ hash }: FileState): boolean {
  return hash !== unknown.hash;
}

/** Each passage says of which state of its file it is. */
function storedDocuments({
  path,
  state: { hash, making },
  documents,
}: IndexedFile): IndexedFile["documents"] {
  const ids = idsOf(path, 0, documents.length);
  return documents.map((document, at) => ({
    ...document,
    id: ids[at] as string,
    metadata: { ...document.metadata, hash, making },
  }));
}

/** The ids of a file's passages from one number to another. Of any path they are short and plain, as not every store takes all ids. */
function idsOf(path: string, from: number, to: number): string[] {
  if (from >= to) return [];
  const name = createHash("sha256").update(path).digest("hex").slice(0, 32);
  return Array.from({ length: to - from }, (_, at) => passageId(name, from + at));
}

function readManifest(path: string): Map<string, ManifestEntry> {
  try {
    const { files } = JSON.parse(readFileSync(path, "utf8")) as { files: Record<string, ManifestEntry> };
    return new Map(Object.entries(files));
  } catch (cause) {
    throw new Error(`${path} is damaged: remove it, and what it listed from the store`, { cause });
  }
}
