import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type QwenConfig, type QwenRegion, createQwen } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The key with which a call goes to a host. */
async function keySent(host: string, config: Omit<QwenConfig, "model">): Promise<string | null> {
  let key: string | null = null;
  const scope = nock(`https://${host}`)
    .post("/compatible-mode/v1/chat/completions")
    .reply(200, (request: Request) => {
      key = request.headers.get("authorization");
      return answered;
    });
  await createQwen({ model: "qwen-plus", ...config }).generate("Hi");
  scope.done();
  return key;
}

const apiKey = "sk-test-1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test.for<[QwenRegion | undefined, string]>([
  [undefined, "dashscope-intl.aliyuncs.com"],
  ["international", "dashscope-intl.aliyuncs.com"],
  ["us", "dashscope-us.aliyuncs.com"],
  ["china", "dashscope.aliyuncs.com"],
  ["hongkong", "cn-hongkong.dashscope.aliyuncs.com"],
])("in the region %s the key goes to %s, as a bearer token", async ([region, host]) => {
  expect(await keySent(host, { apiKey, region })).toBe("Bearer sk-test-1");
});

test("a URL goes over the region", async () => {
  const host = "ws-1.eu-central-1.maas.aliyuncs.com";
  const baseURL = `https://${host}/compatible-mode/v1`;
  expect(await keySent(host, { apiKey, region: "us", baseURL })).toBe("Bearer sk-test-1");
});

test("a key that is not in the config comes from the environment", async () => {
  vi.stubEnv("DASHSCOPE_API_KEY", "sk-test-2");
  expect(await keySent("dashscope-intl.aliyuncs.com", {})).toBe("Bearer sk-test-2");
});

test("without a key there is no model", () => {
  vi.stubEnv("DASHSCOPE_API_KEY", undefined);
  expect(() => createQwen({ model: "qwen-plus" })).toThrow(
    expect.objectContaining({ code: "auth_error", message: expect.stringContaining("DASHSCOPE_API_KEY") }),
  );
});

test("a region that does not exist is refused", () => {
  const region = "mars" as "us";
  expect(() => createQwen({ model: "qwen-plus", apiKey, region })).toThrow(
    expect.objectContaining({ code: "invalid_input", message: expect.stringContaining("region") }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("qwen", { model: "qwen3.8-max", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("qwen/qwen3.8-max");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("qwen", { model: "m", apiKey, regoin: "us" })).toThrow(/"?regoin"?/);
});
