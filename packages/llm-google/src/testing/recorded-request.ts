import type { ChatOptions, Message, MessagePart, ReasoningOptions, Tool } from "@beluga/core";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a body of `generateContent` asks for, in Beluga's words: {@link https://ai.google.dev/api/generate-content#request-body}. Reads all
 * forms that JSON of protocol buffers may have: names in either case, `null` and `false` for what is absent.
 */
export function readRequest(body: Fields): { messages: Message[]; options: ChatOptions } {
  const {
    contents,
    systemInstruction,
    tools,
    toolConfig,
    generationConfig,
    model: _,
    ...more
  } = asRecord(normalize(body));
  const system = asArray(asRecord(systemInstruction)["parts"]).map((part) => ({
    type: "text" as const,
    text: asText(asRecord(part)["text"]),
  }));
  const calls: Call[] = [];
  return {
    messages: [
      ...(system.length > 0 ? [{ role: "system" as const, content: system }] : []),
      ...asArray(contents).flatMap((content) => readContent(asRecord(content), calls)),
    ],
    options: readOptions(
      asArray(tools).map(asRecord),
      asRecord(toolConfig),
      asRecord(generationConfig),
      more,
    ),
  };
}

/** What is the caller's own, in which no name is changed. */
const opaque: ReadonlySet<string> = new Set([
  "args",
  "response",
  "parameters",
  "parametersJsonSchema",
  "responseSchema",
  "responseJsonSchema",
  "partMetadata",
]);

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const known = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (member === null || (known === "thought" && member === false)) return [];
    return [[known, opaque.has(known) ? member : normalize(member)]];
  });
  return Object.fromEntries(entries);
}

/** A call, until its result is read. */
interface Call {
  id: string;
  name: string;
  isAnswered: boolean;
}

function readContent({ role, parts }: Fields, calls: Call[]): Message[] {
  const all = asArray(parts).map(asRecord);
  if (role === "model") return [{ role: "assistant", content: all.map((part) => readAnswer(part, calls)) }];
  const results = all.filter(({ functionResponse }) => functionResponse !== undefined);
  const words = all.filter(({ functionResponse }) => functionResponse === undefined);
  return [
    ...results.map((part) => readResult(asRecord(part["functionResponse"]), calls)),
    ...(words.length > 0 ? [{ role: "user" as const, content: words.map(readInput) }] : []),
  ];
}

type AnswerPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];

function readAnswer(part: Fields, calls: Call[]): AnswerPart {
  const { text, functionCall, inlineData, ...more } = part;
  const metadata = Object.keys(more).length > 0 ? { providerMetadata: { google: more } } : {};
  if (typeof text === "string")
    return { type: more["thought"] === true ? "reasoning" : "text", text, ...metadata };
  if (functionCall !== undefined) {
    const { id = `call-${calls.length}`, name, args = {} } = asRecord(functionCall);
    calls.push({ id: asText(id), name: asText(name), isAnswered: false });
    return { type: "tool-call", id: asText(id), name: asText(name), arguments: args, ...metadata };
  }
  if (inlineData !== undefined) return { type: "file", ...readMedia(asRecord(inlineData)), ...metadata };
  return { type: "text", text: "", providerMetadata: { google: { part } } };
}

type InputPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];

function readInput(part: Fields): InputPart {
  const { text, inlineData, fileData, ...more } = part;
  const metadata = Object.keys(more).length > 0 ? { providerMetadata: { google: more } } : {};
  if (typeof text === "string") return { type: "text", text, ...metadata };
  const media = readMedia(asRecord(inlineData ?? fileData));
  const kind = /^(image|audio|video)\//.exec(media.mediaType)?.[1] ?? "file";
  return { type: kind, ...media, ...metadata } as InputPart;
}

function readMedia({ mimeType, data, fileUri }: Fields): { mediaType: string; data?: string; url?: string } {
  const mediaType = asText(mimeType) || "*/*";
  // Either alphabet is good base64 here.
  return data === undefined
    ? { url: asText(fileUri), mediaType }
    : { data: asText(data).replaceAll("-", "+").replaceAll("_", "/"), mediaType };
}

/** Without an id a result is that of the first call of the function that has none yet. */
function readResult({ id, name, response, parts }: Fields, calls: Call[]): Message {
  const call = calls.find((one) => (id === undefined ? one.name === name && !one.isAnswered : one.id === id));
  if (call) call.isAnswered = true;
  const { output, error } = asRecord(response);
  const only = Object.keys(asRecord(response)).length === 1;
  const said =
    only && typeof output === "string" ? output : only && typeof error === "string" ? error : undefined;
  const text = said ?? JSON.stringify(response);
  const media = asArray(parts).map((part) => readInput(asRecord(part)));
  return {
    role: "tool",
    toolCallId: asText(call?.id ?? id),
    ...(call === undefined && { toolName: asText(name) }),
    content:
      media.length === 0
        ? text
        : ([{ type: "text", text }, ...media] as Extract<MessagePart, { type: "file" }>[]),
    ...(said !== undefined && said === error && { isError: true }),
  };
}

