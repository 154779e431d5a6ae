import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { VectorDocument, VectorStore } from "@beluga/core";
import { type FileState, type PassageIndex, passageId } from "./passage-index.js";

interface ManifestEntry extends FileState {
  /** How many passages of the file are in the store. */
  count: number;
}

/** How long the manifest may lag behind the store, in milliseconds. What it does not know of yet is only indexed again. */
const saveInterval = 1_000;

/**
 * An index in any vector store. Stores do not list what they hold, so a manifest beside the texts keeps it; without a path it lives as long
 * as this object.
 */
export class ManifestIndex implements PassageIndex {
  readonly #store: VectorStore;
  readonly #path: string | undefined;
  readonly #entries: Map<string, ManifestEntry>;
  #savedAt = performance.now();
  #isSaved = true;

  constructor(store: VectorStore, path?: string) {
    this.#store = store;
    this.#path = path;
    this.#entries = path !== undefined && existsSync(path) ? readManifest(path) : new Map();
  }

  async files(): Promise<Map<string, FileState>> {
    return new Map(this.#entries);
  }

  /** New passages first: interrupted between the two, a file has too many of them, never too few. */
  async replace(path: string, state: FileState, documents: readonly VectorDocument[]): Promise<void> {
    const before = this.#entries.get(path)?.count ?? 0;
    await this.#store.add(documents);
    await this.#deletePassages(path, documents.length, before);
    this.#entries.set(path, { ...state, count: documents.length });
    this.#changed();
  }

  async remove(path: string): Promise<void> {
    await this.#deletePassages(path, 0, this.#entries.get(path)?.count ?? 0);
    this.#entries.delete(path);
    this.#changed();
  }

  /** Only what this index put there: the store may hold more. */
  async clear(): Promise<void> {
    for (const path of this.#entries.keys()) await this.remove(path);
  }

  /** Writes what the manifest does not say yet. */
  async close(): Promise<void> {
    if (!this.#isSaved) this.#save();
  }

  async #deletePassages(path: string, from: number, to: number): Promise<void> {
    if (from >= to) return;
    await this.#store.delete({
      ids: Array.from({ length: to - from }, (_, at) => passageId(path, from + at)),
    });
  }

  #changed(): void {
    this.#isSaved = false;
    if (performance.now() - this.#savedAt >= saveInterval) this.#save();
  }

  #save(): void {
    this.#isSaved = true;
    this.#savedAt = performance.now();
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    // Under another name first, so that it is never half-written.
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ files: Object.fromEntries(this.#entries) }));
    renameSync(draft, this.#path);
  }
}

function readManifest(path: string): Map<string, ManifestEntry> {
  try {
    const { files } = JSON.parse(readFileSync(path, "utf8")) as { files: Record<string, ManifestEntry> };
    return new Map(Object.entries(files));
  } catch (cause) {
    throw new Error(`${path} is damaged: remove it, and what it listed from the store`, { cause });
  }
}
