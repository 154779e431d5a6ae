import type { BelugaError, FinishReason, Usage } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatEventReader,
  asArray,
  asCount,
  asRecord,
  asText,
  isRecord,
  newToolCallId,
} from "@beluga/core/provider";

// What the API sends, of which nothing is taken on trust.
type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the events of a stream:
 * {@link https://github.com/meta-llama/llama-api-typescript/blob/main/src/resources/chat/chat.ts | CreateChatCompletionResponseStreamChunk}.
 *
 * Meta's Python SDK also expects an error as a line of JSON that is no event at all. Such a line cannot be seen here; the stream, which ends
 * with it, is `truncated`.
 */
export class EventReader implements ChatEventReader {
  /** Whether nothing more is to come: the reason for the end was seen, and the metrics that follow it. */
  isDone = false;
  readonly #answer: ChatAnswer;
  readonly #failure: (event: unknown) => BelugaError;
  readonly #calls: CallReader;

  constructor(answer: ChatAnswer, failure: (event: unknown) => BelugaError) {
    this.#answer = answer;
    this.#failure = failure;
    this.#calls = new CallReader(answer);
  }

  read(chunk: Fields, name: string | undefined): void {
    if (name === "error" || chunk["error"]) throw this.#failure(chunk);
    readId(chunk, this.#answer);
    const { delta, metrics, stop_reason: reason } = asRecord(chunk["event"]);
    // It is there in every event, and empty at the start and with the metrics.
    if (isRecord(delta)) {
      if (delta["type"] === "tool_call") this.#calls.read(delta);
      else this.#answer.text(asText(delta["text"]));
    }
    readStop(reason, this.#answer);
    if (!Array.isArray(metrics)) return;
    this.#answer.usage = usageOf(metrics);
    this.isDone = this.#answer.isComplete;
  }
}

/**
 * Reads a whole answer:
 * {@link https://github.com/meta-llama/llama-api-typescript/blob/main/src/resources/chat/chat.ts | CreateChatCompletionResponse}.
 */
export function readAnswer(body: unknown, answer: ChatAnswer): void {
  const { completion_message: message, metrics, ...rest } = asRecord(body);
  if (!isRecord(message)) throw answer.invalid("a body without a completion_message");
  readId(rest, answer);
  const { content, tool_calls: toolCalls, stop_reason: reason } = message;
  answer.text(typeof content === "string" ? content : asText(asRecord(content)["text"]));
  const calls = new CallReader(answer);
  for (const call of asArray(toolCalls)) {
    calls.read(asRecord(call));
    calls.end();
  }
  if (Array.isArray(metrics)) answer.usage = usageOf(metrics);
  readStop(reason, answer);
  answer.complete();
}

/** Reads calls of tools, whole or in pieces: those of one call follow each other, and the first has its id. */
class CallReader {
  readonly #answer: ChatAnswer;
  /** The number of the call that is arriving. */
  #call = -1;
  #id = "";
  #isNamed = false;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  read({ id, function: called }: Fields): void {
    const { name, arguments: args } = asRecord(called);
    if (typeof id === "string" && id !== "" && id !== this.#id) {
      this.end();
      this.#id = id;
    }
    if (!this.#isNamed && typeof name === "string" && name !== "") {
      this.#isNamed = true;
      // Only now: whether the token limit cut a call is told by what comes after it.
      this.#answer.toolCallEnd(this.#call);
      this.#answer.toolCallStart(++this.#call, this.#id || newToolCallId(), name);
    }
    if (!this.#isNamed) {
      if (asText(args) === "") return;
      throw this.#answer.invalid("a tool call without the tool's name");
    }
    this.#answer.toolCallDelta(this.#call, asText(args));
  }

  /** What comes next is another call, also where it has no id. */
  end(): void {
    this.#id = "";
    this.#isNamed = false;
  }
}

function readId({ id }: Fields, answer: ChatAnswer): void {
  if (typeof id === "string" && id !== "") answer.id = id;
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  tool_calls: "tool-calls",
  length: "length",
};

function readStop(reason: unknown, answer: ChatAnswer): void {
  if (typeof reason === "string" && reason !== "") answer.finish(reason, finishReasons[reason] ?? "other");
}

/**
 * A list of `{ metric, value, unit }`. Meta's SDKs do not name the metrics; these names are from clients that were used with the API:
 * {@link https://github.com/strands-agents/sdk-python/blob/main/src/strands/models/llamaapi.py}.
 */
function usageOf(metrics: readonly unknown[]): Usage {
  const values = new Map(metrics.filter(isRecord).map(({ metric, value }) => [metric, asCount(value)]));
  const input = values.get("num_prompt_tokens");
  const output = values.get("num_completion_tokens");
  const total = input === undefined || output === undefined ? values.get("num_total_tokens") : input + output;
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(total !== undefined && { totalTokens: total }),
    raw: metrics,
  };
}
