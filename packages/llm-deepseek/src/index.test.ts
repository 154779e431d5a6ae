import { type ChatModel, type ChatResponse, chatModels } from "@beluga/core";
import { loadExchanges } from "@beluga/conformance";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type DeepSeekConfig, createDeepSeek } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(origin: string, config: Omit<DeepSeekConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const scope = nock(origin)
    .post("/chat/completions")
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createDeepSeek({ model: "deepseek-flash", ...config }).generate("Hi");
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

test("the key goes as a bearer token to DeepSeek", async () => {
  const headers = await sentTo("https://api.deepseek.com", { apiKey: "sk-test-1" });
  expect(headers.get("authorization")).toBe("Bearer sk-test-1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("DEEPSEEK_API_KEY", "sk-test-2");
  vi.stubEnv("DEEPSEEK_BASE_URL", "http://127.0.0.1:8080");
  expect((await sentTo("http://127.0.0.1:8080", {})).get("authorization")).toBe("Bearer sk-test-2");
});

test("without a key there is no model", () => {
  vi.stubEnv("DEEPSEEK_API_KEY", undefined);
  expect(() => createDeepSeek({ model: "deepseek-flash" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("DEEPSEEK_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("deepseek", { model: "deepseek-v4-pro", apiKey: "sk-test-1" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("deepseek/deepseek-v4-pro");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("deepseek", { model: "m", apiKey: "k", beta: true })).toThrow(/beta/);
});

function modelThatAnswers(body: string, contentType: string): ChatModel {
  return createDeepSeek({
    model: "deepseek-flash",
    apiKey: "sk-test-1",
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

test("log probabilities are kept, those of the thinking apart", async () => {
  const exchange = loadExchanges(new URL("../testdata/", import.meta.url)).find(({ name }) =>
    name.includes("log probabilities"),
  );
  if (!exchange?.generate || !exchange.stream) throw new Error("no such exchange");
  const { body } = exchange.generate;
  const whole = await modelThatAnswers(JSON.stringify(body), "application/json").generate("Hi");
  let streamed: ChatResponse | undefined;
  for await (const part of modelThatAnswers(exchange.stream.bodyText ?? "", "text/event-stream").stream("Hi"))
    if (part.type === "finish") streamed = part.response;
  expect(whole.providerMetadata["deepseek"]).toMatchObject({
    logprobs: [{ token: "Once", logprob: -0.5 }],
    reasoningLogprobs: [{ token: "We" }, { token: " tell." }],
  });
  expect(streamed?.providerMetadata).toEqual(whole.providerMetadata);
});
