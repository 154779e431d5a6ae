import type { FinishReason, Usage } from "@beluga/core";
import { type ChatAnswer, newToolCallId, asRecord, isRecord } from "@beluga/core/provider";

// What Ollama sends, of which nothing is taken on trust: a field may be absent, null, empty, or of another type.
interface Chunk {
  model?: unknown;
  message?: unknown;
  done?: unknown;
  done_reason?: unknown;
  prompt_eval_count?: unknown;
  eval_count?: unknown;
  logprobs?: unknown;
}

interface WireMessage {
  content?: unknown;
  thinking?: unknown;
  images?: unknown;
  tool_calls?: unknown;
}

/** Reads an answer, whole or chunk by chunk, which Ollama writes the same way: {@link https://docs.ollama.com/api/chat}. */
export class AnswerReader {
  /** Whether the chunk that says `done` was seen. */
  isDone = false;
  readonly #answer: ChatAnswer;
  #calls = 0;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  read(chunk: unknown): void {
    const answer = this.#answer;
    if (!isRecord(chunk)) throw answer.invalid("an answer that is not an object");
    const { model, message, done, logprobs } = chunk as Chunk;
    if (typeof model === "string" && model !== "") answer.model = model;
    if (isRecord(message)) this.#readMessage(message);
    if (Array.isArray(logprobs)) {
      const metadata = metadataOf(answer);
      metadata["logprobs"] = [
        ...((metadata["logprobs"] as unknown[] | undefined) ?? []),
        ...(logprobs as unknown[]),
      ];
    }
    if (done === true) this.#readEnd(chunk);
  }

  #readMessage({ content, thinking, images, tool_calls: calls }: WireMessage): void {
    if (typeof thinking === "string") this.#answer.reasoning(thinking);
    if (typeof content === "string") this.#answer.text(content);
    if (Array.isArray(images)) for (const image of images) this.#readImage(image);
    if (Array.isArray(calls)) for (const call of calls) this.#readCall(call);
  }

  /** A call comes whole, its arguments as an object; older versions of Ollama give it no id. */
  #readCall(call: unknown): void {
    const { id, function: called } = asRecord(call);
    const { name, arguments: args } = asRecord(called);
    if (typeof name !== "string" || name === "")
      throw this.#answer.invalid("a tool call without the tool's name");
    const argumentsText = typeof args === "string" ? args : JSON.stringify(args ?? {});
    this.#answer.toolCall(
      this.#calls++,
      typeof id === "string" && id !== "" ? id : newToolCallId(),
      name,
      argumentsText,
    );
  }

  #readImage(image: unknown): void {
    if (typeof image !== "string" || image === "") throw this.#answer.invalid("an image that is not base64");
    this.#answer.part({ type: "file", data: image, mediaType: imageType(image) });
  }

  #readEnd(chunk: Record<string, unknown>): void {
    const answer = this.#answer;
    const { done_reason: reason } = chunk as Chunk;
    answer.usage = readUsage(chunk);
    for (const [field, name] of durations) {
      if (chunk[field] !== undefined) metadataOf(answer)[name] = chunk[field];
    }
    if (typeof reason === "string" && reason !== "") answer.finish(reason, finishReasons[reason] ?? "other");
    answer.complete();
    this.isDone = true;
  }
}

const finishReasons: Readonly<Record<string, FinishReason>> = { stop: "stop", length: "length" };

/** {@link https://docs.ollama.com/api/usage}, in nanoseconds. */
const durations = [
  ["total_duration", "totalDuration"],
  ["load_duration", "loadDuration"],
  ["prompt_eval_duration", "promptEvalDuration"],
  ["eval_duration", "evalDuration"],
] as const;

/** A count that is nought is left out by Ollama: one of the input is, where the whole prompt was in its cache. */
function readUsage({ prompt_eval_count: input, eval_count: output }: Chunk): Usage {
  const usage: Usage = {};
  if (typeof input === "number") usage.inputTokens = input;
  if (typeof output === "number") usage.outputTokens = output;
  if (typeof input === "number" && typeof output === "number") usage.totalTokens = input + output;
  if (input !== undefined || output !== undefined) {
    usage.raw = {
      ...(input !== undefined && { prompt_eval_count: input }),
      ...(output !== undefined && { eval_count: output }),
    };
  }
  return usage;
}

function metadataOf(answer: ChatAnswer): Record<string, unknown> {
  return (answer.providerMetadata["ollama"] ??= {}) as Record<string, unknown>;
}

/** By the base64 of the bytes with which each kind of image begins. Ollama does not say which it is. */
function imageType(base64: string): string {
  if (base64.startsWith("/9j/")) return "image/jpeg";
  return base64.startsWith("UklGR") ? "image/webp" : "image/png";
}
