import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type LiteLLMConfig, createLiteLLM } from "./index.js";

const answered = {
  status: "completed",
  output: [],
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<LiteLLMConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createLiteLLM({ model: "gpt-5-mini", ...config }).generate("Hi");
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

test("without more than a model, the proxy on this machine is asked, and without a key", async () => {
  vi.stubEnv("LITELLM_PROXY_API_KEY", undefined);
  vi.stubEnv("LITELLM_PROXY_API_BASE", undefined);
  const headers = await sentTo("http://localhost:4000/chat/completions", {});
  expect(headers.get("authorization")).toBeNull();
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("LITELLM_PROXY_API_KEY", "sk-virtual");
  vi.stubEnv("LITELLM_PROXY_API_BASE", "https://litellm.example.com/v1/");
  const headers = await sentTo("https://litellm.example.com/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer sk-virtual");
});

test("Responses is asked at its own path", async () => {
  const config = { api: "responses", baseURL: "https://litellm.example.com", apiKey: "sk-1" } as const;
  await expect(sentTo("https://litellm.example.com/responses", config)).resolves.toBeDefined();
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("litellm", { model: "claude-sonnet" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("litellm/claude-sonnet");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("litellm", { model: "m", apiKee: "sk-1" })).toThrow(/apiKee/);
});
