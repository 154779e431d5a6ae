import { isDeepStrictEqual } from "node:util";
import {
  BelugaError,
  type ChatResponse,
  type EmbedResponse,
  type Embedder,
  type ErrorCode,
  type RerankResponse,
  type Reranker,
  type Usage,
} from "@beluga/core";
import type { Outcome } from "../chat-model/collect.js";
import type { Recording } from "./recording.js";
import type { Wanted } from "./rules.js";
import type { ReplayTarget } from "./target.js";
import { finishReasons, usages } from "./terms.js";

/** One thing that is not as it should be. */
export interface Difference {
  what: string;
  expected: unknown;
  actual: unknown;
}

/** All differences between a chat's outcome and what was wanted. */
export function compareChat(
  outcome: Outcome,
  wanted: Wanted,
  recording: Recording,
  target: ReplayTarget,
): Difference[] {
  const { expected, error, warnings } = wanted;
  if (error) return compareError(outcome.failure?.error, outcome.response, error, wanted, outcome);
  if (outcome.failure) return [unexpected(outcome.failure.error)];
  const response = outcome.response as ChatResponse;
  const { raw, ...counts } = response.usage;
  const reason = given(expected.finishReason);
  const calls = expected.toolCalls ?? [];
  return differences({
    text: [expected.text ?? "", response.text],
    reasoning: [expected.reasoning ?? "", response.reasoning],
    toolCalls: [
      calls.map(({ id, name, arguments: args }) => ({ id: given(id) ?? "any", name, arguments: args })),
      response.toolCalls.map(({ id, name, arguments: args }, at) => ({
        // Where the vendor gives no id, any will do that is not empty.
        id: given(calls[at]?.id) !== undefined || id === "" ? id : "any",
        name,
        arguments: args,
      })),
    ],
    refusal: [expected.refusal, response.refusal],
    "finishReason.raw": [reason, response.finishReason.raw],
    "finishReason.unified": [unifiedReason(reason, wanted, target), response.finishReason.unified],
    "usage.raw": [expected.usage ?? undefined, raw],
    usage: unifiedUsage(expected.usage, counts, recording, target),
    id: [given(expected.id) ?? response.id, response.id],
    model: [given(expected.model) ?? response.model, response.model],
    sources: atLeast(
      expected.citations ?? expected.annotations ?? expected.groundingChunks ?? 0,
      response.sources.length,
    ),
    signatures: [expected.thinkingSignatures ?? signatureCount(response), signatureCount(response)],
    warnings: [
      warnings,
      warnings.filter((words) => response.warnings.some(({ message }) => message.includes(words))),
    ],
  });
}

/** All differences between the outcome of an embedding and what was wanted. */
export function compareEmbedding(result: Result<EmbedResponse>, ...context: Context): Difference[] {
  return compareWhole(result, context, ({ embeddings }, expected) => {
    const [vector = new Float32Array()] = embeddings;
    const norm = Math.hypot(...vector);
    return {
      count: [expected.count, embeddings.length],
      dimensions: [[expected.dimensions], [...new Set(embeddings.map(({ length }) => length))]],
      first3: rounded(expected.first3 ?? [], [...vector.subarray(0, 3)], 7),
      norm: rounded([expected.norm ?? norm], [norm], 3),
    };
  });
}

/** The embeddings that a recorded request asked for: as many, and of the width, whatever this wire calls it. */
export function embed(embedder: Embedder, { request, expected }: Recording): Promise<EmbedResponse> {
  const [, width] = /"\w*dimension\w*":(\d+)/i.exec(JSON.stringify(request?.body ?? {})) ?? [];
  const texts = Array.from({ length: expected.count ?? 1 }, (_, at) => `text ${at}`);
  return embedder.embed(texts, width === undefined ? {} : { dimensions: Number(width) });
}

/** All differences between the outcome of a reranking and what was wanted. */
export function compareReranking(result: Result<RerankResponse>, ...context: Context): Difference[] {
  return compareWhole(result, context, ({ results }, expected) => ({ results: [expected.results, results] }));
}

/** How a call ended that is answered whole. */
type Result<Response> = { response?: Response; failure?: { error: unknown } };

type Context = [wanted: Wanted, recording: Recording, target: ReplayTarget];

type Pairs = Readonly<Record<string, readonly [expected: unknown, actual: unknown]>>;

