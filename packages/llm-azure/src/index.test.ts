import { BelugaError, type ChatModel, type ChatOptions, chatModels } from "@beluga/core";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type AzureConfig, createAzure } from "./index.js";

const answers = {
  responses: {
    status: "completed",
    output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "ok" }] }],
  },
  chat: { choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }] },
};

interface Sent {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
}

/** The request that a call sends. */
async function sent(config: Partial<AzureConfig>, options: ChatOptions = {}): Promise<Sent> {
  const requests: Sent[] = [];
  const model = createAzure({
    model: "my-gpt",
    ...config,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push({ url: request.url, headers: request.headers, body: await request.json() });
      return Response.json(answers[config.api ?? "responses"]);
    },
  });
  expect((await model.generate("Hi", options)).text).toBe("ok");
  const [request] = requests;
  if (!request) throw new Error("nothing was sent");
  return request;
}

const urlOf = async (config: Partial<AzureConfig>): Promise<string> =>
  (await sent({ apiKey: "key-1", ...config })).url;

afterEach(() => vi.unstubAllEnvs());

describe("requests go", () => {
  const resource = "acme-eu";
  const root = "https://acme-eu.openai.azure.com/openai";

  test("to v1 of a resource", async () => {
    expect(await urlOf({ resource })).toBe(`${root}/v1/responses`);
    expect(await urlOf({ resource, api: "chat" })).toBe(`${root}/v1/chat/completions`);
    expect(await urlOf({ resource, apiVersion: "preview" })).toBe(`${root}/v1/responses?api-version=preview`);
  });

  test.for([
    ["https://acme.services.ai.azure.com", "https://acme.services.ai.azure.com/openai/v1/responses"],
    ["https://acme.openai.azure.com/", "https://acme.openai.azure.com/openai/v1/responses"],
    ["https://acme.openai.azure.com/openai/", "https://acme.openai.azure.com/openai/v1/responses"],
    ["https://acme.openai.azure.com/openai/v1/", "https://acme.openai.azure.com/openai/v1/responses"],
    [
      "https://acme.services.ai.azure.com/api/projects/one",
      "https://acme.services.ai.azure.com/api/projects/one/openai/v1/responses",
    ],
  ] as const)("to v1 of the endpoint %s", async ([baseURL, url]) => {
    expect(await urlOf({ baseURL })).toBe(url);
  });

  test("to the addresses of a dated version", async () => {
    const dated = { resource, apiVersion: "2025-04-01-preview" };
    const query = "api-version=2025-04-01-preview";
    expect(await urlOf(dated)).toBe(`${root}/responses?${query}`);
    expect(await urlOf({ ...dated, api: "chat", model: "my gpt/4" })).toBe(
      `${root}/deployments/my%20gpt%2F4/chat/completions?${query}`,
    );
    expect(
      await urlOf({ ...dated, resource: undefined, baseURL: "https://acme.openai.azure.com/openai/v1" }),
    ).toBe(`https://acme.openai.azure.com/openai/responses?${query}`);
  });

  test("where the environment says, with its key", async () => {
    vi.stubEnv("AZURE_OPENAI_API_KEY", "key-2");
    vi.stubEnv("AZURE_OPENAI_ENDPOINT", "https://acme-us.openai.azure.com/");
    vi.stubEnv("OPENAI_API_VERSION", "2024-10-21");
    const { url, headers } = await sent({ api: "chat" });
    expect(url).toBe(
      "https://acme-us.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
    );
    expect(headers.get("api-key")).toBe("key-2");
    // A resource goes before the environment's endpoint.
    expect(await urlOf({ resource, apiVersion: "v1" })).toBe(`${root}/v1/responses?api-version=v1`);
  });
});

describe("who calls", () => {
  const resource = "acme-eu";

  test("is said by a key", async () => {
    const { headers } = await sent({ resource, apiKey: "key-1" });
    expect(headers.get("api-key")).toBe("key-1");
    expect(headers.has("authorization")).toBe(false);
  });

  test("is said by a token, which goes before a key", async () => {
    const { headers } = await sent({ resource, token: "token-1", apiKey: "key-1" });
    expect(headers.get("authorization")).toBe("Bearer token-1");
    expect(headers.has("api-key")).toBe(false);
  });

  test("is asked of a function before each request", async () => {
    let count = 0;
    const give = [() => `token-${++count}`, async () => `token-${++count}`];
    for (const token of give) {
      const { headers } = await sent({ resource, token });
      expect(headers.get("authorization")).toBe(`Bearer token-${count}`);
    }
    expect(count).toBe(2);
  });

  test("has to be known: auth_error", async () => {
    expect(() => createAzure({ model: "m", resource })).toThrow(
      'azure llm.create: no key: pass the option "apiKey", or set the environment variable AZURE_OPENAI_API_KEY',
    );
    const gives = {
      "the function gave no token": () => "",
      "the sign-in failed": () => Promise.reject(new Error("the sign-in failed")),
    };
    for (const [problem, token] of Object.entries(gives)) {
      const error: unknown = await sent({ resource, token }).catch((cause: unknown) => cause);
      expect(BelugaError.is(error) && [error.code, error.message]).toEqual([
        "auth_error",
        `azure llm.generate: no authentication: ${problem}`,
      ]);
    }
  });
});

test.for<[string, Partial<AzureConfig>]>([
  ["no endpoint", {}],
  ["a resource that is more than a name", { resource: "acme.example/x" }],
  ["an endpoint that is no URL", { baseURL: "acme" }],
  ["an empty token", { resource: "acme", token: "" }],
])("%s is invalid_input", ([, config]) => {
  expect(() => createAzure({ model: "m", apiKey: "key-1", ...config })).toThrow(
    expect.objectContaining({ code: "invalid_input" }),
  );
});

test("what a deployment takes is known by the name of the model behind it", async () => {
  const config = { resource: "acme-eu", apiKey: "key-1" };
  const options = { temperature: 0 };
  const unknown = { model: "my-gpt", input: [{ role: "user", content: "Hi" }] };
  expect((await sent(config, options)).body).toEqual({ ...unknown, temperature: 0 });
  const include = ["reasoning.encrypted_content"];
  expect((await sent({ ...config, baseModel: "gpt-5-mini" }, options)).body).toEqual({ ...unknown, include });
  expect((await sent({ ...config, model: "gpt-5-mini" }, options)).body).toEqual({
    ...unknown,
    model: "gpt-5-mini",
    include,
  });
});

test("the registry knows the provider and the type of its config", () => {
  const model = chatModels.create("azure", { model: "my-gpt", resource: "acme-eu", apiKey: "key-1" });
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("azure/my-gpt");
});
