import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type XAIConfig, createXAI } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, cost_in_usd_ticks: 1330500 },
};

/** The headers of the request that a call sends, and what xAI says of its answer. */
async function asked(config: Omit<XAIConfig, "model">): Promise<{ headers: Headers; metadata: unknown }> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(config.baseURL ?? "https://api.x.ai/v1");
  const scope = nock(origin)
    .post(`${pathname}/chat/completions`)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  const { providerMetadata } = await createXAI({ model: "grok-4.7", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return { headers, metadata: providerMetadata["xai"] };
}

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to xAI, or to another address", async () => {
  const { headers } = await asked({ apiKey: "xai-test-1" });
  expect(headers.get("authorization")).toBe("Bearer xai-test-1");
  await expect(
    asked({ apiKey: "xai-test-1", baseURL: "https://eu-west-1.api.x.ai/v1" }),
  ).resolves.toBeDefined();
});

test("the key comes from the environment where the config has none", async () => {
  vi.stubEnv("XAI_API_KEY", "xai-test-2");
  expect((await asked({})).headers.get("authorization")).toBe("Bearer xai-test-2");
});

test("what an answer cost is kept", async () => {
  expect((await asked({ apiKey: "xai-test-1" })).metadata).toEqual({ costInUSDTicks: 1330500 });
});

test("without a key there is no model", () => {
  vi.stubEnv("XAI_API_KEY", undefined);
  expect(() => createXAI({ model: "grok-4.7" })).toThrow(
    expect.objectContaining({ code: "auth_error", message: expect.stringContaining("XAI_API_KEY") }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("xai", { model: "grok-4.3", apiKey: "xai-test-1" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("xai/grok-4.3");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("xai", { model: "m", apiKey: "k", deferred: true })).toThrow(/deferred/);
});
