import assert from "node:assert/strict";
import type { ErrorCode } from "@beluga/core";
import type { Reply } from "../server.js";
import type { HttpError } from "../chat-model.js";
import type { CallCheck, Provided } from "./suite.js";

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
const retryableCodes: ReadonlySet<ErrorCode> = new Set(["rate_limit", "timeout", "provider_unavailable"]);

/** The codes of HTTP errors, by status and by the vendor's own words. */
export function statusChecks<Instance extends Provided>(
  failures: readonly HttpError[],
): CallCheck<Instance>[] {
  return [
    ...codes.map(([status, code]): CallCheck<Instance> => ({
      name: `${status} is ${code}, with a body and without`,
      async run(suite) {
        const headers = { "x-request-id": "req-1", "request-id": "req-1" };
        const words = "conformance says no";
        const json = JSON.stringify(suite.errorBody(words, status));
        const replies: (Reply & { says?: string })[] = [
          { headers: { "content-type": "application/json" }, body: json, says: words },
          { headers: { "content-type": "text/plain" }, body: json, says: words },
          {
            headers: { "content-type": "text/html" },
            body: `<html><body>${words}</body></html>`,
            says: words,
          },
          { headers: { "content-type": "application/json" }, body: "{not json" },
          {},
          { headers: { "content-type": "application/json" }, body: ["{"], end: "close" },
        ];
        for (const { says = String(status), ...reply } of replies) {
          const { instance } = suite.served([
            { status, ...reply, headers: { ...headers, ...reply.headers } },
          ]);
          const error = await suite.fails(instance, code);
          assert.deepEqual(
            {
              status: error.status,
              retryable: error.retryable,
              model: error.model,
              requestId: error.requestId,
            },
            { status, retryable: retryableCodes.has(code), model: instance.model, requestId: "req-1" },
          );
          for (const word of [says, String(status)]) {
            assert.ok(error.message.includes(word), `a message without "${word}": ${error.message}`);
          }
        }
      },
    })),
    ...failures.map((failure): CallCheck<Instance> => ({
      name: `${failure.status} is ${failure.code} where the vendor says so: ${JSON.stringify(failure.body).slice(0, 120)}`,
      async run(suite) {
        const { status, code, headers, body, retryable = retryableCodes.has(code) } = failure;
        const reply = {
          status,
          headers: { "content-type": "application/json", "retry-after-ms": "1", ...headers },
          body: JSON.stringify(body),
        };
        const { instance, route } = suite.served([reply], { maxRetries: 1 });
        const error = await suite.fails(instance, code);
        assert.deepEqual(
          { status: error.status, retryable: error.retryable, requests: route.requests.length },
          { status, retryable, requests: retryable ? 2 : 1 },
        );
      },
    })),
  ];
}
