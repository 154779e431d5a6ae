import type { EmbedOptions, Embedder } from "../embedder.js";
import type { BelugaError } from "../errors.js";
import { type Usage, addUsage } from "../usage.js";
import { runInParallel } from "./parallel.js";

/** What a provider does for one request. */
export interface EmbedBatch {
  /** One vector for each text, in the order of the texts. `undefined` where the vendor sent none for it. */
  embeddings: readonly (Float32Array | undefined)[];
  usage: Usage;
  /** The model that answered, by the vendor's word. */
  model?: string | undefined;
}

/** The error for something that is wrong with the answers. */
type Fail = (code: "invalid_response" | "timeout", problem: string) => BelugaError;

/**
 * Embeds any number of checked texts: splits them by the vendor's limits, sends a few requests at a time, and puts the vectors back in
 * order. Counts them: a vector that is missing, wrongly sized or not of finite numbers is `invalid_response`. The first failure ends the others.
 */
export async function embedInBatches(
  { limits, dimensions }: Pick<Embedder, "limits" | "dimensions">,
  texts: readonly string[],
  options: EmbedOptions,
  send: (texts: readonly string[], signal: AbortSignal) => Promise<EmbedBatch>,
  fail: Fail,
): Promise<{ embeddings: Float32Array[]; usage: Usage; model: string | undefined }> {
  const batches = split(texts, limits);
  const embeddings: Float32Array[] = new Array(texts.length);
  const usages: Usage[] = new Array(batches.length);
  let model: string | undefined;
  const parallel = {
    ...options,
    concurrency: Math.min(options.concurrency ?? 4, batches.length),
    expired: (total: number) => fail("timeout", `the total time limit of ${total} ms passed`),
  };
  await runInParallel(batches.entries(), parallel, async ([number, { start, end }], signal) => {
    const batch = await send(texts.slice(start, end), signal);
    if (batch.embeddings.length !== end - start) {
      throw fail("invalid_response", `${batch.embeddings.length} vectors for ${end - start} texts`);
    }
    for (const [at, embedding] of batch.embeddings.entries()) {
      if (!embedding) throw fail("invalid_response", `no vector for text ${start + at}`);
      embeddings[start + at] = embedding;
    }
    usages[number] = batch.usage;
    model ??= batch.model;
  });
  checkVectors(embeddings, options.dimensions ?? dimensions, (problem) => fail("invalid_response", problem));
  return { embeddings, usage: batches.length === 1 ? (usages[0] as Usage) : addUsage(...usages), model };
}

interface Batch {
  start: number;
  end: number;
}

/** Consecutive runs of texts that keep to the limits. */
function split(
  texts: readonly string[],
  { maxBatchSize, maxBatchTokens = Infinity }: Embedder["limits"],
): Batch[] {
  const batches: Batch[] = [];
  let start = 0;
  let tokens = 0;
  for (const [at, text] of texts.entries()) {
    const estimate = maxBatchTokens === Infinity ? 0 : estimateTokens(text);
    if (at > start && (at - start >= maxBatchSize || tokens + estimate > maxBatchTokens)) {
      batches.push({ start, end: at });
      start = at;
      tokens = 0;
    }
    tokens += estimate;
  }
  batches.push({ start, end: texts.length });
  return batches;
}

/**
 * A careful guess, as the vendors' tokenizers are not here: English has about four characters a token, dense scripts about one. Half a
 * token a UTF-16 unit, and one for each that is not ASCII, keeps nearly every real text under the true limit.
 */
function estimateTokens(text: string): number {
  let beyondASCII = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) beyondASCII++;
  return Math.ceil((text.length + beyondASCII) / 2);
}

function checkVectors(
  embeddings: readonly Float32Array[],
  dimensions: number | undefined,
  fail: (problem: string) => BelugaError,
): void {
  const width = dimensions ?? embeddings[0]?.length ?? 0;
  if (width === 0) throw fail("an empty vector");
  const wrong = embeddings.findIndex((embedding) => embedding.length !== width);
  if (wrong >= 0)
    throw fail(
      `text ${wrong} has a vector of ${embeddings[wrong]?.length} numbers where ${width} were expected`,
    );
  const broken = embeddings.findIndex((embedding) => !isFinite(embedding));
  if (broken >= 0) throw fail(`text ${broken} has a vector with something else than finite numbers`);
}

/** By their sum, as millions of numbers come at once: floats of 32 bits cannot add up to more than a double holds, so only what is not finite does not. */
function isFinite(vector: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] as number;
  return Number.isFinite(sum);
}
