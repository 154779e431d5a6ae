import type { BelugaError, FinishReason, Usage } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatEventReader,
  asArray,
  asCount,
  asRecord,
  asText,
  isRecord,
} from "@beluga/core/provider";
import { PartReader } from "./parts.js";
import { SourceReader } from "./sources.js";

// What the API sends, of which nothing is taken on trust.
type Fields = Readonly<Record<string, unknown>>;

/** Reads the chunks of a stream, each in the form of a whole answer. */
export class ChunkReader implements ChatEventReader {
  /** The end of the connection is the end of the stream: what comes with the finish reason need not be the last. */
  readonly isDone = false;
  readonly #response: ResponseReader;
  readonly #failure: (chunk: unknown) => BelugaError;

  constructor(answer: ChatAnswer, failure: (chunk: unknown) => BelugaError) {
    this.#response = new ResponseReader(answer);
    this.#failure = failure;
  }

  read(chunk: Fields): void {
    if (chunk["error"]) throw this.#failure(chunk);
    this.#response.read(chunk);
  }

  end(): void {
    this.#response.end();
  }
}

/** Reads a whole answer: {@link https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse}. */
export function readAnswer(body: unknown, answer: ChatAnswer): void {
  if (!isRecord(body) || (!firstCandidate(body["candidates"]) && !isRecord(body["promptFeedback"]))) {
    throw answer.invalid("a body without candidates");
  }
  const reader = new ResponseReader(answer);
  reader.read(body);
  reader.end();
  answer.complete();
}

const keptOfResponse: readonly string[] = ["createTime", "modelStatus"];

/** What of a candidate is not kept as it is, because it is read. */
const readElsewhere: ReadonlySet<string> = new Set(["content", "finishReason", "index"]);

/** Writes responses to an answer: one whole one, or the chunks of it. */
class ResponseReader {
  readonly #answer: ChatAnswer;
  readonly #parts: PartReader;
  readonly #sources: SourceReader;
  #problem: string | undefined;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
    this.#parts = new PartReader(answer);
    this.#sources = new SourceReader(answer);
  }

  read(response: Fields): void {
    const answer = this.#answer;
    const { responseId, modelVersion, usageMetadata: usage, promptFeedback } = response;
    if (typeof responseId === "string" && responseId !== "") answer.id = responseId;
    if (typeof modelVersion === "string" && modelVersion !== "") answer.model = modelVersion;
    // Each tells all so far.
    if (isRecord(usage)) answer.usage = usageOf(usage);
    for (const name of keptOfResponse) this.#keep(name, response[name]);
    if (isRecord(promptFeedback)) this.#readFeedback(promptFeedback);
    const candidate = firstCandidate(response["candidates"]);
    if (candidate) this.#readCandidate(candidate);
  }

  /** Nothing more comes. */
  end(): void {
    // What the model wrote is in `finishMessage`, in the metadata of `partial`.
    if (this.#problem !== undefined) throw this.#answer.invalid(this.#problem);
  }

  /** The prompt was blocked, and there is no candidate: {@link https://ai.google.dev/api/generate-content#PromptFeedback}. */
  #readFeedback(feedback: Fields): void {
    this.#keep("promptFeedback", feedback);
    const reason = asText(feedback["blockReason"]);
    if (reason === "") return;
    this.#answer.finish(reason, "content-filter");
    // The Gemini API gives the reason alone, Vertex AI a message as well.
    this.#answer.refusal(asText(feedback["blockReasonMessage"]) || reason);
  }

  #readCandidate(candidate: Fields): void {
    for (const part of asArray(asRecord(candidate["content"])["parts"])) {
      if (isRecord(part)) this.#parts.read(part);
    }
    for (const name in candidate) if (!readElsewhere.has(name)) this.#keep(name, candidate[name]);
    this.#sources.read(candidate);
    const { finishReason } = candidate;
    if (typeof finishReason === "number" || asText(finishReason) !== "") {
      this.#finish(String(finishReason), asText(candidate["finishMessage"]));
    }
  }

  #finish(reason: string, message: string): void {
    const unified = finishReasons[reason] ?? "other";
    this.#parts.stop();
    this.#problem ??= brokenAnswers[reason];
    this.#answer.finish(reason, unified);
    if (unified === "content-filter") this.#answer.refusal(message);
  }

  /** All else that the API says of an answer, as it is. A later chunk may have it again, or empty. */
  #keep(name: string, value: unknown): void {
    if (value === undefined || value === null) return;
    if (isRecord(value) && Object.keys(value).length === 0) return;
    const metadata = (this.#answer.providerMetadata["google"] ??= {}) as Record<string, unknown>;
    metadata[name] = value;
  }
}

/** Of several candidates, which may come in chunks of their own, the first is the answer. */
function firstCandidate(candidates: unknown): Fields | undefined {
  for (const candidate of asArray(candidates)) {
    if (isRecord(candidate) && (candidate["index"] ?? 0) === 0) return candidate;
  }
  return undefined;
}

/**
 * {@link https://ai.google.dev/api/generate-content#FinishReason}. `MODEL_ARMOR` is of Vertex AI. The numbers are those of the first four
 * words: JSON of protocol buffers may have either, {@link https://protobuf.dev/programming-guides/json/}.
 */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  1: "stop",
  MAX_TOKENS: "length",
  2: "length",
  // The limit of one request; `continuationToken` asks for the rest.
  CONTINUATION: "length",
  SAFETY: "content-filter",
  3: "content-filter",
  RECITATION: "content-filter",
  4: "content-filter",
  BLOCKLIST: "content-filter",
  PROHIBITED_CONTENT: "content-filter",
  SPII: "content-filter",
  IMAGE_SAFETY: "content-filter",
  IMAGE_PROHIBITED_CONTENT: "content-filter",
  IMAGE_RECITATION: "content-filter",
  MODEL_ARMOR: "content-filter",
};

/** What the model wrote is not what it was to write, and the API has left it out. */
const brokenAnswers: Readonly<Record<string, string>> = {
  MALFORMED_FUNCTION_CALL: "the model wrote a function call that is not valid",
  MALFORMED_RESPONSE: "the model wrote an answer that is not valid",
  UNEXPECTED_TOOL_CALL: "the model called a tool that the request does not have",
};

/**
 * The results of Google's own tools are counted apart from the prompt, and thoughts from the answer:
 * {@link https://ai.google.dev/api/generate-content#UsageMetadata}. A count of 0 is left out on the wire.
 */
function usageOf(raw: Fields): Usage {
  const prompt = asCount(raw["promptTokenCount"]);
  const answer = asCount(raw["candidatesTokenCount"]);
  const thoughts = asCount(raw["thoughtsTokenCount"]);
  const cached = asCount(raw["cachedContentTokenCount"]);
  const usage: Usage = { raw };
  if (prompt !== undefined) usage.inputTokens = prompt + (asCount(raw["toolUsePromptTokenCount"]) ?? 0);
  if (answer !== undefined || thoughts !== undefined) usage.outputTokens = (answer ?? 0) + (thoughts ?? 0);
  if (usage.inputTokens !== undefined && usage.outputTokens !== undefined) {
    usage.totalTokens = usage.inputTokens + usage.outputTokens;
  }
  if (cached !== undefined) usage.cachedInputTokens = cached;
  if (thoughts !== undefined) usage.reasoningTokens = thoughts;
  return usage;
}
