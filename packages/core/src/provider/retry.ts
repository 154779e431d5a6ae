import { BelugaError } from "../errors.js";

export interface RetryOptions {
  /** How often a failed attempt is followed by another. */
  maxRetries: number;
  /** The longest wait before another attempt, in milliseconds. */
  maxRetryWait: number;
  /** When the call has to be over, on the clock of `performance.now()`. */
  totalAt: number;
  signal?: AbortSignal | undefined;
  /** Which failures are followed by another attempt. Default: errors that are `retryable`. */
  when?: (error: unknown) => boolean;
  /** How long to wait after a failure, in milliseconds, given how many came before it. Default: {@link waitOf}. */
  waitAfter?: (error: unknown, failures: number) => number;
}

/** A timer for longer overflows, and fires at once. */
const maxTimer = 2 ** 31 - 1;

/** Runs an attempt, again while it fails with an error that may pass. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { maxRetries, maxRetryWait, totalAt, signal, when = isRetryable, waitAfter = waitOf }: RetryOptions,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures >= maxRetries || !when(error)) throw error;
      const wait = waitAfter(error, failures);
      // To sleep past a limit and fail then would only hide the reason for longer.
      if (wait > Math.min(maxRetryWait, maxTimer)) throw error;
      if (performance.now() + wait >= totalAt) throw error;
      await sleep(wait, signal);
    }
  }
}

function isRetryable(error: unknown): boolean {
  return BelugaError.is(error) && error.retryable;
}

/** As long as the error asks for, else a backoff: exponential with full jitter, so that clients that failed together do not come back together. */
export function waitOf(error: unknown, failures: number): number {
  const asked = BelugaError.is(error) ? error.retryAfterMs : undefined;
  return asked ?? Math.random() * Math.min(8_000, 500 * 2 ** failures);
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
