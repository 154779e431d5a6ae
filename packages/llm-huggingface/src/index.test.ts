import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type HuggingFaceConfig, createHuggingFace } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<HuggingFaceConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createHuggingFace({ model: "openai/gpt-oss-120b", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

const apiKey = "hf_test_1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to the router", async () => {
  const headers = await sentTo("https://router.huggingface.co/v1/chat/completions", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer hf_test_1");
});

test("the token comes from the environment where the config has none", async () => {
  vi.stubEnv("HF_TOKEN", "hf_test_2");
  const headers = await sentTo("https://router.huggingface.co/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer hf_test_2");
});

test("an organization pays that is asked to, and nobody else", async () => {
  const url = "http://127.0.0.1:8080/v1/chat/completions";
  const baseURL = "http://127.0.0.1:8080/v1";
  const billed = await sentTo(url, { apiKey, baseURL, billTo: "my-org-name" });
  expect(billed.get("x-hf-bill-to")).toBe("my-org-name");
  expect((await sentTo(url, { apiKey, baseURL })).has("x-hf-bill-to")).toBe(false);
});

test("without a token there is no model", () => {
  vi.stubEnv("HF_TOKEN", undefined);
  expect(() => createHuggingFace({ model: "openai/gpt-oss-120b" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("HF_TOKEN"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("huggingface", { model: "openai/gpt-oss-120b", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("huggingface/openai/gpt-oss-120b");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("huggingface", { model: "m", apiKey, bilTo: "me" })).toThrow(/bilTo/);
});
