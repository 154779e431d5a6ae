import { expect, test } from "vitest";
import type { VendorFailure } from "./failure.js";
import { refineGoogleError } from "./google-errors.js";

// The tests of Google's packages have the codes of errors as they come; here is what else they say.

const refined = (error: object, failure: Partial<VendorFailure> = {}) =>
  refineGoogleError({ status: undefined, headers: undefined, body: { error }, ...failure });

const exhausted = (...details: object[]) => refined({ status: "RESOURCE_EXHAUSTED", code: 429, details });
const quota = (quotaId: string) => ({ violations: [{ quotaId }] });
const retry = (retryDelay: unknown) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });

test("the wait that the API asks for is handed on", () => {
  const limited = { code: "rate_limit", status: 429 };
  expect(exhausted(quota("GenerateRequestsPerMinutePerProject"), retry("34.0748s"))).toEqual({
    ...limited,
    retryAfterMs: 34_075,
  });
  expect(exhausted(retry("3s"))).toEqual({ ...limited, retryAfterMs: 3000 });
  for (const detail of [retry("soon"), retry(3), retry("-3s"), {}])
    expect(exhausted(detail)).toEqual({ ...limited, retryAfterMs: undefined });
});

test("no wait is handed on for a quota of the day", () => {
  expect(exhausted(quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), retry("34s"))).toEqual({
    code: "quota_exhausted",
    status: 429,
    retryAfterMs: undefined,
  });
});

test.each([
  [503, 503],
  [400, 400],
  [599, 599],
  [14, undefined],
  [600, undefined],
  ["503", undefined],
])("an error inside of a stream with the code %o has the status %o", (code, status) => {
  expect(refined({ code }).status).toBe(status);
});

test.each([
  "The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).",
  "Unable to submit request because the input token count is 34708 but the model supports up to 20000. Reduce it.",
  "Unable to submit request because the input token count is 40000 but model only supports up to 32768.",
])("too much input is told by its words alone: %s", (message) => {
  expect(refined({ message, status: "INVALID_ARGUMENT", code: 400 }).code).toBe("context_length");
});

test("the status of the response goes before that of the body", () => {
  expect(refined({ code: 503 }, { status: 429 }).status).toBe(429);
});

test.each([undefined, null, "text", [], [null], { error: "text" }, { error: { details: [null, "x"] } }])(
  "a body of %o says nothing",
  (body) => {
    expect(refined({}, { body })).toEqual({ code: undefined, status: undefined, retryAfterMs: undefined });
  },
);
