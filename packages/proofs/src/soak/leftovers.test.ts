import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Leftovers, watchLeftovers } from "./leftovers.js";
import { numberHeader, planOf } from "./plan.js";
import { Problems } from "./problems.js";
import { type SoakServer, startServer } from "./server.js";

const seed = 1;
let server: SoakServer;
beforeAll(async () => {
  server = await startServer(seed);
});
afterAll(() => server.close());

/** What is found after something was left behind. */
async function problemsAfter(
  leave: (leftovers: Leftovers) => Promise<() => void>,
): Promise<readonly string[]> {
  const problems = new Problems();
  const leftovers = watchLeftovers(server, problems, { soon: 200, afterIdle: 200 });
  const clearUp = await leave(leftovers);
  await leftovers.afterCalls();
  await leftovers.closeIdle();
  await leftovers.untilIdleEnd();
  leftovers.end();
  clearUp();
  await sleep(20);
  return problems.all;
}

test("nothing is found where nothing is left", async () => {
  const found = await problemsAfter(async () => {
    await fetch(server.origin, { headers: { [numberHeader]: String(numberOf("reset")) } }).catch(
      () => undefined,
    );
    return () => undefined;
  });
  expect(found).toEqual([]);
});

test("an exchange that goes on is found, as a connection that was left and not closed", async () => {
  const found = await problemsAfter(async () => {
    const leaving = new AbortController();
    const headers = { [numberHeader]: String(numberOf("aborted midway")) };
    const response = await fetch(server.origin, {
      method: "POST",
      headers,
      body: "{}",
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    return () => leaving.abort();
  });
  expect(found[0]).toBe("1 exchanges are under way at the server, after all calls");
  expect(found).toContain("1 connections are open");
});

test("a connection of which the server knows no exchange is found", async () => {
  const problems = new Problems();
  const leftovers = watchLeftovers(server, problems, { soon: 100, afterIdle: 100 });
  const socket = connect(Number(new URL(server.origin).port), "127.0.0.1");
  await once(socket, "connect");
  await leftovers.untilIdleEnd();
  leftovers.end();
  socket.destroy();
  expect(problems.all).toEqual(["1 connections are open"]);
});

// Several, as vitest has some of its own that may end meanwhile.
test("timers are found", async () => {
  const found = await problemsAfter(async () => {
    const timers = Array.from({ length: 9 }, () => setTimeout(() => undefined, 60_000));
    return () => timers.forEach(clearTimeout);
  });
  expect(found[0]).toMatch(/^still active: \d Timeout/);
});

test("a listener on a lasting signal is found", async () => {
  const found = await problemsAfter(async ({ lasting }) => {
    lasting.addEventListener("abort", () => undefined);
    return () => undefined;
  });
  expect(found).toEqual(["1 listeners are left on a signal"]);
});

test("a warning is found", async () => {
  const found = await problemsAfter(async () => {
    process.emitWarning("Possible EventEmitter memory leak detected", "MaxListenersExceededWarning");
    await sleep(1);
    return () => undefined;
  });
  expect(found.join()).toContain(
    "a warning: MaxListenersExceededWarning: Possible EventEmitter memory leak detected",
  );
});

function numberOf(name: string): number {
  for (let number = 0; ; number++) {
    const plan = planOf(seed, number);
    if (plan.kind === "stream" && plan.case.name === name && plan.whim === undefined) return number;
  }
}
