import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type SambaNovaConfig, createSambaNova } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<SambaNovaConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createSambaNova({ model: "gpt-oss-120b", ...config }).generate("Hi");
  scope.done();
  if (!headers) throw new Error("nothing was sent");
  return headers;
}

const apiKey = "0f9e8d7c-test-0001";

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  vi.unstubAllEnvs();
});
afterAll(() => nock.restore());

test("the key goes as a bearer token to SambaNova", async () => {
  const headers = await sentTo("https://api.sambanova.ai/v1/chat/completions", { apiKey });
  expect(headers.get("authorization")).toBe("Bearer 0f9e8d7c-test-0001");
});

test("the name of an application goes along where there is one", async () => {
  const url = "https://api.sambanova.ai/v1/chat/completions";
  const named = await sentTo(url, { apiKey, integrationSource: "my-app" });
  expect(named.get("x-integration-source")).toBe("my-app");
  expect((await sentTo(url, { apiKey })).has("x-integration-source")).toBe(false);
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("SAMBANOVA_API_KEY", "0f9e8d7c-test-0002");
  vi.stubEnv("SAMBA_NOVA_BASE_URL", "http://127.0.0.1:8080/v1");
  vi.stubEnv("SAMBANOVA_INTEGRATION_SOURCE", "from-env");
  const headers = await sentTo("http://127.0.0.1:8080/v1/chat/completions", {});
  expect(headers.get("authorization")).toBe("Bearer 0f9e8d7c-test-0002");
  expect(headers.get("x-integration-source")).toBe("from-env");
});

test("without a key there is no model", () => {
  vi.stubEnv("SAMBANOVA_API_KEY", undefined);
  expect(() => createSambaNova({ model: "gpt-oss-120b" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("SAMBANOVA_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("sambanova", { model: "gpt-oss-120b", apiKey });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("sambanova/gpt-oss-120b");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("sambanova", { model: "m", apiKey, integrationSuorce: "a" })).toThrow(
    /integrationSuorce/,
  );
});
