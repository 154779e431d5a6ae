import type { Embedder, VectorDocument, Warning } from "@beluga/core";
import { type Chunk, chunkDocument } from "./chunker.js";
import {
  type FoundFile,
  type SkippedFile,
  codeOf,
  describeReadError,
  findFiles,
  formatOf,
  readText,
} from "./files.js";
import { type FileState, type PassageIndex, passageId } from "./passage-index.js";

export interface IndexReport {
  /** How many files are in the index now. */
  files: number;
  /** How many passages were embedded. */
  embedded: number;
  added: number;
  changed: number;
  unchanged: number;
  removed: number;
  skipped: SkippedFile[];
  /** Files that were read all but for some bytes. */
  damaged: SkippedFile[];
  /** The index was made in another way, and was made anew. */
  rebuilt: boolean;
}

export interface IndexOptions {
  folder: string;
  index: PassageIndex;
  embedder: Embedder;
  signal?: AbortSignal | undefined;
  /** Told how many files there are to be read, and called again for each that is done. */
  onProgress?(done: number, total: number): void;
  /** Told what the embedder has to say, of texts that were cut for instance. */
  onWarnings?(warnings: readonly Warning[]): void;
}

/** Changed whenever files would be cut or embedded differently. */
const method = 1;

/** How many passages are embedded in one call, over the borders of files. */
const batch = 256;

/** How an index is made: passages that were made differently cannot be compared. */
export function makingOf(embedder: Embedder): string {
  return `${method}:${embedder.id}:${embedder.dimensions ?? "its own width"}`;
}

/**
 * Brings an index up to date with a folder: reads only what changed since, and removes what is gone. Interrupted at any time, it leaves each file
 * as it was or as it is, and goes on from there when it is called again.
 */
export async function updateIndex(options: IndexOptions): Promise<IndexReport> {
  const { folder, index, embedder, signal, onProgress } = options;
  const found = await findFiles(folder, signal);
  const making = makingOf(embedder);
  let known = await index.files();
  const rebuilt = [...known.values()].some((state) => state.making !== making);
  if (rebuilt) {
    await index.clear();
    known = new Map();
  }

  const update = new IndexUpdate(options, making, known);
  const toRead = found.files.filter((file) => !update.keepsUnread(file));
  update.onDone = (done) => onProgress?.(done, toRead.length);
  update.onDone(0);
  for (const file of toRead) {
    signal?.throwIfAborted();
    await update.read(file);
  }
  await update.embedPending();
  await update.removeOthers(found.unreadable);
  const { report, kept } = update;
  return { ...report, files: kept.size, skipped: [...found.skipped, ...report.skipped], rebuilt };
}

/** One update of an index, file by file. */
class IndexUpdate {
  readonly report = {
    embedded: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    skipped: [],
    damaged: [],
  } as Omit<IndexReport, "files" | "rebuilt">;
  /** The files that are in the index afterwards. */
  readonly kept = new Set<string>();
  /** Told how many of the files that were read are done. */
  onDone: (done: number) => void = () => undefined;
  readonly #options: IndexOptions;
  readonly #making: string;
  readonly #known: ReadonlyMap<string, FileState>;
  /** Read, and waiting for enough others to be embedded together. */
  #pending: ReadFile[] = [];
  #pendingChunks = 0;
  #done = 0;

  constructor(options: IndexOptions, making: string, known: ReadonlyMap<string, FileState>) {
    this.#options = options;
    this.#making = making;
    this.#known = known;
  }

  /** Whether a file looks as it did when it was indexed. */
  keepsUnread({ path, size, modified }: FoundFile): boolean {
    const state = this.#known.get(path);
    if (state?.size !== size || state.modified !== modified) return false;
    this.#keepUnchanged(path);
    return true;
  }

