import type { CallOptions } from "./common.js";
import { BelugaError } from "./errors.js";
import { runInParallel } from "./provider/parallel.js";
import type { VectorDocument, VectorStore } from "./vector-store.js";

/** Options of {@link importDocuments}. */
export interface ImportOptions extends CallOptions {
  /** How many documents are added with one call. Default: 1,000. */
  batchSize?: number | undefined;
  /** How many of these calls are under way at once. More than one, and of two documents of one id either may stay. Default: 1. */
  concurrency?: number | undefined;
  /** Told after each batch how many documents were written so far. */
  onProgress?: ((written: number) => void) | undefined;
}

/**
 * Adds any number of documents, from an array, a generator or a stream, in bounded memory: a document is taken from its source only when
 * there is room for it.
 *
 * @returns How many documents were written.
 * @throws What the store or the source throws; what was written before stays written, as {@link ImportOptions.onProgress} told.
 *
 * @example
 * ```ts
 * async function* documents() {
 *   for await (const line of lines) yield JSON.parse(line) as VectorDocument;
 * }
 * await importDocuments(store, documents(), { onProgress: (written) => console.log(written) });
 * ```
 */
export async function importDocuments(
  store: Pick<VectorStore, "add">,
  documents: Iterable<VectorDocument> | AsyncIterable<VectorDocument>,
  options: ImportOptions = {},
): Promise<number> {
  const { batchSize = 1_000, concurrency = 1, onProgress, signal, headers, timeout } = options;
  for (const [name, value] of Object.entries({ batchSize, concurrency }))
    if (!(Number.isInteger(value) && value > 0))
      throw fail("invalid_input", `${name}: expected a positive integer`);
  const isSource =
    Object(documents) === documents && (Symbol.asyncIterator in documents || Symbol.iterator in documents);
  if (!isSource)
    throw fail("invalid_input", "documents: expected an array, or something else to iterate over");

  let written = 0;
  const parallel = {
    signal,
    timeout,
    concurrency,
    expired: (total: number) => fail("timeout", `the total time limit of ${total} ms passed`),
  };
  await runInParallel(inBatches(documents, batchSize), parallel, async (batch, signal) => {
    await store.add(batch, { signal, headers, timeout });
    written += batch.length;
    onProgress?.(written);
  });
  return written;
}

const op = "vector.import";

function fail(code: "invalid_input" | "timeout", problem: string): BelugaError {
  return new BelugaError({ op, code, message: `${op}: ${problem}` });
}

async function* inBatches<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  size: number,
): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
