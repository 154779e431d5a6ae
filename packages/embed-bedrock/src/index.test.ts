import { BelugaError, type EmbedOptions, type EmbedResponse, type Embedder, embedders } from "@beluga/core";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { type BedrockEmbedderConfig, createBedrockEmbedder } from "./index.js";

const titan = "amazon.titan-embed-text-v2:0";
const cohere3 = "cohere.embed-english-v3";
const cohere4 = "us.cohere.embed-v4:0";
const nova = "amazon.nova-2-multimodal-embeddings-v1:0";
const tokens = { "x-amzn-bedrock-input-token-count": "7" };

interface Sent {
  url: string;
  headers: Headers;
  body: unknown;
  response: EmbedResponse;
}

/** The last request of a call, each of which gets this answer. */
async function sent(
  config: Partial<BedrockEmbedderConfig> & { model: string },
  answer: object,
  options?: EmbedOptions,
  headers: Record<string, string> = {},
): Promise<Sent> {
  let request: Omit<Sent, "response"> | undefined;
  const embedder = createBedrockEmbedder({
    region: "us-east-1",
    apiKey: "key-1",
    ...config,
    fetch: async (input, init) => {
      const { url, headers: own } = new Request(input, init);
      request = { url, headers: own, body: JSON.parse(init?.body as string) };
      return Response.json(answer, { headers });
    },
  });
  const response = await embedder.embed(["Hi"], options);
  if (!request) throw new Error("nothing was sent");
  return { ...request, response };
}

const vector = (width: number): number[] => Array.from({ length: width }, () => 0.5);
const byTitan = (width: number): object => ({ embedding: vector(width), inputTextTokenCount: 3 });
const byCohere = (width: number): object => ({ embeddings: { float: [vector(width)] } });
const byNova = (width: number): object => ({
  embeddings: [{ embeddingType: "TEXT", embedding: vector(width) }],
});

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

describe("Titan", () => {
  test("is asked for one text, and tells its tokens in the body", async () => {
    const { url, headers, body, response } = await sent({ model: titan }, byTitan(1024), {}, tokens);
    expect(url).toBe(
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.titan-embed-text-v2%3A0/invoke",
    );
    expect(headers.get("authorization")).toBe("Bearer key-1");
    expect(body).toEqual({ inputText: "Hi" });
    expect(response).toEqual({
      embeddings: [Float32Array.from(vector(1024))],
      usage: { inputTokens: 3, totalTokens: 3, raw: { inputTextTokenCount: 3 } },
      model: titan,
      warnings: [],
    });
  });

  test("takes a width, and the provider's own options as they stand, over all others", async () => {
    const providerOptions = { dimensions: 1024, normalize: false, embeddingTypes: ["float"] };
    const config = { model: titan, dimensions: 256 };
    expect((await sent(config, byTitan(512), { dimensions: 512 })).body).toEqual({
      inputText: "Hi",
      dimensions: 512,
    });
    expect((await sent(config, byTitan(256), { providerOptions })).body).toEqual({
      inputText: "Hi",
      ...providerOptions,
    });
  });

  test("of the first generation has one width", async () => {
    const { body } = await sent({ model: "amazon.titan-embed-text-v1" }, byTitan(1536), { dimensions: 1536 });
    expect(body).toEqual({ inputText: "Hi" });
  });
});

