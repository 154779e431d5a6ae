import assert from "node:assert/strict";
import { type CallCheck, type CallSuite, type Provided, soon } from "./suite.js";

const atOnce = { "retry-after-ms": "1" };

/** What is tried again, how often, and after how long a wait. */
export function retryChecks<Instance extends Provided>(): CallCheck<Instance>[] {
  return [
    ...[408, 429, 500, 502, 503, 504, 529].map((status): CallCheck<Instance> => ({
      name: `${status} is tried again, with the same request`,
      async run(suite) {
        const { instance, route } = suite.served([suite.failing(status, atOnce), suite.answer], {
          maxRetries: 2,
        });
        await suite.succeeds(instance);
        const [first, second, ...others] = route.requests.map(({ method, path, text }) => ({
          method,
          path,
          text,
        }));
        assert.deepEqual(second, first);
        assert.deepEqual(others, []);
      },
    })),
    ...[400, 401, 403, 404, 413, 422].map((status): CallCheck<Instance> => ({
      name: `${status} is not tried again`,
      async run(suite) {
        const { instance, route } = suite.served([suite.failing(status, atOnce), suite.answer], {
          maxRetries: 2,
        });
        const error = await suite.fails(instance, [
          "invalid_input",
          "auth_error",
          "permission_denied",
          "not_found",
        ]);
        assert.deepEqual([error.retryable, route.requests.length], [false, 1], "retryable, requests");
      },
    })),
    {
      name: "a connection that is reset before the headers is tried again",
      async run(suite) {
        const { instance, route } = suite.served([{ end: "reset" }, suite.answer], { maxRetries: 1 });
        await suite.succeeds(instance);
        assert.equal(route.requests.length, 2, "requests");
      },
    },
    {
      name: "a body that breaks off is tried again",
      async run(suite) {
        const { instance, route } = suite.served([suite.half("reset"), suite.answer], { maxRetries: 1 });
        await suite.succeeds(instance);
        assert.equal(route.requests.length, 2, "requests");
      },
    },
    {
      name: "no more often than maxRetries says, which is 2 by default",
      async run(suite) {
        for (const maxRetries of [undefined, 0, 1, 3]) {
          const { instance, route } = suite.served([suite.failing(503, atOnce)], { maxRetries });
          await suite.fails(instance, "provider_unavailable");
          assert.equal(
            route.requests.length,
            1 + (maxRetries ?? 2),
            `requests with maxRetries ${maxRetries}`,
          );
        }
      },
    },
    ...(
      [
        ["retry-after-ms", "60"],
        ["retry-after", "0.06"],
      ] as const
    ).map(([header, value]): CallCheck<Instance> => ({
      name: `${header}: ${value} is waited for`,
      async run(suite) {
        const { instance, route } = suite.served([suite.failing(429, { [header]: value }), suite.answer], {
          maxRetries: 1,
        });
        await suite.succeeds(instance);
        const [first, second] = route.requests;
        const waited = (second?.at ?? 0) - (first?.at ?? 0);
        assert.ok(waited >= 55, `tried again after ${Math.round(waited)} ms`);
      },
    })),
    {
      name: "Retry-After as a date that has come is tried again at once",
      async run(suite) {
        const past = new Date(Date.now() - 60_000).toUTCString();
        const { instance } = suite.served([suite.failing(503, { "retry-after": past }), suite.answer], {
          maxRetries: 1,
        });
        await soon("the second attempt", suite.succeeds(instance));
      },
    },
    ...(
      [
        ["in seconds", () => ({ "retry-after": "120" })],
        ["as a date", () => ({ "retry-after": new Date(Date.now() + 121_000).toUTCString() })],
        ["in milliseconds", () => ({ "retry-after-ms": "120000" })],
      ] as const
    ).map(([form, headers]): CallCheck<Instance> => ({
      name: `where the vendor asks for too long a wait, ${form}, it fails at once and says how long`,
      async run(suite) {
        for (const status of [429, 503, 529]) {
          const { instance, route } = suite.served([suite.failing(status, headers()), suite.answer], {
            maxRetries: 2,
          });
          const error = await soon(
            "the error",
            suite.fails(instance, ["rate_limit", "provider_unavailable"]),
          );
          const { retryAfterMs = 0 } = error;
          assert.ok(
            retryAfterMs > 115_000 && retryAfterMs <= 121_000,
            `error.retryAfterMs is ${retryAfterMs}`,
          );
          assert.deepEqual([error.retryable, route.requests.length], [true, 1], "retryable, requests");
        }
      },
    })),
    {
      name: "maxRetryWait is what too long a wait is",
      async run(suite: CallSuite<Instance>) {
        const { instance, route } = suite.served([suite.failing(429, { "retry-after": "1" })], {
          maxRetries: 2,
          maxRetryWait: 500,
        });
        const error = await suite.fails(instance, "rate_limit");
        assert.deepEqual([error.retryAfterMs, route.requests.length], [1000, 1], "retryAfterMs, requests");
      },
    },
  ];
}
