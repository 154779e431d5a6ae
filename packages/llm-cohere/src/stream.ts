import type { BelugaError, FinishReason, Source, Usage } from "@beluga/core";
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
import { isFailure } from "./errors.js";

// What the API sends, of which nothing is taken on trust: other servers that speak its language leave things out.
type Fields = Readonly<Record<string, unknown>>;
type Failure = (body: unknown) => BelugaError;

/** Reads the events of a stream: {@link https://docs.cohere.com/v2/reference/chat-stream}. */
export class EventReader implements ChatEventReader {
  /** Whether the event that ends the stream was seen. */
  isDone = false;
  readonly #answer: ChatAnswer;
  readonly #failure: Failure;
  readonly #message: MessageReader;

  constructor(answer: ChatAnswer, failure: Failure) {
    this.#answer = answer;
    this.#failure = failure;
    this.#message = new MessageReader(answer);
  }

  read(event: Fields): void {
    const delta = asRecord(event["delta"]);
    const message = asRecord(delta["message"]);
    switch (event["type"]) {
      case "content-delta":
        this.#message.readContent(asRecord(message["content"]));
        if (isRecord(event["logprobs"])) this.#message.readLogprobs([event["logprobs"]]);
        break;
      case "content-start":
        this.#message.readContent(asRecord(message["content"]));
        break;
      case "content-end":
        this.#answer.endPart();
        break;
      case "tool-plan-delta":
        this.#message.readPlan(asText(message["tool_plan"]));
        break;
      case "tool-call-start":
        this.#message.startCall(event["index"], message["tool_calls"]);
        break;
      case "tool-call-delta":
        this.#message.readArguments(event["index"], message["tool_calls"]);
        break;
      case "citation-start":
        this.#message.readCitations(message["citations"]);
        break;
      case "message-start":
        readId(event, this.#answer);
        break;
      case "message-end":
        this.isDone = true;
        this.#message.end(delta, this.#failure);
        break;
      default: // tool-call-end, citation-end, debug, and what future versions add
        if (typeof event["message"] === "string") throw this.#failure(event);
    }
  }
}

/** Reads a whole answer: {@link https://docs.cohere.com/v2/reference/chat#response}. */
export function readAnswer(body: unknown, answer: ChatAnswer, failure: Failure): void {
  const { message, ...rest } = asRecord(body);
  if (!isRecord(message)) throw answer.invalid("a body without a message");
  readId(rest, answer);
  const reader = new MessageReader(answer);
  for (const block of asArray(message["content"])) {
    reader.readContent(asRecord(block));
    answer.endPart();
  }
  reader.readPlan(asText(message["tool_plan"]));
  reader.readCitations(message["citations"]);
  for (const [index, call] of asArray(message["tool_calls"]).entries()) reader.startCall(index, call);
  reader.readLogprobs(asArray(rest["logprobs"]));
  reader.end(rest, failure);
}

function readId({ id }: Fields, answer: ChatAnswer): void {
  if (typeof id === "string" && id !== "") answer.id = id;
}

/** {@link https://docs.cohere.com/v2/reference/chat#response.body.finish_reason}; those that say of a failure are in errors.ts. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool-calls",
};

/** Reads a message, whole or in pieces. */
class MessageReader {
  readonly #answer: ChatAnswer;
  /** What the message has beside its content and its calls: it goes back with them. */
  readonly #beside: { tool_plan?: string; citations?: unknown[] } = {};
  #isBesideKept = false;
  readonly #logprobs: unknown[] = [];
  /** The call that is arriving. */
  #call: number | undefined;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  readContent({ text, thinking }: Fields): void {
    if (typeof text === "string") this.#answer.text(text);
    if (typeof thinking === "string") this.#answer.reasoning(thinking);
  }

  readPlan(delta: string): void {
    if (delta === "") return;
    this.#beside.tool_plan = (this.#beside.tool_plan ?? "") + delta;
    this.#keep("toolPlan", this.#beside.tool_plan);
  }

