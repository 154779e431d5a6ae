import type { ChatInput, ChatModel, ChatOptions } from "../chat.js";
import { BelugaError } from "../errors.js";
import type { Middleware } from "../middleware.js";
import { relay } from "../relay.js";
import { checkNumbers } from "./check.js";
import { estimateTokens } from "./estimate.js";
import { type TimeLeft, timeLeft } from "./time-left.js";
import { type Turn, Turnstile } from "./turnstile.js";
import { wrapModel } from "./wrap.js";

export interface RateLimitOptions {
  /** The most calls that begin within any minute. Default: no limit. */
  requestsPerMinute?: number | undefined;
  /** The most tokens, read and produced, of the calls that begin within any minute. Default: no limit. */
  tokensPerMinute?: number | undefined;
  /** The most calls under way at a time; a stream is, until it ends, fails, is aborted or left. Default: no limit. */
  maxConcurrent?: number | undefined;
  /** The longest wait for a turn, in milliseconds. Default: no limit but the call's own `timeout.total`. */
  maxWait?: number | undefined;
}

/**
 * Lets calls wait until the limits have room for them, in the order in which they came.
 *
 * What one `rateLimit(...)` wraps shares its limits: several models of one account, and all models bound to tools. Any span of a minute
 * keeps to them. A call reserves tokens by an estimate, a quarter of its characters and `maxTokens`, and is then counted by the usage that
 * the vendor reports; where it reports none, and where a call fails or is left, the estimate stands. One that is estimated at more than a
 * whole minute's tokens goes alone.
 *
 * A call whose turn would come after `maxWait` fails at once with `rate_limit` and the wait in `retryAfterMs`; outside of this, `retry` then
 * waits, and `fallback` asks another model. An abort ends the wait. Calls are counted, not what a provider sends for one: where that has to be
 * exact, switch its retries off (`maxRetries: 0`), and put {@link retry} outside of this. Calls that a {@link cache} outside of this answers are not counted.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   rateLimit({ requestsPerMinute: 500, tokensPerMinute: 200_000 }),
 * );
 * ```
 *
 * @throws BelugaError `invalid_input` where an option is no limit.
 */
export function rateLimit(options: RateLimitOptions): Middleware<ChatModel> {
  const { requestsPerMinute = Infinity, tokensPerMinute = Infinity, maxConcurrent = Infinity } = options;
  const { maxWait = Infinity } = options;
  checkNumbers("rateLimit", 1, { requestsPerMinute, tokensPerMinute, maxConcurrent });
  checkNumbers("rateLimit", 0, { maxWait });
  const turnstile = new Turnstile({ requestsPerMinute, tokensPerMinute, maxConcurrent });

  const enter = (
    { provider, model }: ChatModel,
    op: string,
    messages: ChatInput,
    options: ChatOptions,
    { endsAt }: TimeLeft,
    signal: AbortSignal | undefined,
  ): Promise<Turn> => {
    const limit = Math.min(maxWait, endsAt - performance.now());
    return turnstile.enter({
      tokens: estimateTokens(messages, options),
      maxWait: limit,
      signal,
      tooLate(wait) {
        const turn =
          wait === undefined ? "did not come within" : `would come in ${Math.ceil(wait)} ms, after`;
        return new BelugaError({
          op,
          code: "rate_limit",
          provider,
          model,
          retryAfterMs: wait,
          message: `${provider} ${op}: its turn ${turn} the ${Math.round(limit)} ms that it may wait`,
        });
      },
    });
  };

  return (next) =>
    wrapModel(next, (next) => ({
      async generate(messages, options = {}) {
        const time = timeLeft(options);
        const turn = await enter(next, "llm.generate", messages, options, time, options.signal);
        try {
          const response = await next.generate(messages, time.options());
          turn.settle(response.usage.totalTokens);
          return response;
        } finally {
          turn.end();
        }
      },

      stream: (messages, options = {}) =>
        relay(
          { op: "llm.stream", provider: next.provider, signal: options.signal },
          async function* ({ signal, read }) {
            const time = timeLeft(options);
            const turn = await enter(next, "llm.stream", messages, options, time, signal);
            signal.addEventListener("abort", turn.end); // it may be that nobody reads on
            try {
              for await (const part of read(next.stream(messages, time.options()))) {
                if (part.type === "finish") turn.settle(part.response.usage.totalTokens);
                yield part;
              }
            } finally {
              turn.end();
            }
          },
        ),
    }));
}
