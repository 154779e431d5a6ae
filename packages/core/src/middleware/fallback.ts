import type { ChatModel } from "../chat.js";
import { BelugaError, type ErrorCode } from "../errors.js";
import type { Middleware } from "../middleware.js";
import { type Choose, type Failure, errorOf, inFrontOf, warnOf } from "./front.js";

export interface FallbackOptions {
  /**
   * Whether the next model is asked after this error. Given the error, and what {@link fallback} would do by itself. Never called for the
   * caller's own abort, after which no other model is asked.
   *
   * @example
   * ```ts
   * const when = (error: unknown, byDefault: boolean): boolean =>
   *   byDefault || (BelugaError.is(error) && error.code === "content_filter");
   * ```
   */
  when?(error: unknown, byDefault: boolean): boolean;
}

/**
 * Asks the next model where one fails.
 *
 * By default after what is the fault of one model, account or vendor: `rate_limit`, `timeout`, `provider_unavailable`, `auth_error`,
 * `permission_denied`, `quota_exhausted`, `not_found`, `unsupported`, `context_length`, `invalid_response`, `truncated`. Not after
 * `invalid_input`, which is wrong everywhere; nor after `content_filter`, as going round a vendor's judgement of the content is for the
 * application to decide; nor after errors that are not Beluga's.
 *
 * A stream switches only before its first part: what was handed on is never said again by another model. An answer of another model than
 * the first has a warning that says so, and why. Where all fail, the error is the last one, names all of them, and has them as an
 * `AggregateError` in `cause`; it is `retryable` where one of them is.
 *
 * The result goes by the name of the wrapped model; `response.model` says who answered. The call's options go to each model as they are:
 * give `providerOptions` of one vendor to its model alone, by {@link defaults}. A `timeout.total` of the call covers all attempts.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   fallback([chatModels.create("anthropic", { model: "claude-sonnet-4-5" })]),
 * );
 * ```
 */
export function fallback(
  models: readonly ChatModel[],
  { when = (_error, byDefault) => byDefault }: FallbackOptions = {},
): Middleware<ChatModel> {
  const choose: Choose = async (attempt, call) => {
    const failures: Failure[] = [];
    for (const [at, id] of call.ids.entries()) {
      try {
        const answer = await attempt(at);
        warnOf(failures, id, call);
        return answer;
      } catch (error) {
        call.signal?.throwIfAborted();
        failures.push({ id, error });
        if (performance.now() >= call.endsAt || !when(error, isOfOneModel(error))) break;
      }
    }
    throw errorOf(failures, call.op);
  };
  return (next) => inFrontOf([next, ...models], next, choose);
}

const codesOfOneModel: ReadonlySet<ErrorCode> = new Set([
  "rate_limit",
  "timeout",
  "provider_unavailable",
  "auth_error",
  "permission_denied",
  "quota_exhausted",
  "not_found",
  "unsupported",
  "context_length",
  "invalid_response",
  "truncated",
]);

/** Whether another model may well succeed where this one failed. */
export function isOfOneModel(error: unknown): boolean {
  return BelugaError.is(error) && codesOfOneModel.has(error.code);
}