describe("Cohere", () => {
  test("is told the use of the texts, the type of the numbers and not to cut; tokens are in a header", async () => {
    const { body, response } = await sent({ model: cohere3 }, byCohere(1024), {}, tokens);
    expect(body).toEqual({
      texts: ["Hi"],
      input_type: "search_document",
      embedding_types: ["float"],
      truncate: "NONE",
    });
    expect(response.usage).toEqual({
      inputTokens: 7,
      totalTokens: 7,
      raw: { "x-amzn-bedrock-input-token-count": 7 },
    });
  });

  test("answers with a plain list where it was not asked for a type", async () => {
    const { response } = await sent({ model: cohere3 }, { embeddings: [vector(1024)] });
    expect([response.embeddings[0]?.length, response.usage]).toEqual([1024, {}]);
  });

  test("cuts the start or the end, which the fourth version calls left and right", async () => {
    for (const [model, truncate, expected] of [
      [cohere3, "START", "START"],
      [cohere3, "END", "END"],
      [cohere4, "NONE", "NONE"],
      [cohere4, "START", "LEFT"],
      [cohere4, "END", "RIGHT"],
    ] as const) {
      const { body } = await sent({ model, truncate }, byCohere(model === cohere3 ? 1024 : 1536));
      expect(body).toMatchObject({ truncate: expected });
    }
  });

  test("takes a width, whole numbers, and the provider's own options as they stand", async () => {
    const config = { model: cohere4, dimensions: 256, outputDtype: "int8" } as const;
    const int8 = { embeddings: { int8: [new Array(256).fill(-128)] } };
    const options = { inputType: "query", providerOptions: { max_tokens: 512 } } as const;
    const { body, response } = await sent(config, int8, options);
    expect(body).toEqual({
      texts: ["Hi"],
      input_type: "search_query",
      embedding_types: ["int8"],
      output_dimension: 256,
      truncate: "NONE",
      max_tokens: 512,
    });
    expect(response.embeddings).toEqual([new Float32Array(256).fill(-128)]);
  });
});

describe("Nova", () => {
  test.each([
    [undefined, "GENERIC_INDEX"],
    ["query", "TEXT_RETRIEVAL"],
    ["document", "GENERIC_INDEX"],
    ["classification", "CLASSIFICATION"],
    ["clustering", "CLUSTERING"],
  ] as const)("is asked for inputType %s with the purpose %s", async (inputType, embeddingPurpose) => {
    const { body } = await sent({ model: nova }, byNova(3072), { inputType });
    expect(body).toEqual({
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: { embeddingPurpose, text: { truncationMode: "NONE", value: "Hi" } },
    });
  });

  test("takes a width and a way to cut; the provider's own parameters join them", async () => {
    const providerOptions = {
      schemaVersion: "nova-multimodal-embed-v1",
      singleEmbeddingParams: { embeddingPurpose: "GENERIC_RETRIEVAL" },
    };
    const config = { model: nova, dimensions: 256, truncate: "END" } as const;
    const { body } = await sent(config, byNova(256), { providerOptions });
    expect(body).toEqual({
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: {
        embeddingPurpose: "GENERIC_RETRIEVAL",
        embeddingDimension: 256,
        text: { truncationMode: "END", value: "Hi" },
      },
      schemaVersion: "nova-multimodal-embed-v1",
    });
  });

  test("says that it has cut a text, which is a warning", async () => {
    const cut = { embeddings: [{ embedding: vector(256), truncatedCharLength: 12_645 }] };
    const { response } = await sent({ model: nova, dimensions: 256 }, cut, {}, tokens);
    expect(response.usage.inputTokens).toBe(7);
    expect(response.warnings).toEqual([
      { type: "other", message: "a text was longer than 8192 tokens, and not all of it was read" },
    ]);
  });
});

