import { inspect, isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import {
  BelugaError,
  type ChatModel,
  type ChatResponse,
  type ChatStreamPart,
  type Embedder,
} from "@beluga/core";
import type { End } from "./cases.js";
import type { Clients, Models } from "./clients.js";
import { type Plan, numberHeader, textsOf, vectorOf } from "./plan.js";

/** How a call ended, and what was wrong with it beside that. */
export interface Outcome {
  end: End;
  problems: string[];
}

/** Makes the call of a plan, as its caller would. */
export async function makeCall(plan: Plan, clients: Clients, lasting: AbortSignal): Promise<Outcome> {
  const call = new Call(plan, lasting);
  const models = clients[plan.case.client];
  try {
    call.begin();
    if (plan.kind === "embed") await embed(call, plan, models[plan.wire]);
    else if (plan.kind === "stream") await stream(call, plan, models[plan.wire]);
    else await generate(call, plan, models);
    return call.outcome;
  } finally {
    call.over();
  }
}

/** What the caller does to one call, and what it makes of its end. */
class Call {
  readonly outcome: Outcome = { end: "something else", problems: [] };
  readonly options: { signal?: AbortSignal; headers: Record<string, string> };
  readonly #plan: Plan;
  readonly #controller = new AbortController();
  /** Told apart from all others by its identity alone. */
  readonly #reason = { reason: "the caller's" };
  readonly #failure = new Error("the consumer's own");
  #timer: NodeJS.Timeout | undefined;

  constructor(plan: Plan, lasting: AbortSignal) {
    this.#plan = plan;
    const aborts = plan.whim === "aborts" || plan.case.caller.startsWith("aborts");
    const signal = aborts ? this.#controller.signal : plan.sharesSignal ? lasting : undefined;
    this.options = { headers: { [numberHeader]: String(plan.number) }, ...(signal && { signal }) };
  }

  begin(): void {
    const { kind, whim, delay } = this.#plan;
    const { caller } = this.#plan.case;
    const byClock =
      whim === "aborts" || caller === "aborts soon" || (caller === "aborts midway" && kind !== "stream");
    if (caller === "aborts before") this.abort();
    else if (byClock) this.#timer = setTimeout(() => this.abort(), delay);
  }

  over(): void {
    clearTimeout(this.#timer);
  }

  abort(): void {
    this.#controller.abort(this.#reason);
  }

  /** What the consumer does after it got so many parts. @returns whether it leaves. */
  consumed(parts: number): boolean {
    const { whim, midway } = this.#plan;
    const { caller } = this.#plan.case;
    if (parts !== midway) return false;
    if (caller === "aborts midway") this.abort();
    if (caller === "throws midway") throw this.#failure;
    return whim === "leaves" || caller === "leaves midway";
  }

  problem(text: string): void {
    this.outcome.problems.push(text);
  }

  /** Whether what was received is what was sent. */
  expect(what: string, received: unknown, sent: unknown): void {
    if (!isDeepStrictEqual(received, sent))
      this.problem(`${what}: ${brief(received)} where ${brief(sent)} was sent`);
  }

  /** @param text - What of the answer the caller has. */
  rejected(error: unknown, text = ""): void {
    this.outcome.end = this.#endOf(error);
    if (!BelugaError.is(error)) {
      if (this.outcome.end === "something else") this.problem(`rejected with ${brief(error)}`);
      return;
    }
    const { op, partial } = error;
    const ops = { stream: "llm.stream", generate: "llm.generate", embed: "embed.embed" };
    this.expect("the operation in the error", op, ops[this.#plan.kind]);
    if (this.#plan.kind === "stream")
      this.expect("the partial text in the error", (partial as ChatResponse).text, text);
  }

  #endOf(error: unknown): End {
    if (error === this.#reason) return "aborted";
    if (error === this.#failure) return "thrown";
    return BelugaError.is(error) ? error.code : "something else";
  }
}

async function stream(call: Call, plan: Plan, model: ChatModel): Promise<void> {
  const iterator = model.stream(prompt(plan), call.options)[Symbol.asyncIterator]();
  const parts: ChatStreamPart[] = [];
  let text = "";
  try {
    for await (const part of { [Symbol.asyncIterator]: () => iterator }) {
      if (call.options.signal?.aborted) call.problem("a part after the abort");
      parts.push(part);
      if (part.type === "text") text += part.text;
      if (plan.case.caller === "dawdles" && plan.random.below(4) === 0) await sleep(plan.random.below(5));
      if (part.type === "finish") call.outcome.end = "finished";
      else if (call.consumed(parts.length)) {
        call.outcome.end = "left";
        break;
      }
    }
  } catch (error) {
    call.rejected(error, text);
  }
  const after = await iterator.next();
  if (!after.done) call.problem(`a part after the end: ${brief(after.value)}`);
  checkParts(call, plan, parts);
}

function checkParts(call: Call, { pieces }: Plan, parts: readonly ChatStreamPart[]): void {
  const finish = parts.findIndex(({ type }) => type === "finish");
  const texts = parts.flatMap((part) => (part.type === "text" ? part.text : []));
  call.expect("the pieces of text", texts, pieces.slice(0, texts.length));
  if (call.outcome.end !== "finished") {
    if (finish >= 0) call.problem("a finish part, and then another end");
    return;
  }
  if (finish !== parts.length - 1) call.problem("a part after the finish part");
  const last = parts.at(finish);
  call.expect("all pieces of text", texts, pieces);
  if (last?.type === "finish") call.expect("the text of the response", last.response.text, pieces.join(""));
}

async function generate(call: Call, plan: Plan & { wire: keyof Models }, models: Models): Promise<void> {
  try {
    const { text } = await models[plan.wire].generate(prompt(plan), call.options);
    call.outcome.end = "finished";
    call.expect("the text of the response", text, plan.pieces.join(""));
  } catch (error) {
    call.rejected(error);
  }
}

async function embed(call: Call, plan: Plan, embedder: Embedder): Promise<void> {
  const texts = textsOf(plan);
  try {
    const { embeddings } = await embedder.embed(texts, call.options);
    call.outcome.end = "finished";
    call.expect(
      "the vectors",
      embeddings.map((vector) => [...vector]),
      texts.map(vectorOf),
    );
  } catch (error) {
    call.rejected(error);
  }
}

function prompt({ number }: Plan): string {
  return `What is call ${number}?`;
}

function brief(value: unknown): string {
  const text = value instanceof Error ? String(value) : inspect(value, { breakLength: Infinity });
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
