import * as z from "zod/mini";

// Written from https://ai.google.dev/api/generate-content, https://ai.google.dev/api/caching (contents, parts, tools), and the published
// types of @google/genai 3.1.0. What they say is "not supported in Gemini API" is of Vertex AI, and marked.

type Shape = Readonly<Record<string, z.ZodMiniType>>;

/** An object of which every member may be absent, and no other may be there. */
function message(shape: Shape): z.ZodMiniType {
  const optional = Object.entries(shape).map(([name, member]) => [name, z.optional(member)]);
  return z.strictObject(Object.fromEntries(optional) as Shape);
}

/** A `Struct` of protocol buffers: any JSON object. */
const struct = z.record(z.string(), z.unknown());
const text = z.string();
const base64 = z.string().check(z.regex(/^[\w+/-]+={0,2}$/));
const mimeType = z.string().check(z.regex(/^[\w-]+\/[\w.+-]+$/));
const count = z.int().check(z.gte(0));

/** Exactly one of these is what a part is; the rest is said about it. */
const data = {
  text,
  inlineData: z.strictObject({ mimeType, data: base64, displayName: z.optional(text) }),
  fileData: z.strictObject({ mimeType: z.optional(mimeType), fileUri: text, displayName: z.optional(text) }),
  functionCall: z.strictObject({ id: z.optional(text), name: text, args: z.optional(struct) }),
  functionResponse: z.strictObject({
    id: z.optional(text),
    name: text,
    response: struct,
    parts: z.optional(
      z.array(
        z.union([
          z.strictObject({ inlineData: z.strictObject({ mimeType, data: base64 }) }),
          z.strictObject({ fileData: z.strictObject({ mimeType: z.optional(mimeType), fileUri: text }) }),
        ]),
      ),
    ),
    scheduling: z.optional(z.enum(["SILENT", "WHEN_IDLE", "INTERRUPT"])),
    willContinue: z.optional(z.boolean()),
  }),
  executableCode: message({ id: text, language: z.enum(["PYTHON"]), code: text }),
  codeExecutionResult: message({
    id: text,
    outcome: z.enum(["OUTCOME_OK", "OUTCOME_FAILED", "OUTCOME_DEADLINE_EXCEEDED"]),
    output: text,
  }),
  toolCall: message({ id: text, toolType: text, args: struct }),
  toolResponse: message({ id: text, toolType: text, response: struct }),
};

const part = message({
  ...data,
  thought: z.boolean(),
  thoughtSignature: base64,
  videoMetadata: message({ startOffset: text, endOffset: text, fps: z.number() }),
  mediaResolution: message({ level: text, numTokens: count }),
  partMetadata: struct,
}).check(
  z.refine(
    (value) => Object.keys(data).filter((name) => name in (value as object)).length === 1,
    "expected exactly one kind of data",
  ),
);

const parts = z.array(part).check(z.minLength(1));

const schema = struct; // an OpenAPI schema object, or a JSON Schema
const functionDeclaration = z
  .strictObject({
    name: z.string().check(z.regex(/^[\w.:-]{1,128}$/)),
    description: z.optional(text),
    behavior: z.optional(z.enum(["BLOCKING", "NON_BLOCKING"])),
    parameters: z.optional(schema),
    parametersJsonSchema: z.optional(schema.check(z.refine(({ type }) => type === "object"))),
    response: z.optional(schema),
    responseJsonSchema: z.optional(schema),
  })
  .check(
    z.refine(
      (value) => !(value.parameters && value.parametersJsonSchema),
      "expected parameters or parametersJsonSchema",
    ),
  );

const tool = message({
  functionDeclarations: z.array(functionDeclaration).check(z.maxLength(512)),
  googleSearch: struct,
  googleSearchRetrieval: struct,
  codeExecution: z.strictObject({}),
  urlContext: z.strictObject({}),
  googleMaps: struct,
  computerUse: struct,
  fileSearch: message({ fileSearchStoreNames: z.array(text), metadataFilter: text, topK: count }),
  mcpServers: z.array(struct),
});

const toolConfig = message({
  functionCallingConfig: message({
    mode: z.enum(["AUTO", "ANY", "NONE", "VALIDATED"]),
    allowedFunctionNames: z.array(text),
    streamFunctionCallArguments: z.boolean(), // Vertex AI
  }),
  retrievalConfig: message({
    latLng: message({ latitude: z.number(), longitude: z.number() }),
    languageCode: text,
  }),
  includeServerSideToolInvocations: z.boolean(),
});

const generationConfig = message({
  stopSequences: z.array(text).check(z.maxLength(5)),
  responseMimeType: z.enum(["text/plain", "application/json", "text/x.enum"]),
  responseSchema: schema,
  responseJsonSchema: schema,
  responseModalities: z.array(z.enum(["TEXT", "IMAGE", "AUDIO"])),
  candidateCount: z.int().check(z.gte(1), z.lte(8)),
  maxOutputTokens: z.int().check(z.positive()),
  temperature: z.number().check(z.gte(0), z.lte(2)),
  topP: z.number().check(z.gte(0), z.lte(1)),
  topK: z.int().check(z.positive()),
  seed: z.int(),
  presencePenalty: z.number(),
  frequencyPenalty: z.number(),
  responseLogprobs: z.boolean(),
  logprobs: count,
  enableEnhancedCivicAnswers: z.boolean(),
  speechConfig: struct,
  imageConfig: struct,
  mediaResolution: text,
  thinkingConfig: message({
    includeThoughts: z.boolean(),
    thinkingBudget: z.int().check(z.gte(-1)),
    thinkingLevel: z.enum(["MINIMAL", "LOW", "MEDIUM", "HIGH", "minimal", "low", "medium", "high"]),
  }).check(
    z.refine(
      (value) => !("thinkingBudget" in (value as object) && "thinkingLevel" in (value as object)),
      "expected a budget or a level",
    ),
  ),
});

const safetySetting = z.strictObject({
  category: z.string().check(z.regex(/^HARM_CATEGORY_/)),
  threshold: z.enum([
    "BLOCK_LOW_AND_ABOVE",
    "BLOCK_MEDIUM_AND_ABOVE",
    "BLOCK_ONLY_HIGH",
    "BLOCK_NONE",
    "OFF",
  ]),
});

/** A body of `generateContent`: {@link https://ai.google.dev/api/generate-content#request-body}. */
export const requestSchema = z.strictObject({
  contents: z
    .array(z.strictObject({ role: z.optional(z.enum(["user", "model", "function"])), parts }))
    .check(z.minLength(1)),
  systemInstruction: z.optional(z.strictObject({ role: z.optional(text), parts })),
  tools: z.optional(z.array(tool)),
  toolConfig: z.optional(toolConfig),
  safetySettings: z.optional(z.array(safetySetting)),
  generationConfig: z.optional(generationConfig),
  cachedContent: z.optional(z.string().check(z.regex(/^cachedContents\//))),
  serviceTier: z.optional(text),
  store: z.optional(z.boolean()),
  labels: z.optional(z.record(z.string(), z.string())),
  continuationToken: z.optional(base64),
  modelArmorConfig: z.optional(message({ promptTemplateName: text, responseTemplateName: text })), // Vertex AI
});
