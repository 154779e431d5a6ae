import assert from "node:assert/strict";
import type { TimeoutOptions } from "@beluga/core";
import { type CallCheck, type CallSuite, type Provided, soon } from "./suite.js";
import type { Reply } from "../server.js";

/** Nothing hangs for ever. The limits are long enough for a request to arrive on a busy machine. */
export function timeoutChecks<Instance extends Provided>(): CallCheck<Instance>[] {
  const passes = (
    name: string,
    timeout: TimeoutOptions,
    reply: (suite: CallSuite<Instance>) => Reply,
    where: "of the config" | "of the call",
  ): CallCheck<Instance> => ({
    name: `${name} (the limit ${where}): timeout, and the connection is closed`,
    async run(suite) {
      const { instance, route } = suite.served([reply(suite)], where === "of the config" ? { timeout } : {});
      const error = await soon(
        "the error",
        suite.fails(instance, "timeout", where === "of the call" ? { timeout } : {}),
      );
      assert.deepEqual([error.retryable, error.status], [true, undefined], "retryable, status");
      assert.equal(await soon("the connection's end", (await route.request()).closed), "client");
      assert.equal(route.requests.length, 1, "requests");
    },
  });

  return [
    ...(["of the config", "of the call"] as const).flatMap((where) => [
      passes("headers that do not come", { headers: 400 }, () => ({ delay: Infinity }), where),
      passes("a body that stalls", { idle: 40 }, (suite) => suite.half("stall"), where),
      passes("an answer that only trickles", { total: 400 }, trickle, where),
    ]),
    {
      name: "headers that do not come are tried again",
      async run(suite) {
        const { instance, route } = suite.served([{ delay: Infinity }, suite.answer], {
          timeout: { headers: 1000 },
          maxRetries: 1,
        });
        await suite.succeeds(instance);
        assert.equal(route.requests.length, 2, "requests");
      },
    },
  ];
}

function trickle(): Reply {
  const body = (function* (): Generator<string | number> {
    for (;;) {
      yield 10;
      yield " ";
    }
  })();
  return { headers: { "content-type": "application/json" }, body };
}
