import type { ChatModel } from "../chat.js";
import { BelugaError } from "../errors.js";
import type { Middleware } from "../middleware.js";
import { withRetries } from "../provider/retry.js";
import { checkNumbers } from "./check.js";
import { type Choose, type Failure, errorOf, inFrontOf, warnOf } from "./front.js";
import { Turns } from "./turns.js";

export interface RetryOptions {
  /** How often a failed call is followed by another. Default: 2, or as many as there are other models. */
  maxRetries?: number | undefined;
  /** The longest wait before another attempt, in milliseconds; where each model asks for more, the call fails at once. Default: 60,000. */
  maxRetryWait?: number | undefined;
  /** Other models that take turns with the wrapped one. */
  models?: readonly ChatModel[] | undefined;
  /**
   * Whether the call is tried again after this error. Given the error, and what {@link retry} would do by itself. Never called for the
   * caller's own abort.
   */
  when?(error: unknown, byDefault: boolean): boolean;
}

/**
 * Tries a failed call again: on the same model, or in turn on others.
 *
 * This stands around what a provider does by itself, which tries a request again that failed with `rate_limit`, `timeout` or
 * `provider_unavailable` (its config's `maxRetries`, 2 by default). It is for what a provider does not: more patience, other models, and
 * answers that cannot be trusted. By default it tries again after errors that are `retryable`, `invalid_response` and `truncated`.
 *
 * Each attempt asks the model that may be asked soonest: at once one that has not failed yet, else after the wait that its error asks for
 * (`retryAfterMs`) or an exponential backoff. A stream is tried again only before its first part. Other than {@link fallback}, which
 * goes through its models once, this comes back to the first. The last error is thrown as by {@link fallback}, where there are several models.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   retry({ maxRetries: 4, models: [chatModels.create("azure", { model: "my-gpt" })] }),
 * );
 * ```
 *
 * @throws BelugaError `invalid_input` where an option is none.
 */
export function retry({
  models = [],
  maxRetries = Math.max(2, models.length),
  maxRetryWait = 60_000,
  when = (_error, byDefault) => byDefault,
}: RetryOptions = {}): Middleware<ChatModel> {
  checkNumbers("retry", 0, { maxRetries, maxRetryWait });
  const choose: Choose = async (attempt, call) => {
    const failures: Failure[] = [];
    const turns = new Turns(call.ids.length);
    const attemptInTurn = async (): Promise<Awaited<ReturnType<typeof attempt>>> => {
      const { at } = turns;
      const id = call.ids[at] as string;
      try {
        const answer = await attempt(at);
        if (at > 0) warnOf(failures, id, call);
        return answer;
      } catch (error) {
        call.signal?.throwIfAborted();
        failures.push({ id, error });
        throw error;
      }
    };
    try {
      return await withRetries(attemptInTurn, {
        maxRetries,
        maxRetryWait,
        totalAt: call.endsAt,
        signal: call.signal,
        when: (error) => !call.signal?.aborted && when(error, mayPass(error)),
        waitAfter: (error) => turns.failed(error),
      });
    } catch (error) {
      throw models.length > 0 && error === failures.at(-1)?.error ? errorOf(failures, call.op) : error;
    }
  };
  return (next) => inFrontOf([next, ...models], next, choose);
}

/** A model that gave an answer that cannot be trusted may give a better one, other than an HTTP endpoint, so providers do not try those again. */
function mayPass(error: unknown): boolean {
  return (
    BelugaError.is(error) &&
    (error.retryable || error.code === "invalid_response" || error.code === "truncated")
  );
}
