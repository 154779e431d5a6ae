import type { BelugaError, FinishReason, Usage } from "@beluga/core";
import { type ChatAnswer, type ChatEventReader, asText, isRecord } from "@beluga/core/provider";

/** Reads the events of a stream: {@link https://docs.acme.example/api/streaming}. Nothing in them is taken on trust. */
export class EventReader implements ChatEventReader {
  /** Whether the terminal event was seen. */
  isDone = false;
  readonly #answer: ChatAnswer;
  readonly #failure: (event: unknown) => BelugaError;

  constructor(answer: ChatAnswer, failure: (event: unknown) => BelugaError) {
    this.#answer = answer;
    this.#failure = failure;
  }

  read(event: Readonly<Record<string, unknown>>): void {
    const answer = this.#answer;
    if (event["error"]) throw this.#failure(event);
    const { type, text, index, id, name } = event;
    const number = typeof index === "number" ? index : 0;
    // Events of a kind that is not known yet are passed over.
    if (type === "start") readIdentity(event, answer);
    else if (type === "text") answer.text(asText(text));
    else if (type === "thinking") answer.reasoning(asText(text));
    else if (type === "tool_call") answer.toolCallStart(number, asText(id), asText(name));
    else if (type === "arguments") answer.toolCallDelta(number, asText(text));
    else if (type === "end") {
      readEnd(event, answer);
      this.isDone = true;
    }
  }
}

/** Reads a whole answer: {@link https://docs.acme.example/api/answers#response}. */
export function readAnswer(body: unknown, answer: ChatAnswer): void {
  if (!isRecord(body) || !Array.isArray(body["content"])) throw answer.invalid("a body without an answer");
  readIdentity(body, answer);
  for (const [index, part] of body["content"].entries()) {
    const { type, text, id, name, arguments: args } = isRecord(part) ? part : {};
    if (type === "text") answer.text(asText(text));
    else if (type === "thinking") answer.reasoning(asText(text));
    else if (type === "tool_call") answer.toolCall(index, asText(id), asText(name), asText(args));
  }
  readEnd(body, answer);
}

function readIdentity({ id, model }: Readonly<Record<string, unknown>>, answer: ChatAnswer): void {
  if (typeof id === "string" && id !== "") answer.id = id;
  if (typeof model === "string" && model !== "") answer.model = model;
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end: "stop",
  limit: "length",
  tool_calls: "tool-calls",
  filtered: "content-filter",
};

function readEnd({ stop_reason: reason, usage }: Readonly<Record<string, unknown>>, answer: ChatAnswer): void {
  if (typeof reason === "string") answer.finish(reason, finishReasons[reason] ?? "other");
  if (isRecord(usage)) answer.usage = readUsage(usage);
}

/** A count that the vendor does not report stays away: it is never 0 in its place. */
function readUsage(raw: Record<string, unknown>): Usage {
  const { input_tokens: input, output_tokens: output } = raw;
  return {
    ...(typeof input === "number" && { inputTokens: input }),
    ...(typeof output === "number" && { outputTokens: output }),
    ...(typeof input === "number" && typeof output === "number" && { totalTokens: input + output }),
    raw,
  };
}
