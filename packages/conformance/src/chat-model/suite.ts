import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  BelugaError,
  type ChatModel,
  type ChatOptions,
  type ChatResponse,
  type ErrorCode,
} from "@beluga/core";
import type { HttpConfig } from "@beluga/core/provider";
import type { ChatModelSpec } from "../chat-model.js";
import type { ReportFeatures } from "../check.js";
import {
  type ChatExchange,
  type ExpectedAnswer,
  type RecordedResponse,
  bytesOf,
  headersOf,
} from "../exchange.js";
import { type MemoryRequest, type MemoryResponse, cutAt, memoryFetch } from "../memory-fetch.js";
import { newSeed } from "../random.js";
import type { Handler, Reply, Route, TestServer } from "../server.js";
import { type Frames, framings } from "./frames.js";
import { type Mode, type Outcome, addPart, callModel } from "./collect.js";

/** What is asked in every call. No error may have it. */
export const prompt = "What is the weather in Zürich? (prompt-7d1f3c)";
const promptMark = "prompt-7d1f3c";

/** What the suite sets in a provider's config. */
export type SuiteConfig = Pick<
  HttpConfig,
  "fetch" | "headers" | "limits" | "maxRetries" | "maxRetryWait" | "timeout"
> & {
  baseURL?: string;
  apiKey?: string | undefined;
};

/** A body, with its headers, that a model is answered with. */
export interface Answering {
  status?: number;
  headers: Record<string, string>;
  bytes: Uint8Array;
}

/** One provider under test. */
export class ChatSuite {
  readonly spec: ChatModelSpec;
  readonly server: TestServer;
  readonly framing: Frames;
  readonly report: ReportFeatures;
  /** Cuts are placed by it where there are too many places; printed where a check fails. */
  readonly seed = newSeed();
  #lookedAt = 0;

  constructor(spec: ChatModelSpec, server: TestServer, report: ReportFeatures = () => {}) {
    this.spec = spec;
    this.server = server;
    this.report = report;
    this.framing = framings[spec.framing ?? "sse"];
  }

  /** A model that does not retry, unless it is told to. */
  model(config: SuiteConfig): ChatModel {
    return this.spec.create(this.config(config));
  }

  config(config: SuiteConfig): Record<string, unknown> {
    return {
      ...(this.spec.secret !== undefined && { apiKey: this.spec.secret }),
      baseURL: "http://127.0.0.1:9/nowhere",
      maxRetries: 0,
      // So that what hangs, although it should not, fails its own check and not the whole run.
      timeout: { total: 15_000, headers: 10_000, idle: 10_000 },
      ...this.spec.config,
      ...config,
    };
  }

  /** A model whose requests are answered by the local server. */
  served(replies: readonly Reply[] | Handler, config: SuiteConfig = {}): { model: ChatModel; route: Route } {
    const route = typeof replies === "function" ? this.server.route(replies) : this.server.route(...replies);
    return { model: this.model({ ...config, baseURL: route.url }), route };
  }

  /** A model whose requests are answered from memory. */
  inMemory(
    answer: MemoryResponse | ((count: number) => MemoryResponse),
    config: SuiteConfig = {},
  ): { model: ChatModel; requests: MemoryRequest[] } {
    const requests: MemoryRequest[] = [];
    return { model: this.model({ ...config, fetch: memoryFetch(answer, requests) }), requests };
  }

  /** A recorded exchange as the server sends it. */
  reply(recorded: RecordedResponse): Reply {
    return { status: recorded.status ?? 200, headers: headersOf(recorded), body: bytesOf(recorded) };
  }

  /** Makes a call, answered from memory with a body that is cut at the given positions. */
  async answered(
    mode: Mode,
    { status, headers, bytes }: Answering,
    cuts: readonly number[] = [],
  ): Promise<Outcome> {
    const { model } = this.inMemory({
      ...(status !== undefined && { status }),
      headers,
      pieces: cutAt(bytes, cuts),
    });
    return callModel(model, mode, prompt);
  }

  /** Exchanges that are recorded this way, and that end well. */
  exchanges(mode: Mode): (ChatExchange & { readonly [Key in Mode]?: RecordedResponse })[] {
    return this.spec.exchanges.filter((exchange) => exchange[mode] && !exchange.expected.error);
  }

  /** The exchange that all is tried with whose content does not matter: the first with text. */
  plain(mode: Mode): { recorded: RecordedResponse; expected: ExpectedAnswer } {
    const exchanges = this.exchanges(mode);
    const exchange = exchanges.find(({ expected }) => expected.text) ?? exchanges[0];
    const recorded = exchange?.[mode];
    assert.ok(exchange && recorded, `spec.exchanges has none with ${mode} that ends well`);
    return { recorded, expected: exchange.expected };
  }

