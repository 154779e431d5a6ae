import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import {
  type CallCheck,
  type CallSuite,
  type Provided,
  outcomeOf,
  pause,
  reasonOf,
  rejection,
  soon,
} from "./suite.js";
import type { Reply, Route, ServedRequest } from "../server.js";

/** What a caller aborts with need not be an error. */
const reason = { why: "the conformance suite aborts" };

/** An abort rejects with the signal's reason, at once, and closes the connection. */
export function abortChecks<Instance extends Provided>(): CallCheck<Instance>[] {
  const underWay = (name: string, reply: (suite: CallSuite<Instance>) => Reply): CallCheck<Instance> => ({
    name: `${name}: the connection is closed`,
    async run(suite) {
      const { instance, route } = suite.served([reply(suite)], { maxRetries: 2 });
      const { request, rejected } = await aborted(suite, instance, route);
      assert.equal(rejected, reason, "the rejection is not signal.reason itself");
      assert.equal(await soon("the connection's end", request.closed), "client");
      assert.equal(route.requests.length, 1, "requests");
    },
  });

  return [
    {
      name: "before the call: nothing is sent",
      async run(suite) {
        const { instance, route } = suite.served([suite.answer]);
        const signal = AbortSignal.abort(reason);
        assert.equal(await rejection(() => suite.operation.call(instance, { signal }), "the reason"), reason);
        assert.equal(route.requests.length, 0, "requests");
      },
    },
    underWay("before the headers", () => ({ delay: Infinity })),
    underWay("in the middle of a body", (suite) => suite.half("stall")),
    underWay("in the middle of an error's body", () => ({ status: 500, body: ["{", Infinity] })),
    {
      name: "while it waits to try again",
      async run(suite) {
        const { instance, route } = suite.served([suite.failing(503, { "retry-after": "9" })], {
          maxRetries: 2,
        });
        const { rejected } = await aborted(suite, instance, route);
        assert.equal(rejected, reason, "the rejection is not signal.reason itself");
        assert.equal(route.requests.length, 1, "requests");
      },
    },
    {
      name: "without a reason: the AbortError of the signal",
      async run(suite) {
        const { instance, route } = suite.served([{ delay: Infinity }]);
        const { rejected, signal } = await aborted(suite, instance, route, null);
        assert.equal(rejected, signal.reason, "the rejection is not signal.reason itself");
      },
    },
    {
      name: "nothing stays behind on a signal that is used for many calls",
      async run(suite) {
        const { signal } = new AbortController();
        const { instance } = suite.served([
          suite.answer,
          suite.failing(400),
          suite.half("reset"),
          suite.answer,
        ]);
        await suite.succeeds(instance, { signal });
        await suite.fails(instance, "invalid_input", { signal });
        await suite.fails(instance, "provider_unavailable", { signal });
        await suite.succeeds(instance, { signal });
        assert.equal(getEventListeners(signal, "abort").length, 0, "listeners");
      },
    },
  ];
}

/** Makes a call, and aborts it a moment after its request has come. */
async function aborted<Instance extends Provided>(
  suite: CallSuite<Instance>,
  instance: Instance,
  route: Route,
  why: unknown = reason,
): Promise<{ request: ServedRequest; rejected: unknown; signal: AbortSignal }> {
  const controller = new AbortController();
  const { signal } = controller;
  const outcome = outcomeOf(() => suite.operation.call(instance, { signal }));
  const request = await soon("the request", route.request());
  await pause(30);
  if (why === null) controller.abort();
  else controller.abort(why);
  return { request, rejected: reasonOf(await soon("the rejection", outcome), "the signal's reason"), signal };
}
