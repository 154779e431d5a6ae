import { BelugaError, type ErrorCode } from "./errors.js";
import type { Middleware } from "./middleware.js";
import { type Invocation, intercept, observersOr, proceed } from "./observed.js";
import { isFinish, relay } from "./relay.js";
import type { Usage } from "./usage.js";

/** One call of one operation, of any capability. */
export interface Call {
  /** `llm.generate`, `llm.stream`, `embed.embed`, `vector.search`, ... */
  readonly op: string;
  readonly provider: string;
  readonly model: string | undefined;
  /** The instance's own: `openai/gpt-5-mini`, or a store's `pinecone/notes`. */
  readonly id: string | undefined;
  /** The arguments of the call, as they were given. */
  readonly input: readonly unknown[];
  /** In milliseconds since 1970. */
  readonly startedAt: number;
}

/** How long a call took, in milliseconds. */
export interface CallTiming {
  readonly duration: number;
  /** Until the first part; of streams only. */
  readonly firstPart?: number;
}

/**
 * Callbacks around the calls of any capability. After `onStart`, exactly one of `onFinish`, `onError` and `onAbort` follows.
 *
 * As middleware ({@link withHooks}) they take part in the call: they are awaited, and what they throw fails it, so `onStart` can refuse a
 * call. As an observer ({@link addObserver}) they only watch: they are not awaited, and what they throw goes to `console.error`, not into
 * the call.
 */
export interface Hooks {
  onStart?(call: Call): void | Promise<void>;
  /** The first part of a stream arrived. */
  onFirstPart?(call: Call, timing: CallTiming): void | Promise<void>;
  /** Each part of a stream; of a hot path, so keep it quick. */
  onPart?(call: Call, part: unknown): void | Promise<void>;
  /** The call succeeded. For a stream of chat parts, `result` is the response in its `finish` part; for other streams it is absent. */
  onFinish?(
    call: Call,
    outcome: CallTiming & { result?: unknown; usage?: Usage; model?: string },
  ): void | Promise<void>;
  /** The call failed. `code` is absent where the error is not a `BelugaError`. */
  onError?(call: Call, outcome: CallTiming & { error: unknown; code?: ErrorCode }): void | Promise<void>;
  /** The caller aborted the call, or left the stream's loop early. */
  onAbort?(call: Call, outcome: CallTiming & { reason?: unknown }): void | Promise<void>;
}

const hookNames = ["onStart", "onFirstPart", "onPart", "onFinish", "onError", "onAbort"] as const;

/**
 * Several hooks as one: each callback calls those given, in order, up to the first that throws. All the same each of them gets one end of
 * each call that it saw start: where an `onStart` refuses the call, the hooks before it get `onError` (or `onAbort`), and what one throws
 * at the end of a call keeps it from no other.
 */
export function composeHooks(...all: readonly Hooks[]): Hooks {
  const composed: Hooks = {};
  for (const name of hookNames) {
    const callbacks = all
      .filter((hooks) => hooks[name])
      .map((hooks) => (hooks[name] as Callback).bind(hooks));
    const callEach = ends.has(name) ? endEach : inOrder;
    if (callbacks.length > 0)
      Object.assign(composed, { [name]: name === "onStart" ? startEach(all) : callEach(callbacks) });
  }
  return composed;
}

type Callback = (call: Call, outcome?: unknown) => void | Promise<void>;

const ends: ReadonlySet<keyof Hooks> = new Set(["onFinish", "onError", "onAbort"]);

function startEach(all: readonly Hooks[]): Callback {
  return async (call) => {
    const began = performance.now();
    for (const [at, hooks] of all.entries()) {
      try {
        await hooks.onStart?.(call);
      } catch (error) {
        const started = composeHooks(...all.slice(0, at));
        await reportFailure(call, error, { duration: performance.now() - began }, started);
        throw error;
      }
    }
  };
}

function inOrder(callbacks: readonly Callback[]): Callback {
  if (callbacks.length === 1) return callbacks[0] as Callback; // called for each part, maybe
  return async (call, outcome) => {
    for (const callback of callbacks) await callback(call, outcome);
  };
}

