import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { EmbedOptions, EmbedResponse, Embedder, ErrorCode } from "@beluga/core";
import type { ReportFeatures } from "../check.js";
import { CallSuite, type Operation, type SuiteConfig, inputMark } from "../call/suite.js";
import type { EmbedderSpec, WireAnswer } from "../embedder.js";
import { seededRandom } from "../random.js";
import type { Handler, Reply, Route, ServedRequest, TestServer } from "../server.js";

/** One rule, as the files here write it. */
export interface EmbedderCheck {
  name: string;
  run(suite: EmbedderSuite): Promise<void>;
}

/** What is embedded where it does not matter. */
const text = `The whale, der Wal, 鯨 🐋 (${inputMark})`;

/** One call that embeds one text. */
export function embedOperation(spec: EmbedderSpec): Operation<Embedder> {
  return {
    op: "embed.embed",
    registryOf: ({ embedders }) => embedders,
    call: (embedder, options) => embedder.embed([text], options),
    ...(spec.wire && { answer: answering(spec) }),
    check(result) {
      const { embeddings } = checkResponse(result as EmbedResponse, 1);
      if (spec.wire)
        assert.deepEqual(embeddings[0], vectorOf(text, embeddings[0]?.length ?? 0), "the vector");
    },
  };
}

/** One embedder under test. */
export class EmbedderSuite extends CallSuite<Embedder> {
  override readonly spec: EmbedderSpec;

  constructor(spec: EmbedderSpec, server: TestServer, report?: ReportFeatures) {
    super(spec, embedOperation(spec), server, report);
    this.spec = spec;
  }

  /** An embedder that gets the vendor's right answers, changed as told. */
  answered(change: AnswerChange = {}, config: SuiteConfig = {}): { embedder: Embedder; route: Route } {
    const { instance, route } = this.served([answering(this.spec, change)], config);
    return { embedder: instance, route };
  }

  /** An embedder that works: over HTTP or in process. */
  working(): { embedder: Embedder; route: Route | undefined } {
    return this.spec.wire ? this.answered() : { embedder: this.create(), route: undefined };
  }

  /** Texts that need this many requests. `undefined` where any number fits in one. */
  textsFor(requests: number): string[] | undefined {
    const { maxBatchSize } = this.create().limits;
    return Number.isFinite(maxBatchSize) ? numbered((requests - 1) * maxBatchSize + 1) : undefined;
  }

  /** Embeds, and compares the vectors with those of the texts. */
  async embeds(
    embedder: Embedder,
    texts: readonly string[],
    options: EmbedOptions = {},
  ): Promise<EmbedResponse> {
    const response = checkResponse(await embedder.embed(texts, options), texts.length);
    if (this.spec.wire) {
      const width = response.embeddings[0]?.length ?? 0;
      const wrong = texts.findIndex((text, at) => !same(response.embeddings[at], vectorOf(text, width)));
      assert.equal(wrong, -1, `text ${wrong} does not have its vector`);
    }
    return response;
  }

  /** A call that is refused before anything is sent. */
  async refuses(
    texts: unknown,
    options: unknown,
    code: ErrorCode | readonly ErrorCode[],
    config: SuiteConfig = {},
  ): Promise<string> {
    const { embedder, route } = this.spec.wire
      ? this.answered({}, config)
      : { embedder: this.create(config), route: undefined };
    const { message } = await this.failed(
      () => embedder.embed(texts as string[], options as EmbedOptions),
      code,
    );
    assert.equal(route?.requests.length ?? 0, 0, "requests");
    return message;
  }

  /** The texts of a request. */
  textsOf(request: ServedRequest): readonly string[] {
    const { wire } = this.spec;
    assert.ok(wire, "this embedder runs in process");
    return wire.read(request).texts;
  }
}

/** How an answer differs from the right one. */
export interface AnswerChange {
  vectors?(vectors: WireAnswer["vectors"], count: number): WireAnswer["vectors"];
  tokens?(tokens: number, count: number): number | undefined;
  /** How long the answer to request `count` takes, in milliseconds. */
  delay?(count: number): number;
  /** In place of the answer to request `count`. */
  reply?(count: number): Reply | undefined;
}

function answering(spec: EmbedderSpec, change: AnswerChange = {}): Handler {
  return async (request, count) => {
    const { wire } = spec;
    assert.ok(wire, "this embedder runs in process");
    const reply = change.reply?.(count);
    if (reply) return reply;
    const delay = change.delay?.(count) ?? 0;
    if (delay > 0) await wait(delay);
    const { texts, dimensions = naturalWidth(spec) } = wire.read(request);
    const vectors = texts.map((text, index) => ({ index, values: vectorOf(text, dimensions) }));
    const tokens = tokensOf(texts);
    const answer: WireAnswer = {
      vectors: change.vectors?.(vectors, count) ?? vectors,
      tokens: change.tokens ? change.tokens(tokens, count) : tokens,
    };
    return {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wire.write(answer, request)),
    };
  };
}

const widths = new WeakMap<EmbedderSpec, number>();

/** Small, unless the embedder says that it knows better. */
function naturalWidth(spec: EmbedderSpec): number {
  let width = widths.get(spec);
  if (width === undefined) {
    const apiKey = spec.secret === undefined ? {} : { apiKey: spec.secret };
    width = spec.create({ ...apiKey, baseURL: "http://127.0.0.1:9", ...spec.config }).dimensions ?? 8;
    widths.set(spec, width);
  }
  return width;
}

/** The vector that the vendor made up for a text. Its numbers survive any encoding. */
export function vectorOf(text: string, width: number): Float32Array {
  let seed = width;
  for (let i = 0; i < text.length; i++) seed = Math.imul(seed ^ text.charCodeAt(i), 0x01000193);
  const random = seededRandom(seed);
  return Float32Array.from({ length: width }, () => (random.below(255) - 127) / 256);
}

/** What the vendor counts for texts. */
export function tokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** Different texts, short ones. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `t${i}`);
}

/** What is true of every response. */
export function checkResponse(response: EmbedResponse, count: number): EmbedResponse {
  const { embeddings, usage, model, warnings } = response;
  assert.equal(embeddings.length, count, "vectors");
  const width = embeddings[0]?.length;
  for (const [at, embedding] of embeddings.entries()) {
    assert.ok(embedding instanceof Float32Array, `vector ${at} is no Float32Array`);
    assert.equal(embedding.length, width, `the width of vector ${at}`);
  }
  for (const [name, value] of Object.entries(usage)) {
    if (name === "raw" || value === undefined) continue;
    assert.ok(typeof value === "number" && value >= 0, `usage.${name} is ${String(value)}`);
  }
  assert.ok(typeof model === "string" && model !== "", "model");
  assert.ok(Array.isArray(warnings), "warnings");
  return response;
}

function same(a: Float32Array | undefined, b: Float32Array): boolean {
  return a?.length === b.length && b.every((value, at) => value === a[at]);
}
