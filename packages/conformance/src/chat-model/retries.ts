import assert from "node:assert/strict";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import type { Reply } from "../server.js";
import { errorBody } from "./bodies.js";
import { modes } from "./collect.js";
import { type ChatSuite, assertAnswer, soon } from "./suite.js";

export function retryChecks(spec: ChatModelSpec): ChatCheck[] {
  const failing = (status: number, headers: Record<string, string> = {}): Reply => ({
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(errorBody(spec, "try again", status)),
  });
  const shortly = { "retry-after-ms": "1" };

  return [
    ...[408, 429, 500, 502, 503, 504, 529].map((status) => ({
      name: `${status} is tried again, with the same request`,
      async run(suite: ChatSuite) {
        for (const mode of modes) {
          const { model, route } = suite.served([failing(status, shortly), suite.plainReply(mode)], {
            maxRetries: 2,
          });
          assertAnswer(await suite.succeeds(model, mode), suite.plain(mode).expected);
          const [first, second] = route.requests;
          assert.equal(route.requests.length, 2, "requests");
          assert.deepEqual(
            [second?.method, second?.path, second?.text],
            [first?.method, first?.path, first?.text],
          );
        }
      },
    })),
    {
      name: "a connection that is reset before the headers is tried again",
      async run(suite) {
        for (const mode of modes) {
          const { model, route } = suite.served([{ end: "reset" }, suite.plainReply(mode)], {
            maxRetries: 1,
          });
          assertAnswer(await suite.succeeds(model, mode), suite.plain(mode).expected);
          assert.equal(route.requests.length, 2, "requests");
        }
      },
    },
    ...[400, 401, 403, 404, 413, 422].map((status) => ({
      name: `${status} is not tried again`,
      async run(suite: ChatSuite) {
        for (const mode of modes) {
          const { model, route } = suite.served([failing(status, shortly), suite.plainReply(mode)], {
            maxRetries: 2,
          });
          const { error } = await suite.fails(model, mode, codesOf(status));
          assert.deepEqual([error.retryable, route.requests.length], [false, 1], "retryable, requests");
        }
      },
    })),
    {
      name: "no more often than maxRetries says, which is 2 by default",
      async run(suite) {
        for (const mode of modes) {
          for (const maxRetries of [undefined, 0, 1, 3]) {
            const { model, route } = suite.served([failing(503, shortly)], { maxRetries });
            await suite.fails(model, mode, "provider_unavailable");
            assert.equal(
              route.requests.length,
              1 + (maxRetries ?? 2),
              `requests with maxRetries ${maxRetries}`,
            );
          }
        }
      },
    },
    ...(
      [
        ["retry-after-ms", "60", 55],
        ["retry-after", "0.06", 55],
      ] as const
    ).map(([name, value, least]) => ({
      name: `${name}: ${value} is waited for`,
      async run(suite: ChatSuite) {
        for (const mode of modes) {
          const { model, route } = suite.served([failing(429, { [name]: value }), suite.plainReply(mode)], {
            maxRetries: 1,
          });
          await suite.succeeds(model, mode);
          const [first, second] = route.requests;
          const waited = (second?.at ?? 0) - (first?.at ?? 0);
          assert.ok(waited >= least, `tried again after ${Math.round(waited)} ms`);
        }
      },
    })),
    {
      name: "Retry-After as a date that has come is tried again at once",
      async run(suite) {
        const past = new Date(Date.now() - 60_000).toUTCString();
        for (const mode of modes) {
          const { model, route } = suite.served(
            [failing(503, { "retry-after": past }), suite.plainReply(mode)],
            { maxRetries: 1 },
          );
          await soon("the second attempt", suite.succeeds(model, mode));
          assert.equal(route.requests.length, 2, "requests");
        }
      },
    },
    ...(
      [
        ["in seconds", () => ({ "retry-after": "120" })],
        ["as a date", () => ({ "retry-after": new Date(Date.now() + 121_000).toUTCString() })],
        ["in milliseconds", () => ({ "retry-after-ms": "120000" })],
      ] as const
    ).map(([form, headers]) => ({
      name: `where the vendor asks for too long a wait, ${form}, it fails at once and says how long`,
      async run(suite: ChatSuite) {
        for (const mode of modes) {
          for (const status of [429, 503, 529]) {
            const { model, route } = suite.served([failing(status, headers())], { maxRetries: 2 });
            const { error } = await soon("the error", suite.fails(model, mode, codesOf(status)));
            const { retryAfterMs = 0 } = error;
            assert.ok(
              retryAfterMs > 115_000 && retryAfterMs <= 121_000,
              `error.retryAfterMs is ${retryAfterMs}`,
            );
            assert.deepEqual([error.retryable, route.requests.length], [true, 1], "retryable, requests");
          }
        }
      },
    })),
    {
      name: "maxRetryWait is what too long a wait is",
      async run(suite) {
        for (const mode of modes) {
          const { model, route } = suite.served([failing(429, { "retry-after": "1" })], {
            maxRetries: 2,
            maxRetryWait: 500,
          });
          const { error } = await suite.fails(model, mode, "rate_limit");
          assert.deepEqual([error.retryAfterMs, route.requests.length], [1000, 1], "retryAfterMs, requests");
        }
      },
    },
    {
      name: "a stream is not tried again once something of it was handed on",
      async run(suite) {
        const { headers, start, text } = await suite.opening();
        const { model, route } = suite.served(
          [{ headers, body: [start], end: "reset" }, suite.plainReply("stream")],
          { maxRetries: 2 },
        );
        const { outcome } = await suite.fails(model, "stream", "provider_unavailable");
        assert.deepEqual([outcome.text, route.requests.length], [text, 1], "text, requests");
      },
    },
  ];
}

function codesOf(
  status: number,
):
  | "auth_error"
  | "invalid_input"
  | "not_found"
  | "permission_denied"
  | "provider_unavailable"
  | "rate_limit" {
  if (status >= 500) return "provider_unavailable";
  return (
    ({ 401: "auth_error", 403: "permission_denied", 404: "not_found", 429: "rate_limit" } as const)[
      status as 401
    ] ?? "invalid_input"
  );
}
