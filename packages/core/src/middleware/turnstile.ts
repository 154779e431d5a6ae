/** The limits of a {@link Turnstile}; `Infinity` where there is none. */
export interface Limits {
  requestsPerMinute: number;
  tokensPerMinute: number;
  maxConcurrent: number;
}

/** A call's turn: it is under way until `end`. */
export interface Turn {
  /** How many tokens it was in fact; what was reserved stands where that is not known. */
  settle(tokens: number | undefined): void;
  /** May be called more than once. */
  end(): void;
}

/** A call that wants its turn. */
export interface Request {
  /** As far as can be known before it. */
  tokens: number;
  /** The longest wait, in milliseconds. */
  maxWait: number;
  signal: AbortSignal | undefined;
  /** The error for a turn that would come too late: after how many milliseconds, where that is known. */
  tooLate(wait: number | undefined): Error;
}

interface Waiter {
  tokens: number;
  admit(turn: Turn): void;
}

const minute = 60_000;
/** A timer for longer overflows, and fires at once. */
const maxTimer = 2 ** 31 - 1;

/** Lets calls through in the order in which they came, as many as the limits allow. It holds a timer only while a call waits for a minute to pass. */
export class Turnstile {
  readonly #limits: Limits;
  readonly #lastMinute: Minute;
  readonly #queue: Waiter[] = [];
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#lastMinute = new Minute(limits);
  }

  /** Rejects with the signal's reason on abort, at once where the turn would come too late. */
  enter({ tokens, maxWait, signal, tooLate }: Request): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const wait = maxWait === Infinity ? 0 : this.#waitFor(tokens);
      if (wait > maxWait) return reject(tooLate(wait));

      const leave = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        tokens,
        admit(turn) {
          leave();
          resolve(turn);
        },
      };
      const giveUp = (reason: unknown): void => {
        leave();
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        this.#admit(); // it may have held up those behind it
        reject(reason);
      };
      const onAbort = (): void => giveUp(signal?.reason);
      const onTimeout = (): void => {
        this.#admit(); // where its turn comes at this very moment
        if (this.#queue.includes(waiter)) giveUp(tooLate(undefined));
      };
      // How long the calls under way take is not known, so that this wait can only be tried.
      const timer = maxWait < maxTimer ? setTimeout(onTimeout, maxWait) : undefined;
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiter);
      this.#admit();
    });
  }

  #admit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let head = this.#queue[0]; head; head = this.#queue[0]) {
      if (this.#underWay >= this.#limits.maxConcurrent) return; // the end of one comes back here
      const now = performance.now();
      const wait = this.#lastMinute.roomAt(head.tokens, now) - now;
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#admit(), Math.ceil(wait));
        return;
      }
      this.#queue.shift();
      head.admit(this.#begin(head.tokens, now));
    }
  }

  #begin(tokens: number, now: number): Turn {
    this.#underWay++;
    const entry = this.#lastMinute.add(now, tokens);
    let ended = false;
    return {
      settle: (actual = tokens) => this.#lastMinute.settle(entry, actual, performance.now()),
      end: () => {
        if (ended) return;
        ended = true;
        this.#underWay--;
        this.#admit();
      },
    };
  }

  /** How long a call that comes now will wait for its minute, behind those that wait already. */
  #waitFor(tokens: number): number {
    const now = performance.now();
    const plan = this.#lastMinute.copy();
    let at = now;
    for (const { tokens } of this.#queue) {
      at = plan.roomAt(tokens, at);
      plan.add(at, tokens);
    }
    return plan.roomAt(tokens, at) - now;
  }
}

interface Entry {
  at: number;
  tokens: number;
}

/** The calls that began within the last minute, in order. */
class Minute {
  readonly #limits: Limits;
  readonly #entries: Entry[];
  #tokens = 0;

  constructor(limits: Limits, entries: Entry[] = []) {
    this.#limits = limits;
    this.#entries = entries;
    for (const { tokens } of entries) this.#tokens += tokens;
  }

  copy(): Minute {
    return new Minute(
      this.#limits,
      this.#entries.map((entry) => ({ ...entry })),
    );
  }

  /** When there is room for another call, from a time on: at the latest when there is no other, whatever its tokens. */
  roomAt(tokens: number, from: number): number {
    this.#forget(from);
    const { requestsPerMinute, tokensPerMinute } = this.#limits;
    let at = from;
    let requests = this.#entries.length;
    let used = this.#tokens;
    for (const entry of this.#entries) {
      if (requests < requestsPerMinute && used + tokens <= tokensPerMinute) break;
      at = entry.at + minute;
      requests--;
      used -= entry.tokens;
    }
    return at;
  }

  add(at: number, tokens: number): Entry {
    this.#forget(at);
    const entry = { at, tokens };
    const { requestsPerMinute, tokensPerMinute } = this.#limits;
    if (Math.min(requestsPerMinute, tokensPerMinute) === Infinity) return entry; // nothing asks for it
    this.#entries.push(entry);
    this.#tokens += tokens;
    return entry;
  }

  settle(entry: Entry, tokens: number, now: number): void {
    this.#forget(now);
    if (!this.#entries.includes(entry)) return; // longer ago
    this.#tokens += tokens - entry.tokens;
    entry.tokens = tokens;
  }

  #forget(now: number): void {
    for (let first = this.#entries[0]; first && first.at + minute <= now; first = this.#entries[0]) {
      this.#entries.shift();
      this.#tokens -= first.tokens;
    }
  }
}