  /** The reply of {@link ChatSuite.plain}. */
  plainReply(mode: Mode): Reply {
    return this.reply(this.plain(mode).recorded);
  }

  frames(recorded: RecordedResponse): Uint8Array[] {
    return this.framing.split(bytesOf(recorded));
  }

  /** The number of frames up to and including the one that completes the answer. */
  completeAfter(frames: readonly Uint8Array[]): number {
    const at = frames.findIndex((frame) => this.spec.completes(this.framing.textOf(frame)));
    assert.ok(at >= 0, "spec.completes accepts no frame of a recorded stream");
    return at + 1;
  }

  /**
   * The beginning of the plain stream, up to and including the first frame that gives text, and the text of that. What a stream is
   * broken off, stalled or left after.
   */
  async opening(): Promise<{
    headers: Record<string, string>;
    start: Uint8Array;
    lastFrame: Uint8Array;
    text: string;
  }> {
    const { recorded } = this.plain("stream");
    const frames = this.frames(recorded);
    const headers = headersOf(recorded);
    for (let count = 1; count < this.completeAfter(frames); count++) {
      const lastFrame = frames[count - 1] as Uint8Array;
      const start = Buffer.concat(frames.slice(0, count));
      const { text } = await this.answered("stream", { headers, bytes: start });
      if (text !== "") return { headers, start, lastFrame, text };
    }
    return assert.fail(
      "no text comes out of the plain stream before its end: are parts handed on as they arrive?",
    );
  }

  /**
   * A call that has to fail, with a `BelugaError` as it should be: with the provider's marks on it, and without a key, a header or a
   * prompt.
   */
  async fails(
    model: ChatModel,
    mode: Mode,
    code: ErrorCode | readonly ErrorCode[],
    options?: ChatOptions,
  ): Promise<Failed> {
    return this.failed(await callModel(model, mode, prompt, options), mode, code);
  }

