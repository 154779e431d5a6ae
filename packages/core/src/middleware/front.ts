import type { ChatModel, ChatOptions, ChatResponse, ChatStreamPart } from "../chat.js";
import type { Warning } from "../common.js";
import { BelugaError } from "../errors.js";
import { begun, relay } from "../relay.js";
import { identified, identityOf } from "./identity.js";
import { timeLeft } from "./time-left.js";

/** One call to a model that stands in front of several. */
export interface FrontCall {
  readonly op: "llm.generate" | "llm.stream";
  /** The ids of the models behind, in order. */
  readonly ids: readonly string[];
  /** Aborted when the caller aborts, or leaves the stream. */
  readonly signal: AbortSignal | undefined;
  /** When the call has to be over, on the clock of `performance.now()`. */
  readonly endsAt: number;
  /** Adds to the response's warnings. */
  warn(message: string): void;
}

/**
 * Decides which of the models behind is asked. An attempt asks the model at a position; that of a stream is over when its first part has
 * come, so nothing that was handed on is ever asked for again.
 */
export type Choose = <T>(attempt: (at: number) => Promise<T>, call: FrontCall) => Promise<T>;

/** A model in front of several. Bound tools reach all of them; what `choose` closes over is shared by the models that come of it. */
export function inFrontOf(
  models: readonly ChatModel[],
  name: Pick<ChatModel, "provider" | "model" | "id">,
  choose: Choose,
  identity: unknown = models.map(identityOf),
): ChatModel {
  const { provider, model, id } = name;
  const ids = models.map((model) => model.id);
  const modelAt = (at: number): ChatModel => models[at] as ChatModel;

  const front: ChatModel = {
    provider,
    model,
    id,

    async generate(messages, options = {}) {
      const { call, optionsNow, finish } = begin("llm.generate", ids, options);
      return finish(await choose(async (at) => modelAt(at).generate(messages, optionsNow()), call));
    },

    stream: (messages, options = {}) =>
      relay<ChatStreamPart>(
        { op: "llm.stream", provider, signal: options.signal },
        async function* ({ signal, read }) {
          const { call, optionsNow, finish } = begin("llm.stream", ids, options);
          const parts = await choose(async (at) => begun(read(modelAt(at).stream(messages, optionsNow()))), {
            ...call,
            signal,
          });
          for await (const part of parts)
            yield part.type === "finish" ? { ...part, response: finish(part.response) } : part;
        },
      ),

    bindTools(tools) {
      const bound = models.map((model) => model.bindTools(tools));
      return inFrontOf(bound, name, choose, { of: identity, tools });
    },
  };
  return identified(front, identity);
}

interface Begun {
  call: FrontCall;
  /** For an attempt that begins now. */
  optionsNow(): ChatOptions;
  /** The response, with the warnings of the call. */
  finish(response: ChatResponse): ChatResponse;
}

function begin(op: FrontCall["op"], ids: readonly string[], options: ChatOptions): Begun {
  const warnings: Warning[] = [];
  const time = timeLeft(options);
  const warn = (message: string): void => void warnings.push({ type: "other", message });
  return {
    call: { op, ids, signal: options.signal, endsAt: time.endsAt, warn },
    optionsNow: time.options,
    finish: (response) =>
      warnings.length === 0 ? response : { ...response, warnings: [...response.warnings, ...warnings] },
  };
}

/** An attempt that failed. */
export interface Failure {
  /** The id of the model that was asked. */
  id: string;
  error: unknown;
}

/** Said in the response, as the answer is not of the model that was asked first. */
export function warnOf(failures: readonly Failure[], answeredBy: string, call: FrontCall): void {
  if (failures.length > 0) call.warn(`answered by ${answeredBy}, after ${describe(failures)}`);
}

/**
 * What is thrown when no attempt succeeded: the error itself where there is one; else the last, which names all of them, and has them as an
 * `AggregateError` in `cause`. It is `retryable` where one of them is.
 */
export function errorOf(failures: readonly Failure[], op: string): unknown {
  const errors = failures.map(({ error }) => error);
  const last = errors.findLast(BelugaError.is);
  if (errors.length === 1 || !last) return errors.at(-1);
  const mayPass = errors.filter(BelugaError.is).filter(({ retryable }) => retryable);
  const waits = mayPass.map(({ retryAfterMs }) => retryAfterMs);
  const problem = `no model answered: ${describe(failures)}; the last: ${last.message}`;
  const { code, provider, model, status, requestId, partial } = last;
  return new BelugaError({
    op,
    code,
    provider,
    model,
    status,
    requestId,
    partial,
    retryable: mayPass.length > 0,
    // The soonest; unknown where one that may pass did not say.
    retryAfterMs:
      waits.length > 0 && waits.every((wait) => wait !== undefined) ? Math.min(...waits) : undefined,
    message: `${op}: ${problem}`,
    cause: new AggregateError(errors, problem),
  });
}

/** By code alone: the messages of errors that are not ours may say anything. */
function describe(failures: readonly Failure[]): string {
  return failures
    .map(({ id, error }) => `${id} failed (${BelugaError.is(error) ? error.code : "unexpected error"})`)
    .join(", ");
}