  /** Reads a file, and embeds it if its content is another. */
  async read(file: FoundFile): Promise<void> {
    const { path } = file;
    const read = await readFile(file, this.#making);
    if ("reason" in read) {
      this.report.skipped.push({ path, reason: read.reason });
      if (read.isPassing && this.#known.has(path)) this.kept.add(path);
      return this.#advance();
    }
    if (read.replaced > 0) {
      this.report.damaged.push({
        path,
        reason: `not all of it is UTF-8 (characters lost: ${read.replaced})`,
      });
    }
    if (read.state.hash === this.#known.get(path)?.hash) {
      this.#keepUnchanged(path);
      return this.#advance();
    }
    if (read.chunks.length === 0) return this.#advance();
    this.kept.add(path);
    this.#pending.push(read);
    this.#pendingChunks += read.chunks.length;
    if (this.#pendingChunks >= batch) await this.embedPending();
  }

  async embedPending(): Promise<void> {
    const { embedder, index, signal, onWarnings } = this.#options;
    const files = this.#pending;
    if (files.length === 0) return;
    this.#pending = [];
    this.#pendingChunks = 0;
    const texts = files.flatMap(({ chunks }) =>
      chunks.map(({ heading, text }) => withHeading(heading, text)),
    );
    const { embeddings, warnings } = await embedder.embed(texts, { inputType: "document", signal });
    onWarnings?.(warnings);
    signal?.throwIfAborted();
    let next = 0;
    await index.replace(
      files.map(({ path, state, chunks }) => {
        const vectors = embeddings.slice(next, (next += chunks.length));
        return {
          path,
          state,
          documents: chunks.map((chunk, at) => documentOf(path, chunk, at, vectors[at])),
        };
      }),
    );
    this.report.embedded += texts.length;
    for (const { path } of files) {
      this.report[this.#known.has(path) ? "changed" : "added"]++;
      this.#advance();
    }
  }

  /** Removes what the folder does not have any more; of what could not be looked at nobody knows. */
  async removeOthers(unreadable: readonly string[]): Promise<void> {
    const { index, signal } = this.#options;
    for (const path of this.#known.keys()) {
      if (this.kept.has(path)) continue;
      if (unreadable.some((place) => path === place || path.startsWith(`${place}/`))) {
        this.kept.add(path);
        continue;
      }
      signal?.throwIfAborted();
      await index.remove(path);
      this.report.removed++;
    }
  }

  #keepUnchanged(path: string): void {
    this.kept.add(path);
    this.report.unchanged++;
  }

  #advance(): void {
    this.onDone(++this.#done);
  }
}

interface ReadFile {
  path: string;
  state: FileState;
  chunks: Chunk[];
  replaced: number;
}

/** @returns The reason where it cannot be read; `isPassing` where it is no matter of its content, so that what is in the index stays. */
async function readFile(
  file: FoundFile,
  making: string,
): Promise<ReadFile | { reason: string; isPassing: boolean }> {
  const { path, size, modified } = file;
  try {
    const read = await readText(file);
    if ("reason" in read) return { ...read, isPassing: false };
    const { text, hash, replaced } = read;
    const chunks = chunkDocument(text, formatOf(path) ?? "plain");
    return { path, state: { hash, size, modified, making }, chunks, replaced };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { reason: describeReadError(error), isPassing: codeOf(error) !== "ENOENT" };
  }
}

/** A passage is found by its headings as well. Those that stand in its text already count once more, which does no harm. */
export function withHeading(heading: string, text: string): string {
  return heading === "" ? text : `${heading}\n\n${text}`;
}

function documentOf(
  path: string,
  chunk: Chunk,
  at: number,
  embedding: Float32Array | undefined,
): VectorDocument {
  if (!embedding) throw new Error(`no vector for passage ${at} of ${path}`);
  const { text, heading, line, endLine } = chunk;
  return {
    id: passageId(path, at),
    content: text,
    metadata: { source: path, heading, line, endLine },
    embedding,
  };
}
