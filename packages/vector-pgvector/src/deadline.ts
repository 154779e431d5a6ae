import type { VectorCall } from "@beluga/core/provider";
import { storeError } from "./errors.js";

/** The longest time of a call that does not say another, in milliseconds. */
const defaultTotal = 600_000;

/** Rejects as soon as the caller aborts or the total time limit passes, with the reason, which `run` gets as a signal. */
export async function withDeadline<T>(
  { op, signal: caller, timeout }: VectorCall,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const total = timeout?.total ?? defaultTotal;
  const controller = new AbortController();
  const { signal } = controller;
  const leave = (): void => controller.abort(caller?.reason);
  const expire = (): void =>
    controller.abort(storeError(op, "timeout", `the total time limit of ${total} ms passed`));
  caller?.addEventListener("abort", leave);
  // Longer ones overflow the timer's 32 bits, and would fire at once.
  const timer = total < 2 ** 31 ? setTimeout(expire, total) : undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      run(signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", leave);
  }
}
