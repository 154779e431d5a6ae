import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import {
  type AwsCredentials,
  type BedrockClientOptions,
  bedrockClient,
  bedrockConnection,
  bedrockModel,
  modelPath,
} from "./index.js";

const own = { op: "embed.create", packageName: "@beluga/embed-bedrock", version: "1.0.0" };

/** The URL that a request goes to. */
async function urlOf({
  model = "amazon.nova-micro-v1:0",
  ...config
}: Partial<BedrockClientOptions>): Promise<string> {
  let url: string | undefined;
  const fetch: typeof globalThis.fetch = async (input) => {
    ({ url } = new Request(input));
    return Response.json({});
  };
  const http = bedrockClient({ ...own, model, apiKey: "key-1", fetch, ...config });
  await http.json(modelPath(model, "invoke"), { op: "embed.embed", model, body: {} });
  if (url === undefined) throw new Error("nothing was sent");
  return url;
}

beforeEach(() => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

test.each([
  ["us-east-1", "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-micro-v1%3A0/invoke"],
  [
    "us-gov-west-1",
    "https://bedrock-runtime.us-gov-west-1.amazonaws.com/model/amazon.nova-micro-v1%3A0/invoke",
  ],
  [
    "eusc-de-east-1",
    "https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/model/amazon.nova-micro-v1%3A0/invoke",
  ],
])("the endpoint is that of the region %s", async (region, url) => {
  expect(await urlOf({ region })).toBe(url);
});

test.each([
  ["global.anthropic.claude-sonnet-4-6", "/model/global.anthropic.claude-sonnet-4-6/invoke"],
  [
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3",
    "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/invoke",
  ],
])("the name %s is one piece of the path", async (model, path) => {
  expect(new URL(await urlOf({ region: "us-east-1", model })).pathname).toBe(path);
});

test("a region is needed for the endpoint and for signatures, and no further", async () => {
  const missing = expect.objectContaining({
    op: "embed.create",
    code: "invalid_input",
    message:
      'bedrock embed.create: no region: pass the option "region", or set the environment variable AWS_REGION or AWS_DEFAULT_REGION',
  });
  const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };
  const baseURL = "https://gateway.example";
  expect(() => bedrockClient({ ...own, model: "m", apiKey: "key-1" })).toThrow(missing);
  expect(() => bedrockClient({ ...own, model: "m", baseURL, credentials })).toThrow(missing);
  expect(await urlOf({ baseURL })).toBe("https://gateway.example/model/amazon.nova-micro-v1%3A0/invoke");
  vi.stubEnv("AWS_DEFAULT_REGION", "eu-west-1");
  expect(new URL(await urlOf({})).host).toBe("bedrock-runtime.eu-west-1.amazonaws.com");
});

const config = z.strictObject({ ...bedrockConnection, model: bedrockModel() });
const complete = { accessKeyId: "AKID", secretAccessKey: "secret" };

test.each<[string, object]>([
  ["nothing but a model", {}],
  ["credentials", { credentials: complete }],
  ["temporary credentials", { credentials: { ...complete, sessionToken: "token", expiration: new Date() } }],
  ["a function for credentials", { credentials: (): Promise<AwsCredentials> => Promise.resolve(complete) }],
])("a config may have %s", (_, part) => {
  expect(config.safeParse({ model: "m", ...part }).success).toBe(true);
});

const expected = {
  region: "expected the name of a region, as in us-east-1",
  credentials:
    "expected accessKeyId, secretAccessKey and, of temporary ones, sessionToken, or a function that gives them",
  model: "expected the id or the ARN of a model",
};

test.each<[string, Partial<Record<keyof typeof expected, unknown>>]>([
  ["a region that would be more of the host", { region: "evil.example/?" }],
  ["credentials without a secret", { credentials: { accessKeyId: "AKID" } }],
  [
    "credentials with an expiration that is no date",
    { credentials: { ...complete, expiration: "tomorrow" } },
  ],
  ["credentials that are a text", { credentials: "AKID:secret" }],
  ["an empty model", { model: "" }],
])("a config may not have %s", (_, part) => {
  const [path = ""] = Object.keys(part);
  const issues = config.safeParse({ model: "m", ...part }).error?.issues ?? [];
  expect(issues.map(({ message }) => message)).toEqual([expected[path as keyof typeof expected]]);
});
