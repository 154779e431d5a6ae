import type { BelugaError, FinishReason, Source, Usage } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatEventReader,
  type ResponseInfo,
  asArray,
  asCount,
  asRecord,
  asText,
  isRecord,
  newToolCallId,
} from "@beluga/core/provider";
import { readImages } from "./images.js";
import type { OpenAIChatWire } from "./wire.js";

type Fields = Readonly<Record<string, unknown>>;

/** An answer that is read, and whose it is. */
export interface Reading<Wire> {
  answer: ChatAnswer;
  wire: Wire;
  response: ResponseInfo;
  /** Makes the error of a failure that the vendor reports. */
  failure(body: unknown): BelugaError;
}

// What the vendors send, where they send it.
interface Chunk {
  id?: unknown;
  model?: unknown;
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
  x_groq?: { usage?: unknown };
  system_fingerprint?: unknown;
  service_tier?: unknown;
}

interface Choice {
  index?: unknown;
  delta?: Delta | null;
  message?: Delta | null;
  finish_reason?: unknown;
  logprobs?: { content?: unknown } | null;
}

interface Delta {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  reasoning_details?: unknown;
  refusal?: unknown;
  tool_calls?: unknown;
  function_call?: WireFunction | null;
  annotations?: unknown;
  images?: unknown;
}

interface WireToolCall {
  index?: unknown;
  id?: unknown;
  function?: WireFunction | null;
}

interface WireFunction {
  name?: unknown;
  arguments?: unknown;
}

/** Reads the chunks of a stream: {@link https://platform.openai.com/docs/api-reference/chat-streaming}. */
export class ChunkReader implements ChatEventReader {
  /** Whether the stream's `[DONE]` was seen. */
  isDone = false;
  readonly #reading: Reading<OpenAIChatWire>;
  readonly #completion: CompletionReader;

  constructor(reading: Reading<OpenAIChatWire>) {
    this.#reading = reading;
    this.#completion = new CompletionReader(reading);
  }

  done(): void {
    this.isDone = true;
    this.#reading.answer.complete();
  }

  read(chunk: Fields & Chunk, name: string | undefined): void {
    if (chunk.error || name === "error") throw this.#reading.failure(chunk);
    this.#completion.readEnvelope(chunk);
    const { choices } = chunk;
    if (!Array.isArray(choices)) return;
    for (const choice of choices as readonly Choice[]) {
      // With `n` in the provider options there are several answers; this is the first.
      if (!isRecord(choice) || (choice.index !== undefined && choice.index !== 0)) continue;
      if (choice.delta) this.#completion.readMessage(choice.delta);
      // Some vendors repeat the whole message with the last chunk; what was read from deltas is it already.
      this.#completion.readChoice(choice);
    }
  }
}

/** Reads a whole answer: {@link https://platform.openai.com/docs/api-reference/chat/object}. */
export function readCompletion(body: unknown, reading: Reading<OpenAIChatWire>): void {
  const { answer } = reading;
  if (!isRecord(body)) throw answer.invalid("a body that is not an object");
  const completion = new CompletionReader(reading);
  completion.readEnvelope(body);
  const choices = Array.isArray(body["choices"]) ? (body["choices"] as readonly Choice[]) : [];
  const choice =
    choices.find(({ index }) => index === 0 || index === undefined || index === null) ?? choices[0];
  // An answer that a filter held back has a reason and no message.
  if (isRecord(choice?.message)) completion.readMessage(choice.message);
  else if (!choice?.finish_reason) throw answer.invalid("a body without a message");
  completion.readChoice(choice);
  answer.complete();
}

/** Reads a completion, whole or in pieces. */
class CompletionReader {
  readonly #answer: ChatAnswer;
  readonly #wire: OpenAIChatWire;
  readonly #readExtras: ((chunk: Fields) => void) | undefined;
  /** The wire's index and id of the call that is open there, and its number among all calls. */
  readonly #calls = new Map<number, { id: string; number: number }>();
  #count = 0;

