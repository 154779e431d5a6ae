import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { type BedrockConfig, createBedrock } from "./index.js";

const answered = { output: { message: { content: [{ text: "ok" }] } }, stopReason: "end_turn" };

/** The request that a call makes. */
async function sent(config: Partial<BedrockConfig>): Promise<Request> {
  let request: Request | undefined;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    request = new Request(input, init);
    return Response.json(answered);
  };
  await createBedrock({ model: "amazon.nova-micro-v1:0", apiKey: "key-1", fetch, ...config }).generate("Hi");
  if (!request) throw new Error("nothing was sent");
  return request;
}

const variables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_DEFAULT_REGION",
  "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
  "AWS_REGION",
];
beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

test.each([
  ["us-east-1", "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-micro-v1%3A0/converse"],
  [
    "us-gov-west-1",
    "https://bedrock-runtime.us-gov-west-1.amazonaws.com/model/amazon.nova-micro-v1%3A0/converse",
  ],
  [
    "eusc-de-east-1",
    "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/model/amazon.nova-micro-v1%3A0/converse",
  ],
])("the endpoint is that of the region %s", async (region, url) => {
  expect((await sent({ region })).url).toBe(url);
});

test.each([
  ["global.anthropic.claude-sonnet-4-6", "/model/global.anthropic.claude-sonnet-4-6/converse"],
  [
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3",
    "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/converse",
  ],
])("the name %s is one piece of the path", async (model, path) => {
  expect(new URL((await sent({ region: "us-east-1", model })).url).pathname).toBe(path);
});

test("an API key goes as a bearer token", async () => {
  expect((await sent({ region: "us-east-1" })).headers.get("authorization")).toBe("Bearer key-1");
});

test("what is not in the config comes from the environment", async () => {
  vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", "key-2");
  vi.stubEnv("AWS_DEFAULT_REGION", "eu-west-1");
  const byDefault = await sent({ apiKey: undefined });
  expect(byDefault.headers.get("authorization")).toBe("Bearer key-2");
  expect(new URL(byDefault.url).host).toBe("bedrock-runtime.eu-west-1.amazonaws.com");
  vi.stubEnv("AWS_REGION", "eu-north-1");
  expect(new URL((await sent({})).url).host).toBe("bedrock-runtime.eu-north-1.amazonaws.com");
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://vpce-1.example/");
  expect((await sent({})).url).toBe("https://vpce-1.example/model/amazon.nova-micro-v1%3A0/converse");
});

test("a region is needed for the endpoint and for signatures, and no further", async () => {
  const model = "amazon.nova-micro-v1:0";
  const missing = expect.objectContaining({
    code: "invalid_input",
    message:
      'bedrock llm.create: no region: pass the option "region", or set the environment variable AWS_REGION or AWS_DEFAULT_REGION',
  });
  const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };
  const baseURL = "https://gateway.example";
  expect(() => createBedrock({ model, apiKey: "key-1" })).toThrow(missing);
  expect(() => createBedrock({ model, baseURL, credentials })).toThrow(missing);
  await expect(sent({ baseURL })).resolves.toBeDefined();
});

test("a region that is none is refused, as it would become part of the host", () => {
  expect(() => createBedrock({ model: "m", apiKey: "key-1", region: "evil.example/?" })).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      message: "bedrock llm.create: invalid config: region: expected the name of a region, as in us-east-1",
    }),
  );
});

test("the registry knows the provider and the type of its config", () => {
  const config = { model: "us.amazon.nova-2-lite-v1:0", region: "us-east-1", apiKey: "key-1" };
  const model = chatModels.create("bedrock", config);
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("bedrock/us.amazon.nova-2-lite-v1:0");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("bedrock", { ...config, regoin: "x" })).toThrow(BelugaError);
});
