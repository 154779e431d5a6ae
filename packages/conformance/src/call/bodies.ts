import assert from "node:assert/strict";
import type { ErrorCode } from "@beluga/core";
import { type Reply, startServer } from "../server.js";
import type { CallCheck, CallSuite, Provided } from "./suite.js";

const html =
  "<!doctype html><html><head><title>Welcome</title></head><body>Sign in to the network</body></html>";
const json = { "content-type": "application/json" };

/** What comes with status 200 and is no answer, and connections that break. */
export function bodyChecks<Instance extends Provided>(): CallCheck<Instance>[] {
  return [
    invalid("HTML with status 200", { headers: { "content-type": "text/html; charset=utf-8" }, body: html }),
    invalid("HTML under the right content type", { headers: json, body: html }),
    invalid(
      "an empty body with status 200",
      { headers: json },
      { headers: json, body: "\n\n" },
      { headers: { ...json, "content-length": "0" } },
      {},
    ),
    invalid(
      "JSON that is no answer",
      ...["null", "42", '"text"', "[]", "{}", '{"beluga":"conformance"}', "nul", "{'a':1}"].map((body) => ({
        headers: json,
        body,
      })),
    ),
    {
      name: "an answer that ends too early, at any place, is invalid_response",
      async run(suite) {
        const { instance, route } = suite.served([
          async (request, count) => {
            const whole = await suite.answer(request, count);
            const bytes = Buffer.from(whole.body as string);
            return { ...whole, body: bytes.subarray(0, Math.floor((bytes.byteLength * (count - 1)) / 20)) };
          },
        ]);
        while (route.requests.length < 20) await suite.fails(instance, "invalid_response");
      },
    },
    {
      name: "an error body with status 200 is an error, in the vendor's words",
      async run(suite) {
        const { instance } = suite.served([
          { ...suite.failing(400, {}, "the answer to this is no"), status: 200 },
        ]);
        const error = await suite.fails(instance, anyCode);
        assert.ok(error.message.includes("the answer to this is no"), `not its words: ${error.message}`);
      },
    },
    {
      name: "a body over the limit is invalid_response, and its connection is closed",
      async run(suite) {
        const { instance, route } = suite.served([{ headers: json, body: endless() }], {
          limits: { body: 50_000 },
        });
        await suite.fails(instance, "invalid_response");
        assert.equal(await (await route.request()).closed, "client");
      },
    },
    {
      name: "a redirect is refused, and nobody else gets the request",
      async run(suite) {
        const other = suite.server.route(suite.answer);
        for (const status of [301, 302, 307, 308]) {
          const { instance } = suite.served([{ status, headers: { location: `${other.url}/elsewhere` } }]);
          await suite.fails(instance, "invalid_response");
        }
        assert.equal(other.requests.length, 0, "requests at the redirect's target");
      },
    },
    unavailable("a connection that is reset before the headers", () => ({ end: "reset" })),
    unavailable("a connection that is reset in the middle of a body", (suite) => suite.half("reset")),
    unavailable("a connection that is closed in the middle of a body", (suite) => suite.half("close")),
    unavailable("a body shorter than its content-length", (suite) => suite.half("close", 10_000)),
    {
      name: "an address where nobody listens is provider_unavailable",
      async run(suite) {
        const gone = await startServer();
        await gone.close();
        await suite.fails(suite.create({ baseURL: gone.url }), "provider_unavailable");
      },
    },
  ];
}

const anyCode: readonly ErrorCode[] = [
  "invalid_input",
  "invalid_response",
  "not_found",
  "provider_unavailable",
  "quota_exhausted",
  "rate_limit",
];

function invalid<Instance extends Provided>(name: string, ...replies: readonly Reply[]): CallCheck<Instance> {
  return {
    name: `${name} is invalid_response`,
    async run(suite) {
      for (const reply of replies) {
        const { instance } = suite.served([reply]);
        const error = await suite.fails(instance, "invalid_response");
        assert.equal(error.retryable, false, "error.retryable");
        // Absent where core counts the vectors, and not the provider.
        assert.equal(error.status ?? 200, 200, "error.status");
      }
    },
  };
}

function unavailable<Instance extends Provided>(
  name: string,
  reply: (suite: CallSuite<Instance>) => Reply,
): CallCheck<Instance> {
  return {
    name: `${name} is provider_unavailable`,
    async run(suite) {
      const error = await suite.fails(suite.served([reply(suite)]).instance, "provider_unavailable");
      assert.equal(error.retryable, true, "error.retryable");
    },
  };
}

/** Not quite, so that who reads it all is found out, and not killed. */
function* endless(): Generator<string> {
  yield '{"text":"';
  for (let i = 0; i < 2_000; i++) yield "x".repeat(4096);
}
