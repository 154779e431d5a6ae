import type { BelugaError } from "../errors.js";
import type { TimeoutOptions } from "../common.js";

/** The time limits of a kind of call, in milliseconds, `Infinity` where there is none. */
export type Timeouts = Required<{ [Key in keyof TimeoutOptions]: number }>;

/** A model may think for minutes before its answer's headers come, so the limits that guard against a dead peer are generous. */
export const defaultTimeouts: Readonly<Record<"whole" | "stream", Timeouts>> = {
  whole: { total: 600_000, headers: 300_000, idle: 60_000 },
  stream: { total: Infinity, headers: 300_000, idle: 300_000 },
};

/** The more specific wins; `undefined` never overrides. */
export function mergeTimeouts(
  base: Timeouts,
  ...overrides: readonly (TimeoutOptions | undefined)[]
): Timeouts {
  const merged = { ...base };
  for (const override of overrides) {
    for (const key of ["total", "headers", "idle"] as const) merged[key] = override?.[key] ?? merged[key];
  }
  return merged;
}

/**
 * Ends one attempt of a call when its caller aborts or a time limit passes, and remembers which.
 *
 * A limit runs only while something is waited for: a consumer that takes its time over a part is not an idle vendor. One timer serves
 * all reads; it is armed again when it fires, not at each read.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #totalAt: number;
  readonly #shortest: number;
  readonly #timeoutError: (what: string) => BelugaError;
  #ended: { reason: unknown } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;
  readonly #waiting: { for: "headers" | "idle"; since: number; limit: number } = {
    for: "headers",
    since: NaN,
    limit: Infinity,
  };

  /**
   * @param totalAt - When the whole call has to be over, on the clock of `performance.now()`.
   * @param shortest - The shortest of the limits that will be waited by: the timer is armed for no longer, so that it has not to be armed again
   * where the shorter limit follows.
   */
  constructor(
    caller: AbortSignal | undefined,
    totalAt: number,
    timeoutError: (what: string) => BelugaError,
    shortest = Infinity,
  ) {
    this.#caller = caller;
    this.#totalAt = totalAt;
    this.#timeoutError = timeoutError;
    this.#shortest = shortest;
    if (caller?.aborted) this.end(caller.reason);
    else caller?.addEventListener("abort", this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the attempt was ended, if it was: the caller's reason, or a `BelugaError` of code `timeout`. */
  get ended(): { reason: unknown } | undefined {
    return this.#ended;
  }

  wait(what: "headers" | "idle", limit: number): void {
    if (this.#ended) return;
    const now = performance.now();
    this.#waiting.for = what;
    this.#waiting.since = now;
    this.#waiting.limit = limit;
    if (now >= this.#totalAt) this.end(this.#timeoutError("total"));
    // A limit that is shorter than what it was armed for.
    else if (this.#timer === undefined || now + limit < this.#timerAt)
      this.#arm(Math.min(limit, this.#totalAt - now));
  }

  rest(): void {
    this.#waiting.since = NaN;
  }

  end(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.dispose();
    this.#controller.abort(reason);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.end(this.#caller?.reason);

  #arm(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (milliseconds === Infinity) return;
    // Longer ones overflow the timer's 32 bits, and would fire at once; what is left is waited for then.
    // But for no less than a second, or a limit of a few milliseconds would wake the process all the while that headers are waited for.
    const most = Math.min(Math.max(this.#shortest, 1_000), 2 ** 31 - 1);
    const wait = Math.min(Math.ceil(milliseconds), most);
    this.#timerAt = performance.now() + wait;
    this.#timer = setTimeout(this.#onTimer, wait);
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    const { for: what, since, limit } = this.#waiting;
    if (Number.isNaN(since)) return;
    const now = performance.now();
    if (now >= this.#totalAt) this.end(this.#timeoutError("total"));
    else if (now - since >= limit) this.end(this.#timeoutError(what));
    else this.#arm(Math.min(limit - (now - since), this.#totalAt - now));
  };
}
