import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type BifrostConfig, createBifrost } from "./index.js";

const answered = {
  status: "completed",
  output: [],
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<BifrostConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createBifrost({ model: "openai/gpt-5-mini", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("without more than a model, the gateway on this machine is asked, and without a key", async () => {
  vi.stubEnv("BIFROST_VIRTUAL_KEY", undefined);
  vi.stubEnv("BIFROST_BASE_URL", undefined);
  const headers = await sentTo("http://localhost:8080/v1/chat/completions", {});
  expect(headers.get("x-bf-vk")).toBeNull();
  expect(headers.get("authorization")).toBeNull();
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("BIFROST_VIRTUAL_KEY", "sk-bf-1");
  vi.stubEnv("BIFROST_BASE_URL", "https://bifrost.example.com");
  const headers = await sentTo("https://bifrost.example.com/v1/chat/completions", {});
  expect(headers.get("x-bf-vk")).toBe("sk-bf-1");
});

test.each([
  ["https://bifrost.example.com/", "https://bifrost.example.com/v1/chat/completions"],
  ["https://bifrost.example.com/v1/", "https://bifrost.example.com/v1/chat/completions"],
  ["https://bifrost.example.com/openai", "https://bifrost.example.com/openai/v1/chat/completions"],
])("the base URL %s is called at %s", async (baseURL, url) => {
  await expect(sentTo(url, { baseURL })).resolves.toBeDefined();
});

test("Responses is asked at its own path", async () => {
  const config = { api: "responses", baseURL: "https://bifrost.example.com", apiKey: "sk-bf-1" } as const;
  const headers = await sentTo("https://bifrost.example.com/v1/responses", config);
  expect(headers.get("x-bf-vk")).toBe("sk-bf-1");
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("bifrost", { model: "anthropic/claude-sonnet-5-5" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("bifrost/anthropic/claude-sonnet-5-5");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("bifrost", { model: "m", virtualKey: "sk" })).toThrow(/virtualKey/);
});
