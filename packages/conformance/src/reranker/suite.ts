import assert from "node:assert/strict";
import type { ErrorCode, RerankOptions, RerankResponse, Reranker } from "@beluga/core";
import type { ReportFeatures } from "../check.js";
import { CallSuite, type Operation, inputMark } from "../call/suite.js";
import { seededRandom } from "../random.js";
import type { RerankerSpec, WireResults } from "../reranker.js";
import type { Handler, Route, TestServer } from "../server.js";

/** One rule, as the files here write it. */
export interface RerankerCheck {
  name: string;
  run(suite: RerankerSuite): Promise<void>;
}

const query = `Which whale sings? (${inputMark})`;
const documents = [`Der Wal 鯨 🐋 (${inputMark})`, "Belugas sing.", "The sea is deep."];

/** One call that ranks three documents. */
export function rerankOperation(spec: RerankerSpec): Operation<Reranker> {
  return {
    op: "rerank.rerank",
    registryOf: ({ rerankers }) => rerankers,
    call: (reranker, options) => reranker.rerank(query, documents, options),
    answer: answering(spec),
    check: (result) => checkResponse(result as RerankResponse, documents),
  };
}

/** One reranker under test. */
export class RerankerSuite extends CallSuite<Reranker> {
  override readonly spec: RerankerSpec;

  constructor(spec: RerankerSpec, server: TestServer, report?: ReportFeatures) {
    super(spec, rerankOperation(spec), server, report);
    this.spec = spec;
  }

  /** A reranker that gets the vendor's right answers, changed as told. */
  answered(change: ResultChange = {}): { reranker: Reranker; route: Route } {
    const { instance, route } = this.served([answering(this.spec, change)]);
    return { reranker: instance, route };
  }

  /** Ranks, and compares the results with those of the documents. */
  async ranks(
    reranker: Reranker,
    documents: readonly string[],
    options: RerankOptions = {},
  ): Promise<RerankResponse> {
    const response = await reranker.rerank("q", documents, options);
    checkResponse(response, documents, options.topN);
    return response;
  }

  /** A call that is refused before anything is sent. Returns the error's message. */
  async refuses(
    [query, documents, options]: readonly [unknown, unknown, unknown?],
    code: ErrorCode,
  ): Promise<string> {
    const { reranker, route } = this.answered();
    const { message } = await this.failed(
      () => reranker.rerank(query as string, documents as string[], options as RerankOptions),
      code,
    );
    assert.equal(route.requests.length, 0, "requests");
    return message;
  }
}

/** How an answer differs from the right one. */
export interface ResultChange {
  results?(results: WireResults["results"]): WireResults["results"];
  tokens?(tokens: number): number | undefined;
}

function answering(spec: RerankerSpec, change: ResultChange = {}): Handler {
  return (request) => {
    const { documents, topN } = spec.wire.read(request);
    const results = expectedResults(documents, topN);
    const tokens = tokensOf(documents);
    const answer: WireResults = {
      results: change.results?.(results) ?? results,
      tokens: change.tokens ? change.tokens(tokens) : tokens,
    };
    return {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(spec.wire.write(answer, request)),
    };
  };
}

/** What the vendor makes of documents, the best first. */
function expectedResults(documents: readonly string[], topN = documents.length): RerankResponse["results"] {
  return documents
    .map((document, index) => ({ index, score: scoreOf(document) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, topN);
}

/** The score that the vendor made up for a document: also negative, and 0 for an empty one. */
function scoreOf(document: string): number {
  let seed = document.length;
  for (let i = 0; i < document.length; i++) seed = Math.imul(seed ^ document.charCodeAt(i), 0x01000193);
  return document === "" ? 0 : (seededRandom(seed).below(2_000) - 1_000) / 1_024;
}

/** What the vendor counts for documents. */
export function tokensOf(documents: readonly string[]): number {
  return documents.reduce((sum, document) => sum + document.length, 1);
}

function checkResponse(
  { results, usage, model, warnings }: RerankResponse,
  documents: readonly string[],
  topN?: number,
): void {
  assert.deepEqual(results, expectedResults(documents, topN));
  assert.ok(typeof model === "string" && model !== "", "model");
  assert.ok(Array.isArray(warnings), "warnings");
  for (const [name, value] of Object.entries(usage)) {
    if (name === "raw" || value === undefined) continue;
    assert.ok(typeof value === "number" && value >= 0, `usage.${name} is ${String(value)}`);
  }
}