function endEach(callbacks: readonly Callback[]): Callback {
  return async (call, outcome) => {
    const failures: unknown[] = [];
    for (const callback of callbacks) {
      try {
        await callback(call, outcome);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 1)
      throw new AggregateError(failures, `${call.op}: several hooks failed at its end`);
    if (failures.length === 1) throw failures[0];
  };
}

/**
 * Middleware that calls hooks around each call of an instance, of any capability.
 *
 * @example
 * ```ts
 * const model = applyMiddleware(
 *   chatModels.create("openai", { model: "gpt-5-mini" }),
 *   withHooks({ onFinish: (call, { usage }) => console.log(call.op, usage) }),
 * );
 * ```
 */
export function withHooks<T extends object>(hooks: Hooks): Middleware<T> {
  return (next) => intercept(next, (invocation) => surround(invocation, hooks));
}

/** Watches all calls of all providers in this process, of every copy of this package. Returns what removes the observer again. */
export function addObserver(observer: Hooks): () => void {
  const { all } = observersOr({
    all: new Set(),
    watch: (invocation, observers) => surround(invocation, composeHooks(...[...observers].map(detached))),
  });
  all.add(observer);
  return () => void all.delete(observer);
}

/** An observer must not change the call, neither by what it throws nor by how long it takes. */
export function detached(observer: Hooks): Hooks {
  const hooks: Hooks = {};
  for (const name of hookNames) {
    const callback = observer[name] as Callback | undefined;
    if (!callback) continue;
    Object.assign(hooks, {
      [name]: (call: Call, outcome: unknown): void => {
        // Through an async function, so that a throw and a rejection come out the same way.
        (async () => callback.call(observer, call, outcome))().catch((error: unknown) => {
          // oxlint-disable-next-line no-console -- an observer's failure has no caller to be thrown at
          console.error(`beluga: an observer failed in ${name} of ${call.op}:`, error);
        });
      },
    });
  }
  return hooks;
}

/** The operations of each capability; other members pass through untouched. */
const operations: Readonly<Record<string, string>> = {
  generate: "llm",
  stream: "llm",
  embed: "embed",
  rerank: "rerank",
  add: "vector",
  search: "vector",
  delete: "vector",
  ensureIndex: "vector",
  dropIndex: "vector",
  transcribe: "stt",
  transcribeStream: "stt",
  synthesize: "tts",
  synthesizeStream: "tts",
  detect: "vad",
  connect: "s2s",
};

/** Makes a call with hooks around it, where it is an operation. */
function surround(invocation: Invocation, hooks: Hooks): unknown {
  const { target, key, args } = invocation;
  const run = (): unknown => proceed(invocation);
  if (typeof key !== "string" || !Object.hasOwn(operations, key)) return run();
  const { provider, model, id } = target as { provider?: string; model?: string; id?: string };
  const op = `${invocation.capability ?? operations[key]}.${key}`;
  const describe = (): Call => ({
    op,
    provider: provider ?? "unknown",
    model,
    id,
    input: args,
    startedAt: Date.now(),
  });
  return streams.has(key)
    ? watchStream(run as () => AsyncIterable<unknown>, describe, hooks)
    : watchPromise(run, describe, hooks);
}

const streams: ReadonlySet<string> = new Set(["stream", "transcribeStream", "synthesizeStream", "detect"]);

async function watchPromise(run: () => unknown, describe: () => Call, hooks: Hooks): Promise<unknown> {
  const call = describe();
  const began = performance.now();
  await hooks.onStart?.(call);
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    await reportFailure(call, error, { duration: performance.now() - began }, hooks);
    throw error;
  }
  await hooks.onFinish?.(call, { duration: performance.now() - began, ...resultOf(result) });
  return result;
}

function watchStream(
  run: () => AsyncIterable<unknown>,
  describe: () => Call,
  hooks: Hooks,
): AsyncIterable<unknown> {
  // Without the caller's signal: the stream behind has it, and is to end by it as it would without hooks.
  return relay(describe(), async function* ({ signal: left, read }) {
    const call = describe();
    const began = performance.now();
    const timing: { duration: number; firstPart?: number } = { duration: 0 };
    const elapsed = (): CallTiming => ({ ...timing, duration: performance.now() - began });
    let response: unknown;
    const finish = async (): Promise<void> => hooks.onFinish?.(call, { ...elapsed(), ...resultOf(response) });
    // Unless something else comes before: a consumer that leaves the loop ends this generator at its `yield`.
    let end = async (): Promise<void> => {
      const signal = signalOf(call);
      await hooks.onAbort?.(call, { ...elapsed(), ...(signal?.aborted && { reason: signal.reason }) });
    };
    await hooks.onStart?.(call);
    try {
      left.throwIfAborted(); // not every stream waits for its first read
      for await (const part of read(run())) {
        if (timing.firstPart === undefined) {
          timing.firstPart = performance.now() - began;
          await hooks.onFirstPart?.(call, elapsed());
        }
        if (hooks.onPart) await hooks.onPart(call, part);
        if (isFinish(part)) {
          ({ response } = part);
          end = finish; // leaving after the last part is no abort
        }
        yield part;
      }
      end = finish;
    } catch (error) {
      if (!left.aborted) end = async () => reportFailure(call, error, elapsed(), hooks);
      throw error;
    } finally {
      await end();
    }
  });
}

async function reportFailure(call: Call, error: unknown, timing: CallTiming, hooks: Hooks): Promise<void> {
  const signal = signalOf(call);
  if (signal?.aborted && signal.reason === error) await hooks.onAbort?.(call, { ...timing, reason: error });
  else
    await hooks.onError?.(
      call,
      BelugaError.is(error) ? { ...timing, error, code: error.code } : { ...timing, error },
    );
}

/** The caller's own, in the options, which come last. */
function signalOf({ input }: Call): AbortSignal | undefined {
  const options = input.at(-1) as { signal?: AbortSignal } | undefined;
  return options?.signal;
}

function resultOf(result: unknown): { result?: unknown; usage?: Usage; model?: string } {
  if (typeof result !== "object" || result === null) return result === undefined ? {} : { result };
  const { usage, model } = result as { usage?: Usage; model?: string };
  return { result, ...(usage && { usage }), ...(typeof model === "string" && { model }) };
}
