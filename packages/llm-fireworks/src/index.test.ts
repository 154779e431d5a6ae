import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type FireworksConfig, createFireworks } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<FireworksConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createFireworks({ model: "accounts/fireworks/models/gpt-oss-120b", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

const apiKey = "fw_test_1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to Fireworks", async () => {
  const headers = await sentTo("https://api.fireworks.ai/inference/v1/chat/completions", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer fw_test_1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("FIREWORKS_API_KEY", "fw_test_2");
  vi.stubEnv("FIREWORKS_BASE_URL", "http://127.0.0.1:8080");
  const headers = await sentTo("http://127.0.0.1:8080/inference/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer fw_test_2");
});

test("without a key there is no model", () => {
  vi.stubEnv("FIREWORKS_API_KEY", undefined);
  expect(() => createFireworks({ model: "accounts/fireworks/models/gpt-oss-120b" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("FIREWORKS_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("fireworks", { model: "accounts/fireworks/models/gpt-oss-120b", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("fireworks/accounts/fireworks/models/gpt-oss-120b");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("fireworks", { model: "m", apiKey, serviceTeir: "flex" })).toThrow(
    /serviceTeir/,
  );
});

test.each([
  ["https://gateway.example", "https://gateway.example/inference/v1/chat/completions"],
  ["https://gateway.example/fireworks/", "https://gateway.example/fireworks/inference/v1/chat/completions"],
  ["https://gateway.example/v1/", "https://gateway.example/v1/chat/completions"],
])("the base URL %s is called at %s", async (baseURL, url) => {
  await expect(sentTo(url, { apiKey, baseURL })).resolves.toBeDefined();
});