const names: Readonly<Record<string, keyof ChatOptions>> = {
  maxOutputTokens: "maxTokens",
  temperature: "temperature",
  topP: "topP",
  topK: "topK",
  stopSequences: "stopSequences",
  seed: "seed",
  frequencyPenalty: "frequencyPenalty",
  presencePenalty: "presencePenalty",
};

/** What is left after all that has a word of its own is taken out are the provider's options. */
function readOptions(
  tools: readonly Fields[],
  { functionCallingConfig, ...toolConfig }: Fields,
  config: Fields,
  more: Fields,
): ChatOptions {
  const { responseMimeType, responseSchema, responseJsonSchema, thinkingConfig, ...generation } = config;
  const functions = tools.flatMap(({ functionDeclarations }) => asArray(functionDeclarations).map(asRecord));
  const others = tools.filter(({ functionDeclarations }) => functionDeclarations === undefined);
  const options: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  const ownToolConfig: Record<string, unknown> = { ...toolConfig };

  if (functions.length > 0) options["tools"] = functions.map(readFunction);
  if (others.length > 0) own["tools"] = others;
  if (functionCallingConfig !== undefined) {
    const { mode, allowedFunctionNames } = asRecord(functionCallingConfig);
    const allowed = asArray(allowedFunctionNames);
    if (allowed.length > 1) ownToolConfig["functionCallingConfig"] = functionCallingConfig;
    else if (allowed.length === 1) options["toolChoice"] = { tool: allowed[0] };
    else options["toolChoice"] = { AUTO: "auto", ANY: "required", NONE: "none" }[asText(mode)];
  }
  if (Object.keys(ownToolConfig).length > 0) own["toolConfig"] = ownToolConfig;

  const ownGeneration: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(generation)) {
    const option = names[name];
    if (option) options[option] = value;
    else ownGeneration[name] = value;
  }
  if (responseMimeType === "application/json") {
    const schema = responseJsonSchema ?? (responseSchema && jsonSchema(responseSchema));
    options["responseFormat"] = { type: "json", ...(schema !== undefined && { schema }) };
  }
  const { reasoning, rest } = readThinking(asRecord(thinkingConfig));
  if (reasoning) options["reasoning"] = reasoning;
  if (Object.keys(rest).length > 0) ownGeneration["thinkingConfig"] = rest;
  if (Object.keys(ownGeneration).length > 0) own["generationConfig"] = ownGeneration;

  const providerOptions = { ...own, ...more };
  return { ...options, ...(Object.keys(providerOptions).length > 0 && { providerOptions }) };
}

/** Beluga asks for thoughts wherever it asks for thinking. */
function readThinking({ thinkingLevel, thinkingBudget, includeThoughts, ...rest }: Fields): {
  reasoning?: ReasoningOptions;
  rest: Fields;
} {
  const effort = thinkingBudget === 0 ? "none" : asText(thinkingLevel).toLowerCase();
  const reasoning =
    effort !== ""
      ? { effort: effort as NonNullable<ReasoningOptions["effort"]> }
      : thinkingBudget !== undefined
        ? { budgetTokens: thinkingBudget as number }
        : undefined;
  const isImplied = reasoning !== undefined && effort !== "none";
  const own =
    includeThoughts === (isImplied || undefined) ? {} : { includeThoughts: includeThoughts ?? false };
  return { ...(reasoning && { reasoning }), rest: { ...rest, ...own } };
}

function readFunction({ name, description, parameters, parametersJsonSchema }: Fields): Tool {
  return {
    name: asText(name),
    ...(typeof description === "string" && { description }),
    parameters: asRecord(parametersJsonSchema ?? jsonSchema(parameters ?? { type: "OBJECT" })),
  };
}

const types = ["", "string", "number", "integer", "boolean", "array", "object"];

/** A JSON Schema of a schema object of OpenAPI, whose types are in capitals, or numbers. */
function jsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]): [string, unknown] => {
      if (keyword === "type" && typeof value === "number") return [keyword, types[value]];
      if (keyword === "type" && typeof value === "string") return [keyword, value.toLowerCase()];
      return [keyword, jsonSchema(value)];
    }),
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asRecord(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
