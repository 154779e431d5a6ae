import type { Embedder, VectorDocument } from "@beluga/core";
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
  signal?: AbortSignal;
  /** Told how many files there are to be read, and called again for each that is done. */
  onProgress?(done: number, total: number): void;
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
export async function updateIndex({
  folder,
  index,
  embedder,
  signal,
  onProgress,
}: IndexOptions): Promise<IndexReport> {
  const found = await findFiles(folder, signal);
  const making = makingOf(embedder);
  let known = await index.files();
  const rebuilt = [...known.values()].some((state) => state.making !== making);
  if (rebuilt) {
    await index.clear();
    known = new Map();
  }

  const report: IndexReport = {
    files: 0,
    embedded: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    skipped: [...found.skipped],
    damaged: [],
    rebuilt,
  };
  const present = new Set<string>();
  const isKept = (path: string): boolean =>
    found.unreadable.some((unreadable) => path === unreadable || path.startsWith(`${unreadable}/`));

  let pending: PendingFile[] = [];
  const embedPending = async (): Promise<void> => {
    if (pending.length === 0) return;
    const files = pending;
    pending = [];
    const texts = files.flatMap(({ chunks }) => chunks.map(textToEmbed));
    const { embeddings } = await embedder.embed(texts, { inputType: "document", ...(signal && { signal }) });
    let next = 0;
    for (const { file, state, chunks } of files) {
      signal?.throwIfAborted();
      const vectors = embeddings.slice(next, (next += chunks.length));
      await index.replace(
        file.path,
        state,
        chunks.map((chunk, at) => documentOf(file.path, chunk, at, vectors[at])),
      );
      report.embedded += chunks.length;
      report[known.has(file.path) ? "changed" : "added"]++;
    }
  };

  const toRead = found.files.filter((file) => {
    const state = known.get(file.path);
    const isSame = state?.size === file.size && state.modified === file.modified;
    if (isSame) {
      present.add(file.path);
      report.unchanged++;
    }
    return !isSame;
  });
  for (const [done, file] of toRead.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, toRead.length);
    const outcome = await readFile(file, making);
    if ("reason" in outcome) {
      report.skipped.push({ path: file.path, reason: outcome.reason });
      if (outcome.isPassing) present.add(file.path);
      continue;
    }
    if (outcome.replaced > 0) {
      const reason = `not all of it is UTF-8 (characters lost: ${outcome.replaced})`;
      report.damaged.push({ path: file.path, reason });
    }
    if (outcome.state.hash === known.get(file.path)?.hash) {
      present.add(file.path);
      report.unchanged++;
    } else if (outcome.chunks.length > 0) {
      present.add(file.path);
      pending.push(outcome);
      if (pending.reduce((sum, { chunks }) => sum + chunks.length, 0) >= batch) await embedPending();
    }
  }
  await embedPending();

  for (const path of known.keys()) {
    if (present.has(path)) continue;
    if (isKept(path)) {
      present.add(path);
      continue;
    }
    signal?.throwIfAborted();
    await index.remove(path);
    report.removed++;
  }
  onProgress?.(toRead.length, toRead.length);
  return { ...report, files: present.size };
}

interface PendingFile {
  file: FoundFile;
  state: FileState;
  chunks: Chunk[];
  replaced: number;
}

/** @returns The reason where it cannot be read; `isPassing` where it is no matter of its content, so that what is in the index stays. */
async function readFile(
  file: FoundFile,
  making: string,
): Promise<PendingFile | { reason: string; isPassing: boolean }> {
  const { path, size, modified } = file;
  try {
    const read = await readText(file);
    if ("reason" in read) return { ...read, isPassing: false };
    const { text, hash, replaced } = read;
    const chunks = chunkDocument(text, formatOf(path) ?? "plain");
    return { file, state: { hash, size, modified, making }, chunks, replaced };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { reason: describeReadError(error), isPassing: codeOf(error) !== "ENOENT" };
  }
}

/** A passage is found by its headings as well. Those that stand in its text already count once more, which does no harm. */
function textToEmbed({ heading, text }: Chunk): string {
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
