import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type AnthropicConfig, createAnthropic } from "./index.js";

const answered = { type: "message", content: [{ type: "text", text: "ok" }], stop_reason: "end_turn" };

/** The headers of the request that a call sends to an address. */
async function sentTo(
  url: string,
  config: Omit<AnthropicConfig, "model">,
  headers: Record<string, string> = {},
): Promise<Headers> {
  let sent: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      sent = request.headers;
      return answered;
    });
  await createAnthropic({ model: "claude-haiku-4-5", ...config }).generate("Hi", { headers });
  scope.done();
  if (!sent) throw new Error("nothing was sent");
  return sent;
}

const endpoint = "https://api.anthropic.com/v1/messages";
const apiKey = "sk-ant-test-1";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key and the version of the API go as headers to Anthropic", async () => {
  const headers = await sentTo(endpoint, { apiKey });
  expect(headers.get("x-api-key")).toBe(apiKey);
  expect(headers.get("anthropic-version")).toBe("2023-06-01");
  expect(headers.has("authorization")).toBe(false);
  expect(headers.has("anthropic-beta")).toBe(false);
});

test("a token goes as a bearer token, and no key beside it, be it in the environment", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "sk-ant-test-2");
  const headers = await sentTo(endpoint, { authToken: "token-1" });
  expect(headers.get("authorization")).toBe("Bearer token-1");
  expect(headers.has("x-api-key")).toBe(false);
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("ANTHROPIC_API_KEY", "sk-ant-test-2");
  vi.stubEnv("ANTHROPIC_BASE_URL", "http://127.0.0.1:8080");
  expect((await sentTo("http://127.0.0.1:8080/v1/messages", {})).get("x-api-key")).toBe("sk-ant-test-2");
});

test.each([
  ["https://gateway.example", "https://gateway.example/v1/messages"],
  ["https://gateway.example/v1", "https://gateway.example/v1/messages"],
  ["https://gateway.example/v1/", "https://gateway.example/v1/messages"],
  ["https://gateway.example/anthropic/", "https://gateway.example/anthropic/v1/messages"],
  ["https://gateway.example/v2", "https://gateway.example/v2/messages"],
])("the base URL %s is called at %s", async (baseURL, url) => {
  await expect(sentTo(url, { apiKey, baseURL })).resolves.toBeDefined();
});

test("the betas of the config and of a call go out together", async () => {
  const config = {
    apiKey,
    betas: ["a-2026-01-01", "b-2026-01-02"],
    headers: { "Anthropic-Beta": "c-2026-01-03" },
  };
  const headers = await sentTo(endpoint, config, { "ANTHROPIC-BETA": "d-2026-01-04" });
  expect(headers.get("anthropic-beta")).toBe("a-2026-01-01,b-2026-01-02,c-2026-01-03,d-2026-01-04");
});

test("another version of the API can be asked for", async () => {
  const headers = { "Anthropic-Version": "2026-01-01" };
  expect((await sentTo(endpoint, { apiKey, headers })).get("anthropic-version")).toBe("2026-01-01");
  const ofCall = await sentTo(endpoint, { apiKey, headers }, { "anthropic-version": "2027-01-01" });
  expect(ofCall.get("anthropic-version")).toBe("2027-01-01");
});

test("without a key or a token there is no model", () => {
  vi.stubEnv("ANTHROPIC_API_KEY", undefined);
  expect(() => createAnthropic({ model: "claude-haiku-4-5" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message:
        'anthropic llm.create: no key: pass the option "apiKey", or set the environment variable ANTHROPIC_API_KEY',
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("anthropic", { model: "claude-opus-5-5", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("anthropic/claude-opus-5-5");
  const config = { model: "claude-opus-5-5", apiKey };
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("anthropic", { ...config, beta: ["x"] })).toThrow(BelugaError);
});
