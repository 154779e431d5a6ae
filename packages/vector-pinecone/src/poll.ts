import type { VectorCall } from "@beluga/core/provider";
import { pineconeError } from "./client.js";

interface PollOptions {
  /** How long to go on, in milliseconds. The time limit of the whole call may end it sooner. */
  limit: number;
  /** The time limit of calls that have none of their own. */
  total: number | undefined;
  /** The first pause, in milliseconds; each is twice the one before, up to `longestPause`. */
  pause: number;
  longestPause: number;
  /** What is waited for, in words that go on from "waited N ms for". */
  what: string;
}

/**
 * Asks again and again until there is an answer.
 *
 * @throws BelugaError `timeout` where there is none in time; the signal's reason on abort.
 */
export async function poll<T>(
  call: VectorCall,
  { limit, total: usual = Infinity, pause: firstPause, longestPause, what }: PollOptions,
  ask: (call: VectorCall) => Promise<T | undefined>,
): Promise<T> {
  const { timeout, signal } = call;
  const ofCall = timeout?.total ?? usual;
  const most = Math.min(limit, ofCall);
  const since = performance.now();
  let asking = call;
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    const answer = await ask(asking);
    if (answer !== undefined) return answer;
    const left = most - (performance.now() - since);
    if (left <= 0) throw pineconeError(call, "timeout", `waited ${most} ms for ${what}`);
    await sleep(Math.min(pause, left), signal);
    // All of them together are one call.
    const total = Math.max(1, Math.ceil(ofCall - (performance.now() - since)));
    if (total < Infinity) asking = { ...call, http: { ...call.http, timeout: { ...timeout, total } } };
  }
}

/** Rejects with `signal.reason` on abort. */
function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", leave);
      resolve();
    }, milliseconds);
    if (signal?.aborted) leave();
    else signal?.addEventListener("abort", leave, { once: true });
  });
}
