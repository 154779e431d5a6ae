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
import { OutputReader } from "./responses-output.js";
import type { OpenAIResponsesWire } from "./responses-wire.js";
import { type Reading, metadataOf } from "./stream.js";

// Nothing is taken on trust: of the many who speak this wire each leaves something out.
type Fields = Readonly<Record<string, unknown>>;

/** Reads the events of a stream: {@link https://platform.openai.com/docs/api-reference/responses-streaming}. */
export class ResponseEventReader implements ChatEventReader {
  /** Whether the event that ends the stream was seen. */
  isDone = false;
  /**
   * What the stream has to end with, after `response.failed` without an error in it: Azure says only in an `error` event after that one why
   * a filter ended the answer. {@link https://github.com/maximhq/bifrost/issues/6419}
   */
  #lastFailure: BelugaError | undefined;
  readonly #failure: (event: unknown) => BelugaError;
  readonly #envelope: EnvelopeReader;
  readonly #output: OutputReader;

  constructor(reading: Reading<OpenAIResponsesWire>) {
    this.#failure = reading.failure;
    this.#envelope = new EnvelopeReader(reading);
    this.#output = new OutputReader(reading.answer, reading.wire.provider);
  }

  read(event: Fields, name: string | undefined): void {
    // An error may say of what type it is, in a field of the same name.
    const type = name === "error" ? name : asText(event["type"] ?? name);
    if (this.#lastFailure && type !== "error") throw this.#lastFailure;
    const output = this.#output;
    // What is not here says how far a tool of the vendor's has come, repeats what came in pieces, or is of a future version.
    switch (type) {
      case "response.output_text.delta":
        return output.delta("output_text", event);
      case "response.refusal.delta":
        return output.refusal(event);
      case "response.reasoning_summary_text.delta":
        return output.delta("summary_text", event);
      case "response.reasoning_text.delta":
        return output.delta("reasoning_text", event);
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        return output.callInput(event);
      case "response.output_text.annotation.added":
        return output.annotation(event);
      case "response.output_item.added":
        return output.start(event["output_index"], asRecord(event["item"]));
      case "response.output_item.done":
        return output.end(event["output_index"], asRecord(event["item"]));
      case "response.created":
        return this.#envelope.read(asRecord(event["response"]));
      case "response.completed":
      case "response.incomplete":
      case "response.cancelled":
      case "response.failed":
        // The error may stand beside the response.
        return this.#end(type, { error: event["error"], ...asRecord(event["response"]) });
      case "error":
        throw this.#failure(event);
      default:
        if (isRecord(event["error"]) || (type === "" && event["error"])) throw this.#failure(event);
    }
  }

  end(): void {
    if (this.#lastFailure) throw this.#lastFailure;
  }

  #end(type: string, response: Fields): void {
    const status = response["status"] ?? type.replace("response.", "");
    this.#output.endAll(asArray(response["output"]));
    if (status === "failed" && !response["error"]) {
      this.#envelope.read(response);
      this.#lastFailure = this.#failure({ error: unexplained });
      return;
    }
    this.#envelope.end({ ...response, status });
    this.isDone = true;
  }
}

/** Reads a whole answer: {@link https://platform.openai.com/docs/api-reference/responses/object}. */
export function readResponse(body: unknown, reading: Reading<OpenAIResponsesWire>): void {
  const { answer, wire } = reading;
  if (!isRecord(body) || !Array.isArray(body["output"])) throw answer.invalid("a body without output");
  new OutputReader(answer, wire.provider).endAll(body["output"]);
  new EnvelopeReader(reading).end(body);
}

/** Reads what a response says beside its output. */
class EnvelopeReader {
  readonly #answer: ChatAnswer;
  readonly #wire: OpenAIResponsesWire;
  readonly #failure: (body: unknown) => BelugaError;
  readonly #readExtras: ((response: Fields) => void) | undefined;

  constructor({ answer, wire, response, failure }: Reading<OpenAIResponsesWire>) {
    this.#answer = answer;
    this.#wire = wire;
    this.#failure = failure;
    this.#readExtras = wire.readExtras?.(answer, response);
  }

  read(response: Fields): void {
    const { id, model, usage } = response;
    if (typeof id === "string" && id !== "") this.#answer.id = id;
    if (typeof model === "string" && model !== "") this.#answer.model = model;
    if (isRecord(usage)) this.#answer.usage = usageOf(usage);
    this.#readExtras?.(response);
  }

  /** The response in its last state, from which it follows how the answer ends. */
  end(response: Fields): void {
    this.read(response);
    for (const [name, key] of Object.entries(keptFields)) {
      const value = response[name];
      const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
      if (!isEmpty) metadataOf(this.#answer, this.#wire)[key] = value;
    }
    this.#warnOfDropped(asArray(response["input_transformations"]));
    const status = asText(response["status"]);
    if (status === "failed") throw this.#failure({ error: response["error"] ?? unexplained });
    this.#answer.finish(status === "" ? undefined : status, this.#unifiedReason(status, response));
    this.#answer.complete();
  }

  #unifiedReason(status: string, { incomplete_details: details }: Fields): FinishReason {
    // Not all servers say it.
    if (status === "completed" || status === "") return "stop";
    if (status === "incomplete") return incompleteReasons[asText(asRecord(details)["reason"])] ?? "other";
    // Of a response that goes on in the background, or that was cancelled there.
    this.#answer.warn({
      type: "other",
      message: `${this.#wire.provider}: the response is ${status}, so this is not the whole answer; it can be retrieved by its id`,
    });
    return "other";
  }

  /** {@link https://developers.openai.com/api/docs/guides/preserved-reasoning} */
  #warnOfDropped(transformations: readonly unknown[]): void {
    const reasons = transformations.map((transformation) => asText(asRecord(transformation)["reason"]));
    if (reasons.length === 0) return;
    this.#answer.warn({
      type: "other",
      message: `${this.#wire.provider} withheld ${reasons.length} item(s) of earlier reasoning from the model: ${[...new Set(reasons)].join(", ")}`,
    });
  }
}

const unexplained = { message: "the response failed without an error", code: "server_error" };

const incompleteReasons: Readonly<Record<string, FinishReason>> = {
  max_output_tokens: "length",
  content_filter: "content-filter",
};

/** What a response says of itself that is neither the request's echo nor has a place of its own, with its name in the metadata. */
const keptFields = {
  conversation: "conversation",
  incomplete_details: "incompleteDetails",
  input_transformations: "inputTransformations",
  moderation: "moderation",
  prompt_cache_diagnostics: "promptCacheDiagnostics",
  service_tier: "serviceTier",
  tool_usage: "toolUsage",
} as const;

/** The input has the tokens of the cache in it, the output those of the reasoning. */
function usageOf(raw: Fields): Usage {
  const inputDetails = asRecord(raw["input_tokens_details"]);
  const input = asCount(raw["input_tokens"]);
  const output = asCount(raw["output_tokens"]);
  const cached = asCount(inputDetails["cached_tokens"]);
  const written = asCount(inputDetails["cache_write_tokens"]);
  const reasoning = asCount(asRecord(raw["output_tokens_details"])["reasoning_tokens"]);
  const total = input !== undefined && output !== undefined ? input + output : asCount(raw["total_tokens"]);
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(total !== undefined && { totalTokens: total }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
    raw,
  };
}
