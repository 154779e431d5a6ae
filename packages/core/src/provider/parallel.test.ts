import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { BelugaError } from "../errors.js";
import { runInParallel } from "./parallel.js";

const expired = (limit: number): BelugaError =>
  new BelugaError({ op: "a.b", code: "timeout", message: `after ${limit} ms` });
const two = { concurrency: 2, expired };

async function* silent(): AsyncGenerator<number> {
  await new Promise(() => {});
  yield 1;
}

describe("runInParallel", () => {
  test("takes an item only when a task can begin with it", async () => {
    let [taken, done, most] = [0, 0, 0];
    async function* items(): AsyncGenerator<number> {
      for (; taken < 20;) {
        most = Math.max(most, taken - done);
        yield taken++;
      }
    }
    const seen: number[] = [];
    await runInParallel(items(), two, async (item) => {
      await wait(1);
      seen.push(item);
      done++;
    });
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(most).toBeLessThanOrEqual(2);
  });

  test("the first failure ends the others, leaves the source, and is thrown when none is under way", async () => {
    let [underWay, left] = [0, false];
    function* items(): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        left = true;
      }
    }
    const failure = new Error("no");
    const run = runInParallel(items(), two, async (item, signal) => {
      underWay++;
      try {
        if (item === 3) throw failure;
        await wait(item < 2 ? 1 : 5_000, undefined, { signal }).catch(() => wait(5));
      } finally {
        underWay--;
      }
    });
    await expect(run).rejects.toBe(failure);
    expect({ underWay, left }).toEqual({ underWay: 0, left: true });
  });

  test("an abort and the time limit end it, also while the source gives nothing", async () => {
    const controller = new AbortController();
    const aborted = runInParallel(silent(), { ...two, signal: controller.signal }, async () => {});
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await expect(
      runInParallel(silent(), { ...two, timeout: { total: 20 } }, async () => {}),
    ).rejects.toMatchObject({ code: "timeout", message: "after 20 ms" });
  });

  test("what the source throws is thrown", async () => {
    const failure = new Error("no more");
    function* broken(): Generator<number> {
      yield 1;
      throw failure;
    }
    await expect(runInParallel(broken(), two, async () => {})).rejects.toBe(failure);
  });
});
