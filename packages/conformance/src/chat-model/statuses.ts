import assert from "node:assert/strict";
import type { ErrorCode } from "@beluga/core";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import type { Reply } from "../server.js";
import { errorBody } from "./bodies.js";
import { modes } from "./collect.js";
import type { ChatSuite } from "./suite.js";

const codes: readonly (readonly [status: number, code: ErrorCode])[] = [
  [400, "invalid_input"],
  [401, "auth_error"],
  [403, "permission_denied"],
  [404, "not_found"],
  [408, "timeout"],
  [413, "invalid_input"],
  [422, "invalid_input"],
  [429, "rate_limit"],
  [500, "provider_unavailable"],
  [502, "provider_unavailable"],
  [503, "provider_unavailable"],
  [504, "timeout"],
  [529, "provider_unavailable"],
];
const retryable: ReadonlySet<ErrorCode> = new Set(["rate_limit", "timeout", "provider_unavailable"]);
const words = "conformance says no";

export function statusChecks(spec: ChatModelSpec): ChatCheck[] {
  return [
    ...codes.map(([status, code]) => ({
      name: `${status} is ${code}, with a body and without`,
      async run(suite: ChatSuite) {
        const json = JSON.stringify(errorBody(spec, words, status));
        const headers = { "x-request-id": "req-1", "request-id": "req-1" };
        const bodies: (Reply & { says?: string })[] = [
          { headers: { ...headers, "content-type": "application/json" }, body: json, says: words },
          { headers: { ...headers, "content-type": "text/plain" }, body: json, says: words },
          {
            headers: { ...headers, "content-type": "text/html" },
            body: `<html><body>${words}</body></html>`,
            says: words,
          },
          { headers: { ...headers, "content-type": "application/json" }, body: "{not json" },
          { headers },
          { headers: { ...headers, "content-type": "application/json" }, body: ["{"], end: "close" },
        ];
        for (const mode of modes) {
          for (const { says = String(status), ...reply } of bodies) {
            const { model } = suite.served([{ status, ...reply }]);
            const { error } = await suite.fails(model, mode, code);
            assert.deepEqual(
              {
                status: error.status,
                retryable: error.retryable,
                model: error.model,
                requestId: error.requestId,
              },
              { status, retryable: retryable.has(code), model: model.model, requestId: "req-1" },
            );
            assert.ok(error.message.includes(says), `a message without "${says}": ${error.message}`);
            assert.ok(
              error.message.includes(String(status)),
              `a message without the status: ${error.message}`,
            );
          }
        }
      },
    })),
    ...(spec.httpErrors ?? []).map((failure, at) => ({
      name: `${failure.status} with the vendor's own words is ${failure.code} (httpErrors[${at}])`,
      async run(suite: ChatSuite) {
        const { status, code, headers, body } = failure;
        const expected = failure.retryable ?? retryable.has(code);
        for (const mode of modes) {
          const reply: Reply = {
            status,
            headers: { "content-type": "application/json", "retry-after-ms": "1", ...headers },
            body: typeof body === "string" ? body : JSON.stringify(body),
          };
          const { model, route } = suite.served([reply], { maxRetries: 1 });
          const { error } = await suite.fails(model, mode, code);
          assert.deepEqual(
            { status: error.status, retryable: error.retryable },
            { status, retryable: expected },
          );
          assert.equal(route.requests.length, expected ? 2 : 1, "requests");
        }
      },
    })),
    {
      name: "an endless error body does not hang, and does not hide the status",
      async run(suite) {
        for (const mode of modes) {
          const { model, route } = suite.served([
            { status: 401, headers: { "content-type": "text/plain" }, body: endlessWords() },
          ]);
          const { error } = await suite.fails(model, mode, "auth_error");
          assert.ok(error.message.length < 3000, `a message of ${error.message.length} characters`);
          assert.equal(await (await route.request()).closed, "client");
        }
      },
    },
    {
      name: "a redirect is refused, and where it leads is not asked",
      async run(suite) {
        const elsewhere = suite.server.route({ status: 200, body: "caught" });
        for (const mode of modes) {
          for (const status of [301, 302, 303, 307, 308]) {
            const { model, route } = suite.served([{ status, headers: { location: elsewhere.url } }]);
            await suite.fails(model, mode, "invalid_response");
            assert.equal(route.requests.length, 1);
          }
        }
        assert.equal(elsewhere.requests.length, 0, "requests at the other address, with all headers");
      },
    },
  ];
}

function* endlessWords(): Generator<string> {
  for (;;) yield "no ".repeat(1000);
}