function compareWhole<Response extends Pick<EmbedResponse, "usage" | "model">>(
  { response, failure }: Result<Response>,
  [wanted, recording, target]: Context,
  pairsOf: (response: Response, expected: Wanted["expected"]) => Pairs,
): Difference[] {
  const { expected, error } = wanted;
  if (error) return compareError(failure?.error, response, error, wanted);
  if (failure || !response) return [unexpected(failure?.error)];
  const { raw, ...counts } = response.usage;
  return differences({
    ...pairsOf(response, expected),
    "usage.raw": [expected.usage ?? undefined, raw],
    usage: unifiedUsage(expected.usage, counts, recording, target),
    model: [given(expected.model) ?? response.model, response.model],
  });
}

/** The reranking that a recorded request asked for: as many documents, and as many results. */
export function rerank(reranker: Reranker, { request, expected }: Recording): Promise<RerankResponse> {
  const { documents, top_n: topN, top_k: topK } = request?.body ?? {};
  const results = expected.results ?? [];
  const count = Array.isArray(documents)
    ? documents.length
    : Math.max(0, ...results.map(({ index }) => index + 1));
  const asked = [topN, topK].find((value) => typeof value === "number");
  // A recording without its request tells how many were asked for only by how many came.
  const options =
    documents === undefined ? { topN: results.length } : asked === undefined ? {} : { topN: asked };
  const texts = Array.from({ length: Math.max(1, count) }, (_, at) => `document ${at}`);
  return reranker.rerank("query", texts, options);
}

function compareError(
  error: unknown,
  response: unknown,
  { code, status }: { code: ErrorCode; status?: number },
  { expected }: Wanted,
  outcome?: Outcome,
): Difference[] {
  if (error === undefined) return [{ what: "error", expected: code, actual: response }];
  if (!BelugaError.is(error)) return [unexpected(error)];
  return differences({
    code: [code, error.code],
    status: [status ?? error.status, error.status],
    message: [true, expected.error?.message === undefined || saysSo(error.message, expected.error.message)],
    ...(outcome && expected.text !== undefined && { "text before it": [expected.text, outcome.text] }),
  });
}

/** An error says what the vendor said, as far as it is allowed: keys are masked, and long texts cut. */
function saysSo(message: string, words: string): boolean {
  const start = words.split(/\s*(?:sk-|:)/)[0] ?? "";
  return message.includes(start.replaceAll(/\s+/g, " ").slice(0, 200));
}

/** Vendors also write "" for what they do not say, and JSON of protocol buffers may have a number for a word. */
function given(value: string | number | null | undefined): string | undefined {
  return value === null || value === undefined || value === "" ? undefined : String(value);
}

function unifiedReason(reason: string | undefined, { expected }: Wanted, target: ReplayTarget): string {
  if (expected.refusal) return "content-filter";
  const unified =
    reason === undefined ? "other" : (target.finishReasons?.[reason] ?? finishReasons[reason] ?? "other");
  return unified === "stop" && (expected.toolCalls ?? []).length > 0 ? "tool-calls" : unified;
}

function unifiedUsage(
  raw: Readonly<Record<string, unknown>> | null | undefined,
  counts: Usage,
  { api }: Recording,
  target: ReplayTarget,
): [unknown, unknown] {
  const read = target.usage ?? usages[api];
  if (!read)
    throw new Error(`nobody says what a usage of ${api} means: add it to the target, or to terms.ts`);
  const { raw: _, ...expected } = raw ? read(raw) : {};
  return [expected, counts];
}

function signatureCount({ message }: ChatResponse): number {
  return typeof message.content === "string"
    ? 0
    : message.content.filter((part) => part.type === "reasoning" && part.signature).length;
}

/** Vendors count what was cited; what was found, and not cited, is a source as well. */
function atLeast(least: number, actual: number): [unknown, unknown] {
  return actual < least ? [`${least} at least`, actual] : [least, least];
}

function rounded(expected: readonly number[], actual: readonly number[], digits: number): [unknown, unknown] {
  const near =
    actual.length === expected.length &&
    actual.every((value, at) => Math.abs(value - (expected[at] ?? 0)) < 2 * 10 ** -digits);
  return near ? [expected, expected] : [expected, actual];
}

function unexpected(error: unknown): Difference {
  return {
    what: "error",
    expected: "none",
    actual: BelugaError.is(error)
      ? `${error.code}: ${error.message}`
      : error instanceof Error
        ? error.stack
        : error,
  };
}

function differences(pairs: Pairs): Difference[] {
  return Object.entries(pairs)
    .filter(([, [expected, actual]]) => !isDeepStrictEqual(expected, actual))
    .map(([what, [expected, actual]]) => ({ what, expected, actual }));
}
