import * as z from "zod/mini";

// Written from the reference, apart from the code that writes requests:
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and the types that it links to.

const anyJSON = z.unknown();
const object = z.record(z.string(), z.unknown());
const empty = z.strictObject({});
const words = z.string().check(z.minLength(1));
const toolName = z.string().check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/));
const toolUseId = z.string().check(z.regex(/^[a-zA-Z0-9_.:-]{1,64}$/));
const base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/));

/** A union of which one member is there. */
function oneOf<Members extends Record<string, z.ZodMiniType>>(
  members: Members,
): z.ZodMiniType<Partial<{ [Name in keyof Members]: z.output<Members[Name]> }>> {
  const optional = Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, z.optional(member)]),
  );
  return z
    .strictObject(optional)
    .check(
      z.refine((value) => Object.keys(value).length === 1, "expected one member"),
    ) as unknown as z.ZodMiniType<Partial<{ [Name in keyof Members]: z.output<Members[Name]> }>>;
}

const s3Location = z.strictObject({
  uri: z.string().check(z.regex(/^s3:\/\//)),
  bucketOwner: z.optional(z.string().check(z.regex(/^\d{12}$/))),
});
const source = oneOf({ bytes: base64, s3Location });

const cachePoint = z.strictObject({ type: z.literal("default"), ttl: z.optional(z.enum(["5m", "1h"])) });
const citations = z.strictObject({ enabled: z.boolean() });

const image = z.strictObject({ format: z.enum(["png", "jpeg", "gif", "webp"]), source });
const video = z.strictObject({
  format: z.enum(["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"]),
  source,
});
const audio = z.strictObject({
  format: z.enum([
    "mp3",
    "opus",
    "wav",
    "aac",
    "flac",
    "mp4",
    "ogg",
    "mkv",
    "mka",
    "x-aac",
    "m4a",
    "mpeg",
    "mpga",
    "pcm",
    "webm",
  ]),
  source,
});
const document = z.strictObject({
  format: z.optional(z.enum(["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"])),
  // Of white space no more than one in a row.
  name: z.string().check(z.regex(/^[a-zA-Z0-9()[\]-]+(\s[a-zA-Z0-9()[\]-]+)*$/), z.maxLength(200)),
  source: oneOf({
    bytes: base64,
    s3Location,
    text: words,
    content: z.array(oneOf({ text: words })),
  }),
  context: z.optional(words),
  citations: z.optional(citations),
});
const searchResult = z.strictObject({
  source: z.string(),
  title: z.string(),
  content: z.array(z.strictObject({ text: z.string() })),
  citations: z.optional(citations),
});

const guardContent = oneOf({
  text: z.strictObject({
    text: z.string(),
    qualifiers: z.optional(z.array(z.enum(["grounding_source", "query", "guard_content"]))),
  }),
  image: z.strictObject({ format: z.enum(["png", "jpeg"]), source: oneOf({ bytes: base64 }) }),
});

const location = oneOf({
  web: z.strictObject({ url: z.optional(z.string()), domain: z.optional(z.string()) }),
  documentChar: object,
  documentPage: object,
  documentChunk: object,
  searchResultLocation: object,
});

const citationsContent = z.strictObject({
  content: z.optional(z.array(oneOf({ text: z.string() }))),
  citations: z.optional(
    z.array(
      z.strictObject({
        title: z.optional(z.string()),
        source: z.optional(z.string()),
        sourceContent: z.optional(z.array(oneOf({ text: z.string() }))),
        location: z.optional(location),
      }),
    ),
  ),
});

const toolUse = z.strictObject({
  toolUseId,
  name: toolName,
  input: anyJSON,
  type: z.optional(z.literal("server_tool_use")),
});

const toolResult = z.strictObject({
  toolUseId,
  content: z.array(oneOf({ json: anyJSON, text: z.string(), image, document, video, searchResult })),
  status: z.optional(z.enum(["success", "error"])),
  type: z.optional(z.string()),
});

const reasoningContent = oneOf({
  reasoningText: z.strictObject({ text: z.string(), signature: z.optional(z.string()) }),
  redactedContent: base64,
});

const text = z.string().check(z.regex(/\S/, "expected more than white space"));

const message = z.strictObject({
  role: z.enum(["user", "assistant", "system"]),
  content: z
    .array(
      oneOf({
        text,
        image,
        document,
        video,
        audio,
        toolUse,
        toolResult,
        guardContent,
        cachePoint,
        reasoningContent,
        citationsContent,
        searchResult,
        toolAddition: object,
        toolRemoval: object,
      }),
    )
    .check(z.minLength(1)),
});

const tool = oneOf({
  toolSpec: z.strictObject({
    name: toolName,
    description: z.optional(words),
    inputSchema: oneOf({ json: z.looseObject({ type: z.literal("object") }) }),
    strict: z.optional(z.boolean()),
  }),
  systemTool: z.strictObject({ name: toolName }),
  cachePoint,
});

export const requestSchema = z.strictObject({
  messages: z.optional(z.array(message)),
  system: z.optional(z.array(oneOf({ text, guardContent, cachePoint }))),
  inferenceConfig: z.optional(
    z.strictObject({
      maxTokens: z.optional(z.int().check(z.minimum(1))),
      temperature: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
      topP: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
      stopSequences: z.optional(z.array(words)),
    }),
  ),
  toolConfig: z.optional(
    z.strictObject({
      tools: z.array(tool).check(z.minLength(1)),
      toolChoice: z.optional(oneOf({ auto: empty, any: empty, tool: z.strictObject({ name: toolName }) })),
    }),
  ),
  guardrailConfig: z.optional(
    z.strictObject({
      guardrailIdentifier: z.optional(z.string()),
      guardrailVersion: z.optional(z.string()),
      trace: z.optional(z.enum(["enabled", "disabled", "enabled_full"])),
      streamProcessingMode: z.optional(z.enum(["sync", "async"])),
    }),
  ),
  additionalModelRequestFields: z.optional(object),
  promptVariables: z.optional(z.record(z.string(), oneOf({ text: z.string() }))),
  additionalModelResponseFieldPaths: z.optional(z.array(z.string())),
  requestMetadata: z.optional(z.record(z.string(), z.string())),
  performanceConfig: z.optional(z.strictObject({ latency: z.optional(z.enum(["standard", "optimized"])) })),
  serviceTier: z.optional(z.strictObject({ type: z.enum(["priority", "default", "flex", "reserved"]) })),
  outputConfig: z.optional(
    z.strictObject({
      effort: z.optional(z.enum(["low", "medium", "high", "xhigh", "max"])),
      textFormat: z.optional(
        z.strictObject({
          type: z.literal("json_schema"),
          structure: oneOf({
            jsonSchema: z.strictObject({
              schema: z.string(),
              name: z.optional(words),
              description: z.optional(words),
            }),
          }),
        }),
      ),
    }),
  ),
});

export type RequestBody = z.infer<typeof requestSchema>;