  constructor({ answer, wire, response, failure }: Reading<OpenAIChatWire>) {
    this.#answer = answer;
    this.#wire = wire;
    this.#readExtras = wire.readExtras?.(answer, failure, response);
  }

  /** What stands round the message. */
  readEnvelope(chunk: Fields & Chunk): void {
    const answer = this.#answer;
    if (answer.id === undefined && typeof chunk.id === "string" && chunk.id !== "") {
      answer.id = chunk.id;
      if (typeof chunk.model === "string" && chunk.model !== "") answer.model = chunk.model;
    }
    const usage = chunk.usage ?? chunk.x_groq?.usage;
    if (usage) answer.usage = readUsage(usage, answer.usage);
    // Each chunk repeats them.
    const { system_fingerprint: fingerprint, service_tier: tier } = chunk;
    if (fingerprint || tier) {
      const metadata = metadataOf(answer, this.#wire);
      if (fingerprint) metadata["systemFingerprint"] = fingerprint;
      if (tier) metadata["serviceTier"] = tier;
    }
    this.#readExtras?.(chunk);
  }

  readMessage(delta: Delta): void {
    const { content, reasoning_content: reasoningContent, reasoning } = delta;
    if (typeof reasoningContent === "string") this.#answer.reasoning(reasoningContent);
    // Where a vendor sends both, they are the same words.
    else if (typeof reasoning === "string") this.#answer.reasoning(reasoning);
    else if (delta.reasoning_details) this.#readReasoningDetails(delta.reasoning_details);
    if (typeof content === "string") this.#answer.text(content);
    else if (content) this.#readContent(content);
    if (delta.refusal && typeof delta.refusal === "string") this.#answer.refusal(delta.refusal);
    if (delta.tool_calls) this.#readToolCalls(delta.tool_calls);
    if (delta.function_call) this.#readFunctionCall(delta.function_call);
    if (delta.annotations) readAnnotations(delta.annotations, this.#answer);
    if (delta.images && this.#wire.makesImages) readImages(delta.images, this.#answer);
  }

  readChoice({ finish_reason: reason, logprobs }: Choice): void {
    if (logprobs?.content) {
      const all = (metadataOf(this.#answer, this.#wire)["logprobs"] ??= []) as unknown[];
      for (const token of asArray(logprobs.content)) all.push(token);
    }
    // An empty one is how some vendors say that there is none yet.
    if (typeof reason === "string" && reason !== "")
      this.#answer.finish(reason, this.#wire.finishReasons?.[reason] ?? finishReasons[reason] ?? "other");
  }

  /** Content that is no string: an array of parts, Mistral's thinking among them, or one such part, or JSON that was not written as text. */
  #readContent(content: unknown): void {
    if (!Array.isArray(content)) {
      if (isRecord(content) && typeof content["type"] !== "string")
        this.#answer.text(JSON.stringify(content));
      else this.#readPart(content);
      return;
    }
    for (const part of content) this.#readPart(part);
  }

  /** {@link https://openrouter.ai/docs/use-cases/reasoning-tokens}; taken up by several gateways. */
  #readReasoningDetails(details: unknown): void {
    for (const detail of asArray(details)) {
      const { text, summary } = asRecord(detail);
      this.#answer.reasoning(asText(text ?? summary));
    }
  }

  #readPart(part: unknown): void {
    if (typeof part === "string") return this.#answer.text(part);
    if (!isRecord(part)) return;
    const { type, text, thinking } = part;
    if (type === "thinking") {
      for (const piece of asArray(thinking)) {
        if (typeof piece === "string") this.#answer.reasoning(piece);
        else if (isRecord(piece) && typeof piece["text"] === "string") this.#answer.reasoning(piece["text"]);
      }
    } else if (typeof text === "string") {
      this.#answer.text(text);
    }
  }

  #readToolCalls(calls: unknown): void {
    for (const call of asArray(calls)) {
      if (!isRecord(call)) continue;
      const { index, id, function: called } = call as WireToolCall;
      const { name, arguments: args } = called ?? {};
      const key = typeof index === "number" ? index : this.#indexWithout(id, name);
      this.#readToolCall(key, asText(id), asText(name), args);
    }
  }

  #readToolCall(key: number, id: string, name: string, args: unknown): void {
    const open = this.#calls.get(key);
    let number = open?.number;
    // The id and the name may be repeated with every piece. Another id under the same index is another call.
    if (number === undefined || (name !== "" && id !== "" && id !== open?.id)) {
      if (number !== undefined) this.#answer.toolCallEnd(number);
      number = this.#count++;
      this.#calls.set(key, { id, number });
      this.#answer.toolCallStart(number, id || newToolCallId(), name);
    }
    if (typeof args === "string") this.#answer.toolCallDelta(number, args);
    else if (args !== undefined && args !== null) this.#answer.toolCallDelta(number, JSON.stringify(args));
  }

