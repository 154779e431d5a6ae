import type { ChatInput, ChatModel, ChatOptions, ChatResponse } from "../chat.js";
import type { Warning } from "../common.js";
import type { Middleware } from "../middleware.js";
import { describeCause } from "../provider/failure.js";
import { redact } from "../provider/redact.js";
import { orAbort, relay } from "../relay.js";
import { checkNumbers, optionError } from "./check.js";
import { readEntry, writeEntry } from "./cache-entry.js";
import { keyOf } from "./cache-key.js";
import { replay } from "./replay.js";
import { wrapModel } from "./wrap.js";

/** Where answers are kept: a `Map`, or what is written in two lines around Redis, a file, a worker's KV. Each may be asynchronous. */
export interface CacheStore {
  /** What was set under this key, or `undefined` or `null`. A text; also right is what a store makes of it that parses JSON by itself. */
  get(key: string): unknown;
  /** @param options - `ttl`: for how many milliseconds the value is of use. Kept to without the store too, which may then drop it. */
  set(key: string, value: string, options: { ttl?: number }): unknown;
}

export interface CacheOptions {
  store: CacheStore;
  /** For how long an answer is used, in milliseconds. Default: for ever. */
  ttl?: number | undefined;
  /**
   * The key of a call; `undefined` for one that goes past the cache. `standard` gives the key that is used without this, to put a tenant
   * before it, say.
   */
  key?(
    messages: ChatInput,
    options: ChatOptions,
    standard: () => Promise<string>,
  ): string | undefined | Promise<string | undefined>;
}

/**
 * Answers a call that was answered before from a store, without asking the model. `generate` and `stream` share what is stored; a stream of
 * it has the parts in the order of the message, each text in one piece.
 *
 * The key is a hash of the model's id, the tools bound to it and {@link defaults} behind this, the messages with their bytes, and all options
 * of the call but `signal`, `headers`, `timeout` and `includeRaw`. What is changed on the way by middleware of your own it does not know:
 * put that before the cache, or give a `key`. A stream with `includeRaw` goes past the cache.
 *
 * Only whole answers are stored: those with the finish reason `stop` or `tool-calls`. One that comes from the store has the `usage` that
 * this call had, namely 0 tokens, and `providerMetadata.cache` says the original `usage` and `storedAt`, in milliseconds since 1970. The same
 * call at the same time asks the model twice. A store that fails does not fail the call: the model is asked, and a warning says so.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   cache({ store: new Map(), ttl: 3_600_000 }),
 * );
 * ```
 *
 * @throws BelugaError `invalid_input` where an option is none.
 */
export function cache({ store, ttl, key }: CacheOptions): Middleware<ChatModel> {
  if (typeof store?.get !== "function" || typeof store.set !== "function")
    throw optionError("cache", "store: expected an object with get and set");
  checkNumbers("cache", 0, { ttl });

  const lookUp = async (
    identity: unknown,
    op: string,
    messages: ChatInput,
    options: ChatOptions,
    signal: AbortSignal | undefined,
  ): Promise<LookUp> => {
    const found: LookUp = { key: undefined, hit: undefined, warnings: [] };
    const standard = (): Promise<string> => keyOf(identity, op, messages, options);
    await attempt("this call has no key, so that it was not looked up", found.warnings, signal, async () => {
      found.key = await (key ? key(messages, options, standard) : standard());
    });
    const { key: known } = found;
    if (known === undefined) return found;
    await attempt("the store could not be read", found.warnings, signal, async () => {
      const value = await store.get(known);
      if (value !== undefined && value !== null) found.hit = readEntry(value);
    });
    return found;
  };

  /** Stores an answer, and gives it with what went wrong. */
  const keep = async (
    { key, warnings }: LookUp,
    response: ChatResponse,
    signal: AbortSignal | undefined,
  ): Promise<ChatResponse> => {
    if (key !== undefined && isWhole(response))
      await attempt("the answer could not be stored", warnings, signal, async () => {
        await store.set(key, writeEntry(response, ttl), ttl === undefined ? {} : { ttl });
      });
    return warnings.length === 0 ? response : { ...response, warnings: [...response.warnings, ...warnings] };
  };

  return (next) =>
    wrapModel(next, (next, identity) => ({
      async generate(messages, options = {}) {
        const found = await lookUp(identity, "llm.generate", messages, options, options.signal);
        return found.hit ?? keep(found, await next.generate(messages, options), options.signal);
      },

      stream(messages, options = {}) {
        if (options.includeRaw) return next.stream(messages, options);
        const call = { op: "llm.stream", provider: next.provider, signal: options.signal };
        return relay(call, async function* ({ signal, read }) {
          const found = await lookUp(identity, call.op, messages, options, signal);
          if (found.hit) return yield* replay(found.hit);
          for await (const part of read(next.stream(messages, options))) {
            if (part.type !== "finish") yield part;
            else yield { ...part, response: await keep(found, part.response, signal) };
          }
        });
      },
    }));
}

interface LookUp {
  key: string | undefined;
  hit: ChatResponse | undefined;
  /** What went wrong with the store. */
  warnings: Warning[];
}

/** Does something that may fail without failing the call; but a caller's abort is thrown. */
async function attempt(
  problem: string,
  warnings: Warning[],
  signal: AbortSignal | undefined,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await orAbort(run(), signal);
  } catch (error) {
    signal?.throwIfAborted();
    warnings.push({ type: "other", message: `cache: ${problem}: ${redact(describeCause(error))}` });
  }
}

/** Not one that a limit or a filter has cut, which the next call may not be. */
function isWhole({ finishReason: { unified } }: ChatResponse): boolean {
  return unified === "stop" || unified === "tool-calls";
}