describe("a model", () => {
  const arn = "arn:aws:bedrock:us-east-1:123456789012";

  test.each([
    [titan, 1024, 1],
    ["amazon.titan-embed-text-v2:0:8k", 1024, 1],
    ["amazon.titan-embed-g1-text-02", 1536, 1],
    [cohere3, 1024, 96],
    ["cohere.embed-multilingual-v3:0:512", 1024, 96],
    ["cohere.embed-v4:0", 1536, 96],
    ["global.cohere.embed-v4:0", 1536, 96],
    [nova, 3072, 1],
    [`${arn}:inference-profile/us.cohere.embed-v4:0`, 1536, 96],
    ["arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0", 1024, 1],
  ])("is known by its id, also in an ARN: %s", (model, dimensions, maxBatchSize) => {
    const embedder = createBedrockEmbedder({ model, region: "us-east-1", apiKey: "key-1" });
    expect([embedder.dimensions, embedder.limits.maxBatchSize]).toEqual([dimensions, maxBatchSize]);
  });

  test("that an ARN does not name is that of the config", async () => {
    const model = `${arn}:application-inference-profile/a1b2c3`;
    const { url, body } = await sent({ model, baseModel: titan }, byTitan(1024));
    expect(new URL(url).pathname).toBe(
      "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3/invoke",
    );
    expect(body).toEqual({ inputText: "Hi" });
  });

  test.each<[Partial<BedrockEmbedderConfig> & { model: string }, string]>([
    [
      { model: "amazon.nova-lite-v1:0" },
      "amazon.nova-lite-v1:0 is none of the Titan, Nova and Cohere models that embed texts; baseModel says what an ARN stands for",
    ],
    [{ model: titan, outputDtype: "int8" }, `outputDtype: ${titan} has float only`],
    [{ model: nova, outputDtype: "int8" }, `outputDtype: ${nova} has float only`],
    [{ model: titan, truncate: "END" }, `truncate: ${titan} does not cut texts`],
    [{ model: titan, dimensions: 300 }, `dimensions: ${titan} has 256, 512, 1024`],
    [{ model: cohere3, dimensions: 512 }, `dimensions: ${cohere3} has 1024 and cannot change it`],
  ])("of %o is unsupported", (config, problem) => {
    const create = () => createBedrockEmbedder({ region: "us-east-1", apiKey: "key-1", ...config });
    expect(create).toThrow(
      expect.objectContaining({
        op: "embed.create",
        code: "unsupported",
        model: config.model,
        message: `bedrock embed.create: ${problem}`,
      }),
    );
  });
});

test.each([
  [titan, {}, "a response without vectors"],
  [titan, { embedding: null }, "a response without vectors"],
  [cohere3, { embeddings: {} }, "a response without vectors"],
  [nova, { embeddings: [{}] }, "vector 0 is neither an array of numbers nor base64 of 32-bit floats"],
])("of %s an answer of %j is invalid", async (model, answer, problem) => {
  await expect(sent({ model }, answer, {}, { "x-amzn-requestid": "req-1" })).rejects.toMatchObject({
    code: "invalid_response",
    requestId: "req-1",
    message: `bedrock embed.embed: ${problem}`,
  });
});

test("a count of tokens that is none is not reported", async () => {
  const headers = { "x-amzn-bedrock-input-token-count": "many" };
  expect((await sent({ model: cohere3 }, byCohere(1024), {}, headers)).response.usage).toEqual({});
});

test("requests are signed with credentials, and the environment is read", async () => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  const config = { model: titan, region: undefined, apiKey: undefined };
  const signed = await sent({ ...config, credentials }, byTitan(1024));
  expect(new URL(signed.url).host).toBe("bedrock-runtime.eu-central-1.amazonaws.com");
  expect(signed.headers.get("authorization")).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/bedrock\//,
  );
  vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", "key-2");
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://vpce-1.example/");
  const keyed = await sent(config, byTitan(1024));
  expect(keyed.url).toBe("https://vpce-1.example/model/amazon.titan-embed-text-v2%3A0/invoke");
  expect(keyed.headers.get("authorization")).toBe("Bearer key-2");
});

test("the registry knows the provider and the type of its config", () => {
  const config = { model: titan, region: "us-east-1", apiKey: "key-1" };
  const embedder = embedders.create("bedrock", config);
  expectTypeOf(embedder).toEqualTypeOf<Embedder>();
  expect(embedder.id).toBe(`bedrock/${titan}`);
  // @ts-expect-error -- a typo in a key does not compile
  expect(() => embedders.create("bedrock", { ...config, regoin: "x" })).toThrow(BelugaError);
});
