import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type OpenRouterConfig, createOpenRouter } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to OpenRouter. */
async function sent(config: Omit<OpenRouterConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const scope = nock("https://openrouter.ai")
    .post("/api/v1/chat/completions")
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createOpenRouter({ model: "openrouter/auto", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

const apiKey = "sk-or-v1-test-1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token, and nothing says who asks", async () => {
  const headers = await sent({ apiKey });
  expect(headers.get("authorization")).toBe("Bearer sk-or-v1-test-1");
  expect(headers.get("http-referer")).toBeNull();
  expect(headers.get("x-openrouter-title")).toBeNull();
});

test("a key that is not in the config comes from the environment", async () => {
  vi.stubEnv("OPENROUTER_API_KEY", "sk-or-v1-test-2");
  expect((await sent({})).get("authorization")).toBe("Bearer sk-or-v1-test-2");
});

test("without a key there is no model", () => {
  vi.stubEnv("OPENROUTER_API_KEY", undefined);
  expect(() => createOpenRouter({ model: "openrouter/auto" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("OPENROUTER_API_KEY"),
    }),
  );
});

test("an application is named in headers, over which those of the config go", async () => {
  const app = { url: "https://example.com/", title: "Example", categories: ["cli-agent", "game"] };
  const headers = await sent({ apiKey, app, headers: { "X-OpenRouter-Title": "Another" } });
  expect(headers.get("http-referer")).toBe("https://example.com/");
  expect(headers.get("x-openrouter-title")).toBe("Another");
  expect(headers.get("x-openrouter-categories")).toBe("cli-agent,game");
  const plain = await sent({ apiKey, app: { url: "https://example.com/" } });
  expect(plain.get("http-referer")).toBe("https://example.com/");
  expect(plain.get("x-openrouter-title")).toBeNull();
  expect(plain.get("x-openrouter-categories")).toBeNull();
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("openrouter", { model: "openai/gpt-5.4", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("openrouter/openai/gpt-5.4");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("openrouter", { model: "m", apiKey, ap: {} })).toThrow(/"?ap"?/);
});
