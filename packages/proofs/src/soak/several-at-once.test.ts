import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { severalAtOnce } from "./several-at-once.js";

test("runs a task once for each number, and never more at a time than it is told", async () => {
  const done: number[] = [];
  let underWay = 0;
  let most = 0;
  const hanging = await severalAtOnce({ from: 10, to: 30, atOnce: 7, patience: 60_000 }, async (number) => {
    most = Math.max(most, ++underWay);
    await sleep(1);
    underWay--;
    done.push(number);
  });
  expect({ hanging, most, done: done.sort((a, b) => a - b) }).toEqual({
    hanging: [],
    most: 7,
    done: Array.from({ length: 20 }, (_, at) => 10 + at),
  });
});

test("gives up on a task that never ends, and says which", async () => {
  expect(await severalAtOnce({ from: 0, to: 5, atOnce: 2, patience: 40 }, hangsAtThree)).toEqual([3]);
});

function hangsAtThree(number: number): Promise<void> {
  return number === 3 ? new Promise(() => undefined) : Promise.resolve();
}
