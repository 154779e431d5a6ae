import type { ChatOptions } from "../chat.js";

/** The time of one call that is made of several attempts, or of a wait and an attempt. */
export interface TimeLeft {
  /** When the call has to be over, on the clock of `performance.now()`. */
  readonly endsAt: number;
  /** The call's options, with what is left of `timeout.total`. */
  options(): ChatOptions;
}

/** A call's own `timeout.total` covers all that is done for it, so each attempt gets what is left. */
export function timeLeft(options: ChatOptions): TimeLeft {
  const { timeout } = options;
  const total = timeout?.total;
  // What is no time limit at all is for the model behind to refuse.
  if (typeof total !== "number" || !(total >= 0 && total < Infinity))
    return { endsAt: Infinity, options: () => options };
  const endsAt = performance.now() + total;
  return {
    endsAt,
    options() {
      const left = Math.max(0, Math.ceil(endsAt - performance.now()));
      return { ...options, timeout: { ...timeout, total: left } };
    },
  };
}
