import type { RecordedRequests } from "@beluga/conformance";
import type { ChatOptions, FilePart, ImagePart, Message, MessagePart, Tool } from "@beluga/core";
import { requestSchema } from "./request-schema.js";

type Fields = Readonly<Record<string, unknown>>;

/** The requests of the Messages API, read apart from the code that writes them: {@link https://platform.claude.com/docs/en/api/messages/create}. */
export const requests: RecordedRequests = {
  schema: requestSchema,
  read({ model: _, stream: _stream, system, messages, ...body }) {
    const content = blocksOf(system);
    return {
      messages: [
        ...(content.length > 0 ? [systemMessage(content)] : []),
        ...turnsOf(messages as readonly Fields[]).flatMap(readTurn),
      ],
      options: readOptions(body),
    };
  },
};

interface Turn {
  role: unknown;
  blocks: Fields[];
}

/** Messages of the user that follow each other are one turn. */
function turnsOf(messages: readonly Fields[]): Turn[] {
  const turns: Turn[] = [];
  for (const { role, content } of messages) {
    const last = turns.at(-1);
    if (last?.role === "user" && role === "user") last.blocks.push(...blocksOf(content));
    else turns.push({ role, blocks: [...blocksOf(content)] });
  }
  return turns;
}

function readTurn({ role, blocks }: Turn): Message[] {
  if (role === "system") return [systemMessage(blocks)];
  if (role === "assistant") {
    return [{ role, content: blocks.map(readPart) as Extract<Message, { role: "assistant" }>["content"] }];
  }
  const results = blocks.filter(isPlainResult);
  const content = blocks.filter((block) => !isPlainResult(block)).map(readPart) as Extract<
    Message,
    { role: "user" }
  >["content"];
  return [...results.map(readResult), ...(content.length > 0 ? [{ role: "user" as const, content }] : [])];
}

function systemMessage(blocks: readonly Fields[]): Message {
  return { role: "system", content: blocks.map(readPart) as Extract<Message, { role: "system" }>["content"] };
}

/** A tool's message has no place for what else a result may carry: a mark of the cache, say. Such a one goes as the block that it is. */
function isPlainResult({
  type,
  tool_use_id: _,
  content: _content,
  is_error: _error,
  ...more
}: Fields): boolean {
  return type === "tool_result" && Object.keys(more).length === 0;
}

function readResult({ tool_use_id: id, content, is_error: isError }: Fields): Message {
  return {
    role: "tool",
    toolCallId: String(id),
    content: blocksOf(content).map(readPart) as Extract<Message, { role: "tool" }>["content"],
    ...(isError === true && { isError }),
  };
}

function blocksOf(content: unknown): readonly Fields[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return ((content ?? []) as readonly Fields[]).filter(({ type, text }) => type !== "text" || text !== "");
}

function readPart(block: Fields): MessagePart {
  const { type, text, thinking, signature, id, name, input, source, title, data, ...more } = block;
  if (type === "text") return { type, text: String(text), ...metadataOf(more) };
  if (type === "thinking") {
    return { type: "reasoning", text: String(thinking), signature: String(signature), ...metadataOf(more) };
  }
  if (type === "redacted_thinking") {
    return { type: "reasoning", text: "", redactedData: String(data), ...metadataOf(more) };
  }
  if (type === "tool_use") {
    return { type: "tool-call", id: String(id), name: String(name), arguments: input, ...metadataOf(more) };
  }
  const media = type === "image" || type === "document" ? readSource(type, source as Fields) : undefined;
  if (!media) return { type: "text", text: "", ...metadataOf(block) };
  return { ...media, ...(typeof title === "string" && { name: title }), ...metadataOf(more) };
}

function readSource(type: "image" | "document", source: Fields): ImagePart | FilePart | undefined {
  const kind = type === "image" ? type : "file";
  const { url, data, media_type: mediaType } = source;
  if (source["type"] === "url") {
    return { type: kind, url: String(url), mediaType: type === "image" ? "image/*" : "application/pdf" };
  }
  if (source["type"] === "base64") return { type: kind, data: String(data), mediaType: String(mediaType) };
  if (source["type"] !== "text") return undefined;
  return { type: kind, data: Buffer.from(String(data)).toString("base64"), mediaType: "text/plain" };
}

function metadataOf(metadata: Fields): { providerMetadata?: Record<string, unknown> } {
  return Object.keys(metadata).length > 0 ? { providerMetadata: { anthropic: metadata } } : {};
}

const names: Readonly<Record<string, keyof ChatOptions>> = {
  max_tokens: "maxTokens",
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  stop_sequences: "stopSequences",
};

function readOptions(body: Fields): ChatOptions {
  const options: Record<string, unknown> = {};
  const providerOptions: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    const name = names[field];
    if (value === null) continue;
    if (name) options[name] = value;
    else if (field === "tools") readTools(value as readonly Fields[], options, providerOptions);
    else if (field === "tool_choice") readToolChoice(value as Fields, options, providerOptions);
    else if (field === "thinking") readThinking(value as Fields, options, providerOptions);
    else if (field === "output_config") readOutputConfig(value as Fields, options, providerOptions);
    else providerOptions[field] = value;
  }
  // It is what the model does by itself, and need not be said where it may not be changed.
  if (options["temperature"] === 1 && body["thinking"]) delete options["temperature"];
  // It is so anyway, and there is no tool of the caller's to choose.
  if (options["toolChoice"] === "auto" && !options["tools"]) delete options["toolChoice"];
  if (Object.keys(providerOptions).length > 0) options["providerOptions"] = providerOptions;
  return options;
}

/** What a tool has beside its declaration joins it by its name; those of the vendor are the vendor's. */
function readTools(
  tools: readonly Fields[],
  options: Record<string, unknown>,
  providerOptions: Record<string, unknown>,
): void {
  const declared: Tool[] = [];
  const further: Fields[] = [];
  for (const tool of tools) {
    const { name, description, input_schema: parameters, ...more } = tool;
    if (parameters === undefined) {
      further.push(tool);
      continue;
    }
    declared.push({
      name: String(name),
      ...(typeof description === "string" && { description }),
      parameters: parameters as Tool["parameters"],
    });
    if (Object.keys(more).length > 0) further.push({ name, ...more });
  }
  if (declared.length > 0) options["tools"] = declared;
  if (further.length > 0) providerOptions["tools"] = further;
}

function readToolChoice(
  choice: Fields,
  options: Record<string, unknown>,
  providerOptions: Record<string, unknown>,
): void {
  const { type, name, ...more } = choice;
  if (Object.keys(more).length > 0) providerOptions["tool_choice"] = choice;
  else options["toolChoice"] = type === "tool" ? { tool: name } : type === "any" ? "required" : type;
}

function readThinking(
  thinking: Fields,
  options: Record<string, unknown>,
  providerOptions: Record<string, unknown>,
): void {
  const { type, budget_tokens: budgetTokens, ...more } = thinking;
  if (type !== "enabled") {
    providerOptions["thinking"] = thinking;
    return;
  }
  options["reasoning"] = { budgetTokens };
  if (Object.keys(more).length > 0) providerOptions["thinking"] = more;
}

function readOutputConfig(
  { format, ...more }: Fields,
  options: Record<string, unknown>,
  providerOptions: Record<string, unknown>,
): void {
  if (format) options["responseFormat"] = { type: "json", schema: (format as Fields)["schema"] };
  if (Object.keys(more).length > 0) providerOptions["output_config"] = more;
}
