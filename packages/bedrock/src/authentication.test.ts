import { inspect } from "node:util";
import { BelugaError } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { kept, signature } from "./authentication.js";
import { type AwsCredentials, type BedrockClientOptions, bedrockClient, modelPath } from "./index.js";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLETOKEN=",
};
const model = "amazon.nova-micro-v1:0";
const own = { model, op: "llm.create", packageName: "@beluga/llm-bedrock", version: "1.0.0" };

/** The headers that a request has. */
async function sent(config: Partial<BedrockClientOptions>): Promise<Headers> {
  let headers: Headers | undefined;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    ({ headers } = new Request(input, init));
    return Response.json({});
  };
  const http = bedrockClient({ ...own, region: "us-east-1", fetch, ...config });
  await http.json(modelPath(model, "converse"), { op: "llm.generate", model, body: { messages: [] } });
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

async function failureOf(promise: Promise<unknown>): Promise<BelugaError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

beforeEach(() => {
  for (const name of [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
  ])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

// The signatures are those of AWS's own signer, @smithy/signature-v4 5.7.5.
describe("a request is signed as AWS's own SDKs sign it", () => {
  const time = new Date("2026-11-22T10:11:12.345Z");
  const body = JSON.stringify({ messages: [{ role: "user", content: [{ text: "Grüß Gott 🌞" }] }] });
  const permanent: AwsCredentials = { ...credentials, sessionToken: undefined };

  test.each([
    [
      "of a model with a colon in its id",
      "us.amazon.nova-2-lite-v1:0",
      credentials,
      "host;x-amz-date;x-amz-security-token",
      "4f5cad4701da9f80eae524e66bb25153e946c50b6fa9ef66a0ae735b1e147763",
    ],
    [
      "of an ARN, with a slash",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6",
      credentials,
      "host;x-amz-date;x-amz-security-token",
      "fd075144fe40055c7478bff26f2fc8a1ca0b5ba1a75983f0209be83fde1f8c26",
    ],
    [
      "without a session token",
      "amazon.nova-micro-v1:0",
      permanent,
      "host;x-amz-date",
      "aa0834ca4891554b1f010c0f365455e9ba80d21f80eb61bf7e6c2e818745de42",
    ],
  ] satisfies [string, string, AwsCredentials, string, string][])(
    "%s",
    async (_case, model, signed, headers, expected) => {
      const url = `https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodeURIComponent(model)}/converse`;
      expect(await signature({ method: "POST", url, body }, signed, "us-east-1", time)).toEqual({
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/bedrock/aws4_request, SignedHeaders=${headers}, Signature=${expected}`,
        "x-amz-date": "20261122T101112Z",
        ...(signed.sessionToken && { "x-amz-security-token": signed.sessionToken }),
      });
    },
  );
});

describe("credentials", () => {
  test("of the config sign each request, and go before an API key of the environment", async () => {
    vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-1");
    const headers = await sent({ credentials });
    expect(headers.get("authorization")).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\//,
    );
    expect(headers.get("x-amz-security-token")).toBe(credentials.sessionToken);
  });

  test("of the config are not mixed with a session token of the environment", async () => {
    vi.stubEnv("AWS_SESSION_TOKEN", "token-of-another-key");
    const { accessKeyId, secretAccessKey } = credentials;
    const headers = await sent({ credentials: { accessKeyId, secretAccessKey } });
    expect(headers.has("x-amz-security-token")).toBe(false);
  });

  test("of the environment are used where there is nothing else", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment");
    vi.stubEnv("AWS_SESSION_TOKEN", "token-of-the-environment");
    const headers = await sent({});
    expect(headers.get("authorization")).toContain("Credential=AKIDENVIRONMENT/");
    expect(headers.get("x-amz-security-token")).toBe("token-of-the-environment");
    expect((await sent({ apiKey: "bedrock-api-key-1" })).get("authorization")).toBe(
      "Bearer bedrock-api-key-1",
    );
  });

  test("that are nowhere are an auth_error, which says where they could be", () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT");
    expect(() => bedrockClient({ ...own, region: "us-east-1" })).toThrow(
      expect.objectContaining({
        op: "llm.create",
        code: "auth_error",
        model,
        message:
          'bedrock llm.create: no credentials: pass the option "apiKey" or "credentials", or set the environment variable AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      }),
    );
  });
});

describe("a function for credentials", () => {
  test("that fails is an auth_error in its own words, without keys", async () => {
    const reason = new Error("the SSO session of Bearer abcdef is over");
    const error = await failureOf(sent({ credentials: () => Promise.reject(reason) }));
    expect(error.toJSON()).toMatchObject({
      op: "llm.generate",
      code: "auth_error",
      provider: "bedrock",
      model: "amazon.nova-micro-v1:0",
      message: "bedrock llm.generate: no authentication: the SSO session of *** is over",
      retryable: false,
    });
    expect(error.cause).toBeUndefined();
  });

  test("that gives none is an auth_error", async () => {
    const half = { accessKeyId: "AKID" } as AwsCredentials;
    expect(await failureOf(sent({ credentials: () => Promise.resolve(half) }))).toMatchObject({
      code: "auth_error",
      message:
        "bedrock llm.generate: no authentication: the function gave no accessKeyId and secretAccessKey",
    });
  });

  test("is asked once by all who wait, and again five minutes before its answer expires", async () => {
    vi.useFakeTimers({ now: 0 });
    const minute = 60_000;
    const provider = vi.fn(() =>
      Promise.resolve({ ...credentials, expiration: new Date(Date.now() + 60 * minute) }),
    );
    const current = kept(provider);
    await Promise.all([current(), current(), current()]);
    vi.setSystemTime(55 * minute - 1);
    await current();
    expect(provider).toHaveBeenCalledTimes(1);
    vi.setSystemTime(55 * minute);
    expect((await current()).expiration).toEqual(new Date(115 * minute));
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test("is asked each time where its answer has no expiration, and after it failed", async () => {
    const provider = vi.fn(() => Promise.resolve(credentials));
    const current = kept(provider);
    await current();
    await current();
    provider.mockRejectedValueOnce(new Error("no"));
    await expect(current()).rejects.toThrow("no");
    expect(await current()).toBe(credentials);
    expect(provider).toHaveBeenCalledTimes(4);
  });
});

test("a secret that AWS repeats is masked, also one that a function gave", async () => {
  const { secretAccessKey, sessionToken } = credentials;
  const message = `The Canonical String should have been 'x-amz-security-token:${sessionToken}', not ${secretAccessKey}`;
  const fetch = () =>
    Promise.resolve(
      Response.json(
        { message },
        { status: 403, headers: { "x-amzn-errortype": "InvalidSignatureException" } },
      ),
    );
  for (const config of [{ credentials }, { credentials: () => Promise.resolve(credentials) }]) {
    const error = await failureOf(sent({ ...config, fetch }));
    expect(error.code).toBe("auth_error");
    expect(error.message).toBe(
      "bedrock llm.generate: 403: The Canonical String should have been 'x-amz-security-token:***', not ***",
    );
    const shown = inspect(error, { depth: Infinity, showHidden: true });
    expect([shown.includes(secretAccessKey), shown.includes(sessionToken)]).toEqual([false, false]);
  }
});

test("the signature is made anew for each attempt", async () => {
  const dates: (string | null)[] = [];
  vi.useFakeTimers({ now: new Date("2026-11-22T10:00:00Z"), toFake: ["Date"] });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { headers } = new Request(input, init);
    dates.push(headers.get("x-amz-date"));
    vi.setSystemTime(new Date("2026-11-22T10:00:07Z"));
    return dates.length === 1
      ? Response.json({}, { status: 503, headers: { "retry-after-ms": "1" } })
      : Response.json({});
  };
  await sent({ credentials, fetch }).catch(() => undefined);
  expect(dates).toEqual(["20261122T100000Z", "20261122T100007Z"]);
});
