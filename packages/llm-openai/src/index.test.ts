import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type OpenAIConfig, createOpenAI } from "./index.js";

const answers = {
  responses: {
    status: "completed",
    output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "ok" }] }],
  },
  chat: { choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }] },
};

/** The headers of the request that a call sends to an address. */
async function headersSentTo(url: string, config: Omit<OpenAIConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname, ({ model }: { model: string }) => model === "gpt-4.1")
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answers[config.api ?? "responses"];
    });
  expect((await createOpenAI({ model: "gpt-4.1", ...config }).generate("Hi")).text).toBe("ok");
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

test("the key, the organization and the project go as headers to OpenAI", async () => {
  const headers = await headersSentTo("https://api.openai.com/v1/responses", {
    apiKey: "sk-test-1",
    organization: "org-1",
    project: "proj-1",
  });
  expect(headers.get("authorization")).toBe("Bearer sk-test-1");
  expect(headers.get("openai-organization")).toBe("org-1");
  expect(headers.get("openai-project")).toBe("proj-1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("OPENAI_API_KEY", "sk-test-2");
  vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:4321/v1");
  const headers = await headersSentTo("http://127.0.0.1:4321/v1/responses", {});
  expect(headers.get("authorization")).toBe("Bearer sk-test-2");
  expect(headers.has("openai-organization")).toBe(false);
});

test("Chat Completions answers where it is asked for", async () => {
  await headersSentTo("https://api.openai.com/v1/chat/completions", { apiKey: "sk-test-1", api: "chat" });
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("openai", { model: "gpt-5-mini", apiKey: "sk-test-1" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("openai/gpt-5-mini");
  const config = { model: "m", apiKey: "sk-test-1" };
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("openai", { ...config, modle: "gpt-5-mini" })).toThrow(/modle/);
  // @ts-expect-error -- a typo in the name does not compile
  expect(() => chatModels.create("opnai", { model: "gpt-5-mini" })).toThrow(/@beluga\/llm-opnai/);
});
