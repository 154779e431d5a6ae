import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { type GoogleConfig, createGoogle } from "./index.js";

const answered = { candidates: [{ content: { parts: [{ text: "ok" }] }, finishReason: "STOP" }] };

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Partial<GoogleConfig>): Promise<Headers> {
  let sent: Headers | undefined;
  const { origin, pathname, search } = new URL(url);
  const scope = nock(origin)
    .post(`${pathname}${search}`)
    .reply(200, (request: Request) => {
      sent = request.headers;
      return answered;
    });
  await createGoogle({ model: "gemini-3.8-flash", ...config }).generate("Hi");
  scope.done();
  if (!sent) throw new Error("nothing was sent");
  return sent;
}

const base = "https://generativelanguage.googleapis.com/v1beta";
const apiKey = "AIza-test-1";

beforeAll(() => nock.disableNetConnect());
beforeEach(() => {
  vi.stubEnv("GOOGLE_API_KEY", undefined);
  vi.stubEnv("GEMINI_API_KEY", undefined);
});
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a header to Google, and not into the URL", async () => {
  const headers = await sentTo(`${base}/models/gemini-3.8-flash:generateContent`, { apiKey });
  expect(headers.get("x-goog-api-key")).toBe(apiKey);
});

test("a stream is asked for as server-sent events", async () => {
  const scope = nock("https://generativelanguage.googleapis.com")
    .post("/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse")
    .reply(200, `data: ${JSON.stringify(answered)}\n\n`, { "content-type": "text/event-stream" });
  const parts = await Array.fromAsync(createGoogle({ model: "gemini-3.8-flash", apiKey }).stream("Hi"));
  expect(parts.map(({ type }) => type)).toEqual(["text", "finish"]);
  scope.done();
});

test("the key comes from GOOGLE_API_KEY, or else from GEMINI_API_KEY", async () => {
  const url = `${base}/models/gemini-3.8-flash:generateContent`;
  vi.stubEnv("GEMINI_API_KEY", "AIza-gemini");
  expect((await sentTo(url, {})).get("x-goog-api-key")).toBe("AIza-gemini");
  vi.stubEnv("GOOGLE_API_KEY", "AIza-google");
  expect((await sentTo(url, {})).get("x-goog-api-key")).toBe("AIza-google");
  expect((await sentTo(url, { apiKey })).get("x-goog-api-key")).toBe(apiKey);
});

test.each([
  ["gemini-2.5-flash", "models/gemini-2.5-flash"],
  ["models/gemini-2.5-flash", "models/gemini-2.5-flash"],
  ["tunedModels/mine-1", "tunedModels/mine-1"],
  ["a b?c#d", "models/a%20b%3Fc%23d"],
])("the model %s is called at %s", async (model, path) => {
  await expect(sentTo(`${base}/${path}:generateContent`, { apiKey, model })).resolves.toBeDefined();
});

test("Vertex AI in express mode is another address", async () => {
  const baseURL = "https://aiplatform.googleapis.com/v1/publishers/google";
  const headers = await sentTo(`${baseURL}/models/gemini-3.8-flash:generateContent`, { apiKey, baseURL });
  expect(headers.get("x-goog-api-key")).toBe(apiKey);
});

test("without a key there is no model", () => {
  expect(() => createGoogle({ model: "gemini-3.8-flash" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message:
        'google llm.create: no key: pass the option "apiKey", or set the environment variable GOOGLE_API_KEY',
    }),
  );
});

test.each(["", 42])("%o is no name of a model", (model) => {
  const config = { model, apiKey } as GoogleConfig;
  expect(() => createGoogle(config)).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      message: "google llm.create: invalid config: model: expected the name of a model",
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("google", { model: "gemini-4-argon", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("google/gemini-4-argon");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("google", { model: "gemini-4-argon", apikey: "x" })).toThrow(BelugaError);
});