  startCall(index: unknown, call: unknown): void {
    const { id, function: called } = asRecord(call);
    const { name, arguments: args } = asRecord(called);
    if (typeof name !== "string" || name === "")
      throw this.#answer.invalid("a tool call without the tool's name");
    this.#keepBeside();
    // Only now: whether the token limit cut the last call is told by what comes after it, and not by its own end.
    if (this.#call !== undefined) this.#answer.toolCallEnd(this.#call);
    this.#call = typeof index === "number" ? index : this.#answer.toolCallCount;
    this.#answer.toolCallStart(this.#call, asText(id) || newToolCallId(), name);
    this.#answer.toolCallDelta(this.#call, asText(args));
  }

  readArguments(index: unknown, call: unknown): void {
    const at = typeof index === "number" ? index : (this.#call ?? 0);
    this.#answer.toolCallDelta(at, asText(asRecord(asRecord(call)["function"])["arguments"]));
  }

  /** One, or a list of them: {@link https://docs.cohere.com/v2/docs/rag-citations}, {@link https://docs.cohere.com/v2/docs/tool-use-citations}. */
  readCitations(citations: unknown): void {
    for (const citation of (isRecord(citations) ? [citations] : asArray(citations)).filter(isRecord)) {
      (this.#beside.citations ??= []).push(citation);
      for (const source of sourcesOf(citation)) this.#answer.source(source);
    }
  }

  readLogprobs(logprobs: readonly unknown[]): void {
    if (logprobs.length === 0) return;
    this.#logprobs.push(...logprobs);
    this.#keep("logprobs", this.#logprobs);
  }

  end({ finish_reason: reason, usage, error }: Fields, failure: Failure): void {
    if (isRecord(usage)) this.#answer.usage = usageOf(usage);
    this.#keepBeside();
    if (isFailure(reason) || asText(error) !== "") throw failure({ finish_reason: reason, error });
    if (typeof reason === "string" && reason !== "")
      this.#answer.finish(reason, finishReasons[reason] ?? "other");
    this.#answer.complete();
  }

  #keep(name: string, value: unknown): void {
    const metadata = (this.#answer.providerMetadata["cohere"] ??= {}) as Record<string, unknown>;
    metadata[name] = value;
  }

  /** On an empty text, as Beluga has no part for it. What comes later is added to the same object. */
  #keepBeside(): void {
    if (this.#isBesideKept || Object.keys(this.#beside).length === 0) return;
    this.#isBesideKept = true;
    this.#answer.part({ type: "text", text: "", providerMetadata: { cohere: this.#beside } });
  }
}

/** One for each source of a citation: a document, or a tool's output. */
function sourcesOf(citation: Fields): Source[] {
  const { text, sources } = citation;
  const words = typeof text === "string" && { text };
  const cited = asArray(sources).filter(isRecord);
  if (cited.length === 0) return [{ ...words, providerMetadata: { cohere: citation } }];
  return cited.map((source) => {
    const { id, document, tool_output: output } = source;
    const { title, url } = asRecord(document ?? output);
    return {
      ...(typeof url === "string" && URL.canParse(url) && { url }),
      ...(typeof title === "string" && { title }),
      ...(typeof id === "string" && { documentId: id }),
      ...words,
      providerMetadata: { cohere: { ...citation, sources: [source] } },
    };
  });
}

/**
 * `tokens` is what the model read and wrote; `billed_units` leaves out what Cohere adds by itself:
 * {@link https://docs.cohere.com/docs/how-does-cohere-pricing-work#whats-the-difference-between-billed-tokens-and-generic-tokens}.
 * `cached_tokens` are part of the input. `reasoning_tokens` is not in the reference, but comes with the answers of models that think, and is
 * part of the output.
 */
function usageOf(raw: Fields): Usage {
  const tokens = asRecord(raw["tokens"]);
  const input = asCount(tokens["input_tokens"]);
  const output = asCount(tokens["output_tokens"]);
  const cached = asCount(raw["cached_tokens"]);
  const reasoning = asCount(tokens["reasoning_tokens"]);
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(input !== undefined && output !== undefined && { totalTokens: input + output }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
    raw,
  };
}
