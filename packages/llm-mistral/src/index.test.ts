import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type MistralConfig, createMistral } from "./index.js";

const answered = {
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
};

/** The headers of the request that a call sends to an address. */
async function sentTo(url: string, config: Omit<MistralConfig, "model">): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(url);
  const scope = nock(origin)
    .post(pathname)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answered;
    });
  await createMistral({ model: "mistral-large-4", ...config }).generate("Hi");
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

test("the key goes as a bearer token to Mistral", async () => {
  const headers = await sentTo("https://api.mistral.ai/v1/chat/completions", { apiKey: "key_1" });
  expect(headers.get("authorization")).toBe("Bearer key_1");
});

test("a key that is not in the config comes from the environment", async () => {
  vi.stubEnv("MISTRAL_API_KEY", "key_2");
  const headers = await sentTo("https://api.eu.mistral.ai/v1/chat/completions", {
    baseURL: "https://api.eu.mistral.ai/v1",
  });
  expect(headers.get("authorization")).toBe("Bearer key_2");
});

test("without a key there is no model", () => {
  vi.stubEnv("MISTRAL_API_KEY", undefined);
  expect(() => createMistral({ model: "mistral-large-4" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("MISTRAL_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("mistral", { model: "mistral-small-latest", apiKey: "key" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("mistral/mistral-small-latest");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("mistral", { model: "m", apiKey: "key", safePromt: true })).toThrow(
    /safePromt/,
  );
});
