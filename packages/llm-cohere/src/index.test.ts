import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type CohereConfig, createCohere } from "./index.js";

const answered = {
  id: "1",
  message: { role: "assistant", content: [{ type: "text", text: "ok" }] },
  finish_reason: "COMPLETE",
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<CohereConfig, "model">): Promise<Headers> {
  let sent: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      sent = request.headers;
      return answered;
    });
  await createCohere({ model: "command-a-03-2025", ...config }).generate("Hi");
  scope.done();
  if (!sent) throw new Error("nothing was sent");
  return sent;
}

const apiKey = "cohere-test-1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to version 2 of Cohere's API", async () => {
  const headers = await sentTo("https://api.cohere.com/v2/chat", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer cohere-test-1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("CO_API_KEY", "cohere-test-2");
  vi.stubEnv("CO_API_URL", "http://127.0.0.1:8080");
  const headers = await sentTo("http://127.0.0.1:8080/v2/chat", {});
  expect(headers.get("authorization")).toBe("Bearer cohere-test-2");
});

test.each([
  ["https://cohere.example", "https://cohere.example/v2/chat"],
  ["https://cohere.example/v1", "https://cohere.example/v2/chat"],
  ["https://cohere.example/v2/", "https://cohere.example/v2/chat"],
  ["https://gateway.example/cohere", "https://gateway.example/cohere/v2/chat"],
])("the base URL %s is called at %s", async (baseURL, url) => {
  await expect(sentTo(url, { apiKey, baseURL })).resolves.toBeDefined();
});

test("without a key there is no model", () => {
  vi.stubEnv("CO_API_KEY", undefined);
  expect(() => createCohere({ model: "command-a-03-2025" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message:
        'cohere llm.create: no key: pass the option "apiKey", or set the environment variable CO_API_KEY',
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("cohere", { model: "command-a-plus-05-2026", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("cohere/command-a-plus-05-2026");
  const config = { model: "command-a-plus-05-2026", apiKey };
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("cohere", { ...config, token: "x" })).toThrow(BelugaError);
});
