import { BelugaError } from "../errors.js";

export interface RetryOptions {
  /** How often a failed attempt is followed by another. */
  maxRetries: number;
  /** The longest wait before another attempt, in milliseconds. */
  maxRetryWait: number;
  /** When the call has to be over, on the clock of `performance.now()`. */
  totalAt: number;
  signal?: AbortSignal | undefined;
  /** How many there are to be asked, each with a wait of its own after it failed. Default: 1. */
  targets?: number;
  /** Which failures are followed by another attempt. Default: errors that are `retryable`. */
  when?: (error: unknown) => boolean;
}

/** A timer for longer overflows, and fires at once. */
const maxTimer = 2 ** 31 - 1;

/** Runs an attempt, again while it fails with an error that may pass; each time on the target that may be asked soonest. */
export async function withRetries<T>(
  attempt: (target: number) => Promise<T>,
  { maxRetries, maxRetryWait, totalAt, signal, targets = 1, when = isRetryable }: RetryOptions,
): Promise<T> {
  const waits = new Waits(targets);
  let target = 0;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt(target);
    } catch (error) {
      if (failures >= maxRetries || !when(error)) throw error;
      const now = performance.now();
      waits.failed(target, error, now);
      const next = waits.soonest(target, now);
      // To sleep past a limit and fail then would only hide the reason for longer.
      if (next.wait > Math.min(maxRetryWait, maxTimer)) throw error;
      if (now + next.wait >= totalAt) throw error;
      await sleep(next.wait, signal);
      target = next.target;
    }
  }
}

function isRetryable(error: unknown): boolean {
  return BelugaError.is(error) && error.retryable;
}

/** When each target may be asked again. */
class Waits {
  readonly #targets: { failures: number; failedAt: number; wait: number }[];

  constructor(targets: number) {
    this.#targets = Array.from({ length: targets }, () => ({ failures: 0, failedAt: 0, wait: 0 }));
  }

  failed(at: number, error: unknown, now: number): void {
    const target = this.#targets[at] as { failures: number; failedAt: number; wait: number };
    const asked = BelugaError.is(error) ? error.retryAfterMs : undefined;
    target.wait = asked ?? backoff(target.failures);
    target.failures++;
    target.failedAt = now;
  }

  /** In turn after the one that was asked last, where several may be asked equally soon. */
  soonest(last: number, now: number): { target: number; wait: number } {
    const waits = this.#targets.map(({ failedAt, wait }) => Math.max(0, wait - (now - failedAt)));
    const wait = Math.min(...waits);
    const later = waits.indexOf(wait, last + 1);
    return { target: later === -1 ? waits.indexOf(wait) : later, wait };
  }
}

/** Exponential with full jitter, so that clients that failed together do not come back together. */
function backoff(failures: number): number {
  return Math.random() * Math.min(8_000, 500 * 2 ** failures);
}

/** Rejects with `signal.reason` on abort. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The wait that a vendor asks for, in milliseconds: `retry-after-ms`, or `Retry-After` in seconds or as a date. */
export function retryAfterOf(headers: Headers): number | undefined {
  const milliseconds = numberOf(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return Math.max(0, milliseconds);
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = numberOf(value);
  const wait = seconds === undefined ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function numberOf(value: string | null): number | undefined {
  // `Number` makes 0 of an empty header, which asks for no wait at all.
  const number = value === null || value.trim() === "" ? NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
