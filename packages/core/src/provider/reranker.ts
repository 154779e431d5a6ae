import type { Warning } from "../common.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import type { RerankOptions, RerankResponse, Reranker } from "../reranker.js";
import type { Usage } from "../usage.js";
import type { HttpCall } from "./http.js";
import { asRecord } from "./wire.js";

/** What a vendor does differently from the others: how it is asked, and how its answers are read. */
export interface RerankDriver {
  readonly provider: string;
  readonly model: string;
  /** The most documents of one request. More are refused: scores of several requests need not compare. Default: no limit. */
  readonly maxDocuments?: number | undefined;
  /** Sends the request, and reads its answer. */
  send(query: string, documents: readonly string[], call: RerankCall): Promise<RerankAnswer>;
}

/** A checked call, as providers get it. */
export interface RerankCall {
  /** What an HTTP request takes over from the call, to which its body is added. */
  http: Pick<HttpCall, "op" | "model" | "signal" | "headers" | "timeout">;
  /** Never more than there are documents. */
  topN: number | undefined;
  /** To be merged into the body, last. */
  providerOptions: Readonly<Record<string, unknown>>;
  /** Adds to the `warnings` of the response. */
  warn(warning: Warning): void;
}

/** What a vendor answered. */
export interface RerankAnswer {
  /** In any order. */
  results: { index: number; score: number }[];
  usage: Usage;
  /** The model that answered, by the vendor's word. */
  model?: string | undefined;
}

const op = "rerank.rerank";

/**
 * A {@link Reranker} from what is the vendor's own. Adds all that is the same for every vendor: checks of the input, results counted and in
 * order.
 */
export function createReranker({ provider, model, maxDocuments = Infinity, send }: RerankDriver): Reranker {
  const fail = (code: ErrorCode, problem: string): BelugaError =>
    new BelugaError({ op, code, provider, model, message: `${provider} ${op}: ${problem}` });
  const invalid = (problem: string): BelugaError => fail("invalid_input", problem);
  return {
    provider,
    model,
    id: `${provider}/${model}`,

    async rerank(query, documents, options = {}): Promise<RerankResponse> {
      if (Object(options) !== options) throw invalid("options: expected an object");
      options.signal?.throwIfAborted();
      checkInput(query, documents, options, invalid);
      if (documents.length > maxDocuments) throw invalid(`documents: at most ${maxDocuments}`);
      const warnings: Warning[] = [];
      if (documents.length === 0) return { results: [], usage: {}, model, warnings };
      const { signal, headers, timeout, providerOptions = {} } = options;
      // Vendors refuse to give more than there are.
      const topN = options.topN === undefined ? undefined : Math.min(options.topN, documents.length);
      const answer = await send(query, documents, {
        http: { op, model, signal, headers, timeout },
        topN,
        providerOptions,
        warn: (warning) => void warnings.push(warning),
      });
      checkResults(answer, topN ?? documents.length, documents.length, (problem) =>
        fail("invalid_response", problem),
      );
      const results = answer.results.sort((a, b) => b.score - a.score || a.index - b.index);
      return { results, usage: answer.usage, model: answer.model ?? model, warnings };
    },
  };
}

function checkInput(
  query: string,
  documents: readonly string[],
  { topN }: RerankOptions,
  invalid: (problem: string) => BelugaError,
): void {
  if (typeof query !== "string") throw invalid("query: expected a string");
  if (!Array.isArray(documents)) throw invalid("documents: expected an array of strings");
  for (const [at, document] of (documents as readonly unknown[]).entries())
    if (typeof document !== "string") throw invalid(`documents[${at}]: expected a string`);
  if (topN !== undefined && !(Number.isInteger(topN) && topN >= 0))
    throw invalid("topN: expected a whole number that is not negative");
}

function checkResults(
  { results }: RerankAnswer,
  expected: number,
  documents: number,
  invalid: (problem: string) => BelugaError,
): void {
  const seen = new Set<number>();
  for (const [at, { index, score }] of results.entries()) {
    if (!Number.isInteger(index) || index < 0 || index >= documents)
      throw invalid(`result ${at} has no index from 0 to ${documents - 1}`);
    if (seen.has(index)) throw invalid(`two results for document ${index}`);
    if (!Number.isFinite(score)) throw invalid(`result ${at} has no score`);
    seen.add(index);
  }
  if (results.length !== expected) throw invalid(`${results.length} results where ${expected} were expected`);
}

/**
 * Reads the list of `{ index, relevance_score }` that rerankers answer with. What is not there stays `NaN`, which core refuses.
 *
 * @param path - Where it stands, for the error: `results`.
 */
export function readRerankResults(
  list: unknown,
  path: string,
  invalid: (problem: string) => BelugaError,
): RerankAnswer["results"] {
  if (!Array.isArray(list)) throw invalid(`a response without an array "${path}"`);
  return (list as readonly unknown[]).map((item) => {
    const { index, relevance_score: score } = asRecord(item);
    return {
      index: typeof index === "number" ? index : NaN,
      score: typeof score === "number" ? score : NaN,
    };
  });
}
