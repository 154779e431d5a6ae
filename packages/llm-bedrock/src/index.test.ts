import type { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { type AwsCredentials, type BedrockConfig, createBedrock } from "./index.js";

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

test("a call goes to the region's endpoint, with the name of the model as one piece of the path", async () => {
  expect((await sent({ region: "eu-west-1" })).url).toBe(
    "https://bedrock-runtime.eu-west-1.amazonaws.com/model/amazon.nova-micro-v1%3A0/converse",
  );
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

function invalid(problem: string): unknown {
  return expect.objectContaining({ code: "invalid_input", message: `bedrock llm.create: ${problem}` });
}

test("a region that is missing or none, or credentials that are none, are said", () => {
  const model = "amazon.nova-micro-v1:0";
  expect(() => createBedrock({ model, apiKey: "key-1" })).toThrow(
    invalid(
      'no region: pass the option "region", or set the environment variable AWS_REGION or AWS_DEFAULT_REGION',
    ),
  );
  expect(() => createBedrock({ model, apiKey: "key-1", region: "evil.example/?" })).toThrow(
    invalid("invalid config: region: expected the name of a region, as in us-east-1"),
  );
  const credentials = { accessKeyId: "AKID" } as AwsCredentials;
  expect(() => createBedrock({ model, region: "us-east-1", credentials })).toThrow(
    invalid(
      "invalid config: credentials: expected accessKeyId, secretAccessKey and, of temporary ones, sessionToken, or a function that gives them",
    ),
  );
});

test("a function for credentials has the form that those of AWS's own packages have", () => {
  expectTypeOf<ReturnType<typeof fromNodeProviderChain>>().toExtend<
    NonNullable<BedrockConfig["credentials"]>
  >();
});

test("the registry knows the provider and the type of its config", () => {
  const config = { model: "us.amazon.nova-2-lite-v1:0", region: "us-east-1", apiKey: "key-1" };
  const model = chatModels.create("bedrock", config);
  expectTypeOf(model).toEqualTypeOf<ChatModel>();
  expect(model.id).toBe("bedrock/us.amazon.nova-2-lite-v1:0");
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => chatModels.create("bedrock", { ...config, regoin: "x" })).toThrow(BelugaError);
});
