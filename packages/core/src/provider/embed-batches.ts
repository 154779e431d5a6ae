import type { CallOptions, Warning } from "../common.js";
import type { EmbedOptions, EmbedResponse, Embedder } from "../embedder.js";
import { BelugaError } from "../errors.js";
import { type Usage, addUsage } from "../usage.js";

/** What a provider does for one request. */
export interface EmbedBatch {
  /** One vector for each text, in the order of the texts. `undefined` where the vendor sent none for it. */
  embeddings: readonly (Float32Array | undefined)[];
  usage: Usage;
  /** The model that answered, by the vendor's word. */
  model?: string | undefined;
}

type SendBatch = (texts: readonly string[], options: CallOptions & EmbedOptions) => Promise<EmbedBatch>;

const op = "embed.embed";

/**
 * `embed` for any number of texts: checks them, splits them by the vendor's limits, sends a few requests at a time, and puts the vectors back
 * in order. Counts them: a vector that is missing, wrongly sized or not of finite numbers is
 * `invalid_response`. The first failure ends the others.
 */
export async function embedInBatches(
  embedder: Pick<Embedder, "provider" | "model" | "limits">,
  texts: readonly string[],
  options: EmbedOptions,
  warnings: Warning[],
  send: SendBatch,
): Promise<EmbedResponse> {
  const { provider, model } = embedder;
  const fail = (code: "invalid_input" | "invalid_response" | "timeout", problem: string): BelugaError =>
    new BelugaError({ op, code, provider, model, message: `${provider} ${op}: ${problem}` });
  if (Object(options) !== options) throw fail("invalid_input", "options: expected an object");
  options.signal?.throwIfAborted();
  checkInput(texts, options, (problem) => fail("invalid_input", problem));
  if (texts.length === 0) return { embeddings: [], usage: {}, model, warnings };

  const batches = split(texts, embedder.limits);
  const embeddings: Float32Array[] = new Array(texts.length);
  const usages: Usage[] = new Array(batches.length);
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  let answering: string | undefined;
  let next = 0;

  const worker = async (): Promise<void> => {
    while (next < batches.length) {
      signal.throwIfAborted();
      const number = next++;
      const { start, end } = batches[number] as Batch;
      const batch = await send(texts.slice(start, end), { ...options, signal });
      if (batch.embeddings.length !== end - start) {
        throw fail("invalid_response", `${batch.embeddings.length} vectors for ${end - start} texts`);
      }
      for (const [at, embedding] of batch.embeddings.entries()) {
        if (!embedding) throw fail("invalid_response", `no vector for text ${start + at}`);
        embeddings[start + at] = embedding;
      }
      usages[number] = batch.usage;
      answering ??= batch.model;
    }
  };
  // The limit of the whole call; a request's own knows nothing of the others.
  const total = options.timeout?.total ?? Infinity;
  const expire = (): void => failed.abort(fail("timeout", `the total time limit of ${total} ms passed`));
  const timer = total < 2 ** 31 ? setTimeout(expire, total) : undefined;
  const workers = Array.from({ length: Math.min(options.concurrency ?? 4, batches.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(workers); // so that no request outlives the call
    throw options.signal?.aborted ? options.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
  checkVectors(embeddings, options.dimensions, (problem) => fail("invalid_response", problem));
  return {
    embeddings,
    usage: batches.length === 1 ? (usages[0] as Usage) : addUsage(...usages),
    model: answering ?? model,
    warnings,
  };
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

function checkInput(
  texts: readonly string[],
  options: EmbedOptions,
  fail: (problem: string) => BelugaError,
): void {
  if (!Array.isArray(texts)) throw fail("texts: expected an array of strings");
  for (const [at, text] of texts.entries())
    if (typeof text !== "string") throw fail(`texts[${at}]: expected a string`);
  for (const option of ["dimensions", "concurrency"] as const) {
    const value = options[option];
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw fail(`${option}: expected a positive integer`);
  }
  const types = ["query", "document", "classification", "clustering"];
  if (options.inputType !== undefined && !types.includes(options.inputType)) {
    throw fail(`inputType: expected ${types.join(", ")}`);
  }
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

/** A loop, because millions of numbers come at once, and `every` calls a function for each. */
function isFinite(vector: Float32Array): boolean {
  for (let i = 0; i < vector.length; i++) if (!Number.isFinite(vector[i])) return false;
  return true;
}
