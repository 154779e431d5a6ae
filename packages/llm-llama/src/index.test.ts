import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type LlamaConfig, createLlama } from "./index.js";

const answered = { id: "1", completion_message: { role: "assistant", content: "ok", stop_reason: "stop" } };

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<LlamaConfig, "model">): Promise<Headers> {
  let sent: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      sent = request.headers;
      return answered;
    });
  await createLlama({ model: "Llama-3.3-70B-Instruct", ...config }).generate("Hi");
  scope.done();
  if (!sent) throw new Error("nothing was sent");
  return sent;
}

const apiKey = "LLM|1|a";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to where Meta's API was", async () => {
  const headers = await sentTo("https://api.llama.com/v1/chat/completions", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer LLM|1|a");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("LLAMA_API_KEY", "LLM|2|b");
  vi.stubEnv("LLAMA_API_CLIENT_BASE_URL", "http://127.0.0.1:8080/v1");
  const headers = await sentTo("http://127.0.0.1:8080/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer LLM|2|b");
});

test("without a key there is no model", () => {
  vi.stubEnv("LLAMA_API_KEY", undefined);
  expect(() => createLlama({ model: "Llama-3.3-70B-Instruct" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message:
        'llama llm.create: no key: pass the option "apiKey", or set the environment variable LLAMA_API_KEY',
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("llama", { model: "Llama-3.3-8B-Instruct", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("llama/Llama-3.3-8B-Instruct");
  const config = { model: "Llama-3.3-8B-Instruct", apiKey };
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("llama", { ...config, token: "x" })).toThrow(BelugaError);
});
