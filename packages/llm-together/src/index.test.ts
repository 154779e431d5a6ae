import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type TogetherConfig, createTogether } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<TogetherConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createTogether({ model: "openai/gpt-oss-120b", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

const apiKey = "tgp_v1_test_1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to Together", async () => {
  const headers = await sentTo("https://api.together.ai/v1/chat/completions", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer tgp_v1_test_1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("TOGETHER_API_KEY", "tgp_v1_test_2");
  vi.stubEnv("TOGETHER_BASE_URL", "http://127.0.0.1:8080/v1");
  const headers = await sentTo("http://127.0.0.1:8080/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer tgp_v1_test_2");
});

test("without a key there is no model", () => {
  vi.stubEnv("TOGETHER_API_KEY", undefined);
  expect(() => createTogether({ model: "openai/gpt-oss-120b" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("TOGETHER_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("together", { model: "openai/gpt-oss-120b", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("together/openai/gpt-oss-120b");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("together", { model: "m", apiKey, saftyModel: "s" })).toThrow(/saftyModel/);
});

test.each([
  [{ "x-ratelimit-reset": "3" }, 3000],
  [{ "x-ratelimit-reset": "3", "retry-after": "5" }, 5000],
  [{ "x-ratelimit-reset": "soon" }, undefined],
  [{}, undefined],
])("the wait that the headers %j of a rate limit ask for", async (headers, expected) => {
  const body = { error: { message: "Slow down", type: "dynamic_request_limited" } };
  const model = createTogether({
    model: "openai/gpt-oss-120b",
    apiKey,
    maxRetries: 0,
    fetch: async () => Response.json(body, { status: 429, headers }),
  });
  const error: unknown = await model.generate("Hi").catch((reason: unknown) => reason);
  expect(BelugaError.is(error) && [error.code, error.retryAfterMs]).toEqual(["rate_limit", expected]);
});