  failed(outcome: Outcome, mode: Mode, code: ErrorCode | readonly ErrorCode[]): Failed {
    assert.ok(outcome.failure, `no error, but an answer that ended normally (expected ${String(code)})`);
    const { error } = outcome.failure;
    // Looking everywhere takes longer than the call; of the many errors of a check, those that are alike are alike in this too.
    this.assertClean(error, this.#lookedAt++ < 12);
    assert.ok(BelugaError.is(error), `not a BelugaError: ${inspect(error)}`);
    const codes: readonly ErrorCode[] = typeof code === "string" ? [code] : code;
    assert.ok(
      codes.includes(error.code),
      `${error.code} where ${codes.join(" or ")} was expected (${error.message})`,
    );
    assert.equal(error.op, `llm.${mode}`, "error.op");
    assert.equal(error.provider, this.spec.name, "error.provider");
    assert.ok(
      error.message.includes(`llm.${mode}: `),
      `a message that does not name the operation: ${error.message}`,
    );
    return { error, outcome };
  }

  /** A call that has to be refused before anything is sent. */
  async refused(
    model: ChatModel,
    mode: Mode,
    call: Parameters<typeof callModel>[2],
    options: ChatOptions,
    code: ErrorCode,
  ): Promise<void> {
    const outcome = await callModel(model, mode, call, options);
    this.failed(outcome, mode, code);
  }

  /** A call that has to succeed. */
  async succeeds(model: ChatModel, mode: Mode, options?: ChatOptions): Promise<ChatResponse> {
    return succeeded(await callModel(model, mode, prompt, options));
  }

  /** Nothing of an error may hold what is secret: not as it is shown, and not where a tool that reports errors may look. */
  assertClean(error: unknown, everywhere = true): void {
    const secrets = { key: this.spec.secret, prompt: promptMark };
    const views: Record<string, string> = { inspection: show(error) };
    if (everywhere) views["inmost parts"] = show(error, false);
    if (everywhere && typeof error === "object" && error !== null) {
      views["JSON"] = JSON.stringify(error) ?? "";
      for (const key of Reflect.ownKeys(error)) {
        const value: unknown = Reflect.get(error, key);
        // What stands in a plain object was in the inmost parts already; a Request shows more only by its own inspection.
        if (typeof value === "string") views[String(key)] = value;
        else if (typeof value === "object" && key !== "partial") views[String(key)] = show(value);
      }
    }
    for (const [what, secret] of Object.entries(secrets)) {
      for (const [view, text] of Object.entries(views)) {
        assert.ok(
          secret === undefined || !text.includes(secret),
          `the ${what} stands in an error, in its ${view}`,
        );
      }
    }
  }
}

function show(value: unknown, customInspect = true): string {
  return inspect(value, {
    customInspect,
    depth: Infinity,
    showHidden: true,
    breakLength: Infinity,
    maxStringLength: Infinity,
    maxArrayLength: Infinity,
  });
}

export interface Failed {
  error: BelugaError;
  outcome: Outcome;
}

export function succeeded({ response, failure }: Outcome): ChatResponse {
  if (failure) throw failure.error;
  assert.ok(response, "no response");
  return response;
}

/** Compares an answer with what was expected of it. */
export function assertAnswer(response: ChatResponse, expected: ExpectedAnswer): void {
  const { text = "", reasoning = "", toolCalls = [], refusal, sources = [], warnings = [] } = expected;
  const { raw, ...usage } = response.usage;
  assert.deepEqual(
    {
      text: response.text,
      reasoning: response.reasoning,
      toolCalls: response.toolCalls.map(({ id, name, arguments: args }, at) => ({
        ...(toolCalls[at]?.id !== undefined && { id }),
        name,
        arguments: args,
      })),
      refusal: response.refusal,
      finishReason: response.finishReason,
      usage: defined(usage),
      sources: response.sources.map(({ providerMetadata: _, ...source }) => source),
      ...(expected.model !== undefined && { model: response.model }),
      ...(expected.id !== undefined && { id: response.id }),
    },
    {
      text,
      reasoning,
      toolCalls,
      refusal,
      finishReason: { unified: expected.finishReason.unified, raw: expected.finishReason.raw },
      usage: expected.usage,
      sources,
      ...(expected.model !== undefined && { model: expected.model }),
      ...(expected.id !== undefined && { id: expected.id }),
    },
    "the answer is not the expected one",
  );
  // Real vendors have reported more of both than there was in all; an exchange that shows it would hide a wrong reading of the counts.
  const {
    inputTokens = Infinity,
    outputTokens = Infinity,
    cachedInputTokens = 0,
    cacheWriteTokens = 0,
    reasoningTokens = 0,
  } = usage;
  assert.ok(cachedInputTokens + cacheWriteTokens <= inputTokens, "more cached tokens than input tokens");
  assert.ok(reasoningTokens <= outputTokens, "more reasoning tokens than output tokens");
  const messages = response.warnings.map(({ message }) => message);
  assert.equal(messages.length, warnings.length, `warnings: ${messages.join("; ") || "none"}`);
  for (const words of warnings) {
    assert.ok(
      messages.some((message) => message.includes(words)),
      `no warning says "${words}": ${messages.join("; ")}`,
    );
  }
  if (Object.keys(expected.usage).length > 0) assert.ok(raw !== undefined, "usage.raw is missing");
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;
}

/** An outcome in a form in which two that should be the same are equal: ids that were made up are numbered. */
export function comparable(outcome: Outcome, expected: ExpectedAnswer): unknown {
  const { failure, response, calls, ...rest } = outcome;
  const made = (expected.toolCalls ?? []).some(({ id }) => id === undefined);
  const ids = new Map<string, string>();
  const value = {
    ...rest,
    calls,
    response,
    failure: failure && (BelugaError.is(failure.error) ? failure.error.code : String(failure.error)),
  };
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) => {
      if (!made || (key !== "id" && key !== "toolCallId") || typeof member !== "string") return member;
      if (!ids.has(member)) ids.set(member, `id ${ids.size + 1}`);
      return ids.get(member);
    }),
  );
}

/** Reads a stream up to its first text. */
export async function readFirstText(
  iterator: AsyncIterator<Parameters<typeof addPart>[1]>,
): Promise<Outcome> {
  const outcome: Outcome = { text: "", reasoning: "", calls: [], sources: [], raw: [] };
  while (outcome.text === "") {
    const { value, done } = await iterator.next();
    assert.ok(!done, "the stream ended before any text");
    addPart(outcome, value);
  }
  return outcome;
}

/** Waits, in real time. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lets timers and sockets have their turn, in the middle of much that is done in memory. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How long the suite waits for what has to happen soon, in milliseconds. Long, because a machine may be busy. */
let patience = 5000;

/** For tests of the suite itself, in which it does not happen. */
export function setPatience(milliseconds: number): void {
  patience = milliseconds;
}

/** Fails, in words, where something does not happen soon. */
export async function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${what}: not within ${patience} ms`;
    timer = setTimeout(() => reject(new assert.AssertionError({ message })), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
