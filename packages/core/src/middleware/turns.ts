import { waitOf } from "../provider/retry.js";

/** Which of several is to be asked: the one that may be asked soonest, each with a wait of its own after it failed. */
export class Turns {
  /** The one whose turn it is. */
  at = 0;
  readonly #asked: { failures: number; failedAt: number; wait: number }[];

  constructor(count: number) {
    this.#asked = Array.from({ length: count }, () => ({ failures: 0, failedAt: 0, wait: 0 }));
  }

  /** The one whose turn it was has failed. Gives the wait until the next turn, in milliseconds. */
  failed(error: unknown): number {
    const now = performance.now();
    const last = this.#asked[this.at] as { failures: number; failedAt: number; wait: number };
    last.wait = waitOf(error, last.failures++);
    last.failedAt = now;
    const waits = this.#asked.map(({ failedAt, wait }) => Math.max(0, wait - (now - failedAt)));
    const wait = Math.min(...waits);
    // In turn after the last, where several may be asked equally soon.
    const later = waits.indexOf(wait, this.at + 1);
    this.at = later === -1 ? waits.indexOf(wait) : later;
    return wait;
  }
}
