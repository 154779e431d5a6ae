import type { Reranker } from "@beluga/core";
import { callChecks, checksOf } from "./call/checks.js";
import type { ProviderSpec } from "./call/suite.js";
import { type Check, testChecks } from "./check.js";
import { inputChecks } from "./reranker/inputs.js";
import { optionChecks } from "./reranker/options.js";
import { resultChecks } from "./reranker/results.js";
import { RerankerSuite, rerankOperation } from "./reranker/suite.js";
import type { ServedRequest } from "./server.js";

/** What the suite has to know of a provider of rerankers. */
export interface RerankerSpec<Config extends object = object> extends ProviderSpec<Reranker, Config> {
  /** How its vendor is spoken to. */
  wire: RerankerWire;
  /** The most documents of one request. More are refused. Default: no limit. */
  maxDocuments?: number;
}

/** One vendor's way to be asked for an order, and to answer. */
export interface RerankerWire {
  /** What a request asks for. */
  read(request: ServedRequest): {
    query: string;
    documents: readonly string[];
    /** How many results, where the request says it. */
    topN?: number | undefined;
  };
  /** The body of the vendor's answer, to be sent as JSON. */
  write(answer: WireResults, request: ServedRequest): unknown;
  /** The vendor does not report tokens. */
  unmetered?: boolean;
}

/** What the vendor is to answer. */
export interface WireResults {
  /** In this order. */
  results: readonly { index: number; score: number | null }[];
  /** How many tokens were read; `undefined` where the answer is not to say. */
  tokens: number | undefined;
}

/**
 * Tests a reranker with all that every one of them has to do, as tests of vitest.
 *
 * @example
 * ```ts
 * rerankerConformance({
 *   name: "acme",
 *   packageName: "@acme/beluga-rerank",
 *   create: createAcmeReranker,
 *   config: { model: "acme-rerank-1" },
 *   secret: "acme-key-0123456789",
 *   wire: {
 *     read: ({ body }) => body as { query: string; documents: string[]; topN?: number },
 *     write: ({ results, tokens }) => ({ results, usage: { total_tokens: tokens } }),
 *   },
 * });
 * ```
 */
export function rerankerConformance<Config extends object>(spec: RerankerSpec<Config>): void {
  testChecks({ ...spec, capability: "rerank" }, rerankerChecks(spec));
}

/** The same as data. */
export function rerankerChecks<Config extends object>(spec: RerankerSpec<Config>): Check[] {
  const suiteOf = (...args: Parameters<Check["run"]>): RerankerSuite => new RerankerSuite(spec, ...args);
  return [
    ...checksOf(callChecks(spec, rerankOperation(spec)), suiteOf),
    ...checksOf(
      { input: inputChecks(spec), options: optionChecks(), results: resultChecks(spec.wire) },
      suiteOf,
    ),
  ];
}
