import { type ChatModel, chatModels } from "@beluga/core";
import { expect, expectTypeOf, test, vi } from "vitest";
import { type OpenAIConfig, createOpenAI } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

async function requestOf(config: Omit<OpenAIConfig, "model">): Promise<Request> {
  let request: Request | undefined;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    request = new Request(input, init);
    return Response.json(answered);
  };
  await createOpenAI({ model: "gpt-5-mini", ...config, fetch }).generate("Hi");
  if (!request) throw new Error("nothing was sent");
  return request;
}

test("the key, the organization and the project go as headers to OpenAI", async () => {
  const { url, headers } = await requestOf({ apiKey: "sk-test-1", organization: "org-1", project: "proj-1" });
  expect(url).toBe("https://api.openai.com/v1/chat/completions");
  expect(headers.get("authorization")).toBe("Bearer sk-test-1");
  expect(headers.get("openai-organization")).toBe("org-1");
  expect(headers.get("openai-project")).toBe("proj-1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("OPENAI_API_KEY", "sk-test-2");
  vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
  const { url, headers } = await requestOf({});
  expect(url).toBe("http://127.0.0.1:9/v1/chat/completions");
  expect(headers.get("authorization")).toBe("Bearer sk-test-2");
  expect(headers.has("openai-organization")).toBe(false);
  vi.unstubAllEnvs();
});

test("the Responses API is refused until it is there", () => {
  expect(() => createOpenAI({ model: "gpt-5-mini", apiKey: "sk-test-1", api: "responses" })).toThrow(
    expect.objectContaining({ code: "unsupported" }),
  );
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
