import { type ChatModel, chatModels } from "@beluga/core";
import nock from "nock";
import { afterAll, afterEach, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import { type PerplexityConfig, createPerplexity } from "./index.js";

const message = { role: "assistant", content: "ok" };
const answers = {
  "/v1/agent": {
    status: "completed",
    output: [{ type: "message", ...message, content: [{ type: "output_text", text: "ok" }] }],
  },
  "/chat/completions": { choices: [{ index: 0, message, finish_reason: "stop" }] },
};

/** The headers of the request that a call sends to this path. */
async function askedAt(path: keyof typeof answers, config: PerplexityConfig): Promise<Headers> {
  let headers: Headers | undefined;
  const { origin, pathname } = new URL(config.baseURL ?? "https://api.perplexity.ai");
  const scope = nock(origin)
    .post(pathname === "/" ? path : pathname + path)
    .reply(200, (request: Request) => {
      ({ headers } = request);
      return answers[path];
    });
  await createPerplexity(config).generate("Hi");
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

test.for<[string, keyof typeof answers, PerplexityConfig]>([
  ["a preset", "/v1/agent", { model: "fast" }],
  ["a model", "/v1/agent", { model: "perplexity/sonar" }],
  ["a preset at another address", "/v1/agent", { model: "low", baseURL: "https://gateway.example/pplx" }],
  ["a Sonar model", "/chat/completions", { model: "sonar-pro" }],
  ["a Sonar model that the Agent API has to have", "/v1/agent", { model: "sonar-next", api: "agent" }],
  ["a model of a gateway", "/chat/completions", { model: "perplexity/sonar-pro", api: "chat" }],
])("%s is asked at %s, with the key as a bearer token", async ([_what, path, config]) => {
  const headers = await askedAt(path, { apiKey: "pplx-test-1", ...config });
  expect(headers.get("authorization")).toBe("Bearer pplx-test-1");
});

test("the key comes from the environment where the config has none", async () => {
  vi.stubEnv("PERPLEXITY_API_KEY", "pplx-test-2");
  const headers = await askedAt("/v1/agent", { model: "fast" });
  expect(headers.get("authorization")).toBe("Bearer pplx-test-2");
});

test("without a key there is no model", () => {
  vi.stubEnv("PERPLEXITY_API_KEY", undefined);
  expect(() => createPerplexity({ model: "fast" })).toThrow(
    expect.objectContaining({
      code: "auth_error",
      message: expect.stringContaining("PERPLEXITY_API_KEY"),
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("perplexity", { model: "xhigh", apiKey: "pplx-test-1" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("perplexity/xhigh");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("perplexity", { model: "m", apiKey: "k", preset: "fast" })).toThrow(
    /preset/,
  );
});
