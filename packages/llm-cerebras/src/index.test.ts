import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type CerebrasConfig, createCerebras } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<CerebrasConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createCerebras({ model: "gpt-oss-120b", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

const apiKey = "csk-test_1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to Cerebras", async () => {
  const headers = await sentTo("https://api.cerebras.ai/v1/chat/completions", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer csk-test_1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("CEREBRAS_API_KEY", "csk-test_2");
  vi.stubEnv("CEREBRAS_BASE_URL", "http://127.0.0.1:8080");
  const headers = await sentTo("http://127.0.0.1:8080/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer csk-test_2");
});

test("without a key there is no model", () => {
  vi.stubEnv("CEREBRAS_API_KEY", undefined);
  expect(() => createCerebras({ model: "gpt-oss-120b" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("CEREBRAS_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("cerebras", { model: "gpt-oss-120b", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("cerebras/gpt-oss-120b");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("cerebras", { model: "m", apiKey, serviceTeir: "flex" })).toThrow(
    /serviceTeir/,
  );
});

test.each([
  ["https://gateway.example", "https://gateway.example/v1/chat/completions"],
  ["https://gateway.example/cerebras/", "https://gateway.example/cerebras/v1/chat/completions"],
  ["https://gateway.example/v1/", "https://gateway.example/v1/chat/completions"],
])("the base URL %s is called at %s", async (baseURL, url) => {
  await expect(sentTo(url, { apiKey, baseURL })).resolves.toBeDefined();
});

const resets = { "x-ratelimit-reset-tokens-minute": "11.5", "x-ratelimit-reset-requests-day": "33011" };

test.each([
  ["Tokens per minute limit exceeded", resets, 11_500],
  ["Requests per day limit exceeded", resets, 33_011_000],
  ["Requests per hour limit exceeded", resets, undefined],
  ["We're experiencing high traffic right now", resets, undefined],
  ["Tokens per minute limit exceeded", { ...resets, "retry-after": "5" }, 5000],
])("the wait after %s, with %j", async (message, headers, expected) => {
  const body = { message, type: "too_many_tokens_error", param: "quota", code: "token_quota_exceeded" };
  const model = createCerebras({
    model: "gpt-oss-120b",
    apiKey,
    maxRetries: 0,
    fetch: async () => Response.json(body, { status: 429, headers }),
  });
  const error: unknown = await model.generate("Hi").catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && [error.code, error.retryAfterMs]).toEqual(["rate_limit", expected]);
});