  /** Without an index, a name begins a call, unless it comes with the id of one that is open; anything else belongs to the last. */
  #indexWithout(id: unknown, name: unknown): number {
    const last = this.#count - 1;
    if (id) for (const [key, open] of this.#calls) if (open.id === id) return key;
    return name || last < 0 ? this.#count : last;
  }

  /** The form that calls had before there were tools. */
  #readFunctionCall({ name, arguments: args }: WireFunction): void {
    if (name || this.#count > 0) this.#readToolCall(0, "", asText(name), args);
  }
}

/**
 * The counts of a usage object. Some vendors leave reasoning out of `completion_tokens`, but not out of the total:
 * so the output is whatever is not input.
 */
export function readUsage(raw: unknown, before: Usage = {}): Usage {
  if (!isRecord(raw)) return before;
  const input = asCount(raw["prompt_tokens"]);
  const completion = asCount(raw["completion_tokens"]);
  const total = asCount(raw["total_tokens"]);
  const output =
    total !== undefined && input !== undefined && total - input > (completion ?? 0)
      ? total - input
      : completion;
  const inputDetails = asRecord(raw["prompt_tokens_details"] ?? raw["prompt_token_details"]);
  const outputDetails = asRecord(raw["completion_tokens_details"]);
  const cached =
    inputDetails["cached_tokens"] ??
    raw["prompt_cache_hit_tokens"] ??
    raw["cached_tokens"] ??
    raw["num_cached_tokens"] ??
    raw["cache_read_input_tokens"];
  const cacheWrite = inputDetails["cache_write_tokens"] ?? raw["cache_creation_input_tokens"];
  const counts = {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input !== undefined && output !== undefined ? input + output : total,
    cachedInputTokens: asCount(cached),
    cacheWriteTokens: asCount(cacheWrite),
    reasoningTokens: asCount(outputDetails["reasoning_tokens"] ?? raw["reasoning_tokens"]),
  };
  const usage: Usage = { raw };
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) {
    const count = counts[name];
    if (count !== undefined) usage[name] = count;
  }
  return usage;
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
};

/** What the vendor says of an answer, under its own name. */
export function metadataOf(answer: ChatAnswer, { provider }: { provider: string }): Record<string, unknown> {
  return (answer.providerMetadata[provider] ??= {}) as Record<string, unknown>;
}

/** Adds sources, of which vendors repeat the same in each chunk, once each. */
export function uniqueSources(answer: ChatAnswer): (source: Source & { url: string }) => void {
  const known = new Set<string>();
  return (source) => {
    if (known.has(source.url)) return;
    known.add(source.url);
    answer.source(source);
  };
}

/** {@link https://platform.openai.com/docs/guides/tools-web-search#output-and-citations} */
function readAnnotations(annotations: unknown, answer: ChatAnswer): void {
  for (const annotation of asArray(annotations)) {
    const citation = asRecord(asRecord(annotation)["url_citation"]);
    const { url, title, content } = citation;
    if (typeof url !== "string") continue;
    answer.source({
      url,
      ...(typeof title === "string" && { title }),
      ...(typeof content === "string" && { text: content }),
    });
  }
}
