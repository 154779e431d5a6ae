import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Problems } from "./problems.js";
import type { SoakServer } from "./server.js";

/** What calls may leave behind: connections, timers, listeners, rejections that nobody handles, warnings. */
export interface Leftovers {
  /** A signal that outlives all calls. */
  lasting: AbortSignal;
  /**
   * Waits, and not for long, until nothing of the calls is under way any more: neither here nor, of those that were aborted or left, at the server.
   *
   * @returns how many connections are still there.
   */
  afterCalls(): Promise<number>;
  /** Closes what is idle, so that nothing is left but what leaks; the heap then has no pool in it, whose size is never the same. */
  closeIdle(): Promise<void>;
  /** Waits until the client has closed its idle connections of its own accord. @returns after how many milliseconds. */
  untilIdleEnd(): Promise<number | undefined>;
  end(): void;
}

/** How long to wait, in milliseconds. */
interface Patience {
  /** For what has to be over at once. Default: 3,000, as the machine may be busy. */
  soon?: number;
  /** For the end of idle connections. Default: 10,000: Node's `fetch` closes them after 4,000. */
  afterIdle?: number;
}

export function watchLeftovers(
  { ask }: SoakServer,
  problems: Problems,
  { soon = 3_000, afterIdle = 10_000 }: Patience = {},
): Leftovers {
  const lasting = new AbortController().signal;
  const resourcesBefore = process.getActiveResourcesInfo();
  const onWarning = (warning: Error): void => problems.add(`a warning: ${warning.stack ?? String(warning)}`);
  const onRejection = (reason: unknown): void =>
    problems.add(`nobody handled a rejection: ${reason instanceof Error ? reason.stack : String(reason)}`);
  process.on("warning", onWarning);
  process.on("unhandledRejection", onRejection);

  const resourcesLeft = (): string | undefined => {
    const left = without(process.getActiveResourcesInfo(), resourcesBefore);
    const kinds = [...new Set(left)].map((kind) => `${left.filter((one) => one === kind).length} ${kind}`);
    return left.length > 0 ? `still active: ${kinds.join(", ")}` : undefined;
  };
  const connectionsLeft = async (): Promise<string | undefined> => {
    const { connections } = await ask("state");
    return connections > 0 ? `${connections} connections are open` : undefined;
  };

  return {
    lasting,
    async afterCalls() {
      const underWay = async (): Promise<string | undefined> => {
        const { exchanges } = await ask("state");
        return exchanges > 0
          ? `${exchanges} exchanges are under way at the server, after all calls`
          : resourcesLeft();
      };
      problems.add((await over(underWay, soon)).problem);
      const listeners = getEventListeners(lasting, "abort").length;
      if (listeners > 0) problems.add(`${listeners} listeners are left on a signal`);
      return (await ask("state")).connections;
    },
    async closeIdle() {
      await ask("close idle");
      problems.add((await over(connectionsLeft, soon)).problem);
      await sleep(50); // until the client knows it of each, too
    },
    async untilIdleEnd() {
      const { problem, after } = await over(connectionsLeft, afterIdle);
      problems.add(problem ?? resourcesLeft());
      return problem === undefined ? after : undefined;
    },
    end() {
      process.off("warning", onWarning);
      process.off("unhandledRejection", onRejection);
    },
  };
}

/** Waits until nothing is wrong any more, or time is up. */
async function over(
  check: () => Promise<string | undefined>,
  limit: number,
): Promise<{ problem: string | undefined; after: number }> {
  const began = performance.now();
  for (;;) {
    const problem = await check();
    const after = performance.now() - began;
    if (problem === undefined || after > limit) return { problem, after };
    await sleep(20);
  }
}

function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...all];
  for (const one of some) {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}
