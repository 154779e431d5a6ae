import type { RecordedRequests } from "@beluga/conformance";
import type {
  AssistantMessage,
  ChatOptions,
  Message,
  MessagePart,
  ToolMessage,
  UserMessage,
} from "@beluga/core";
import { requestSchema } from "./request-schema.js";

type Fields = Readonly<Record<string, unknown>>;
type Part<M extends Message> = Exclude<M["content"], string>[number];

/** The requests of the Responses API, read apart from the code that writes them: {@link https://platform.openai.com/docs/api-reference/responses/create}. */
export const requests: RecordedRequests = {
  schema: requestSchema,
  read({ model: _, stream: _stream, input = [], instructions, ...body }) {
    const items =
      typeof input === "string" ? [{ role: "user", content: input }] : (input as readonly Fields[]);
    const messages = readItems(items);
    if (typeof instructions === "string") messages.unshift({ role: "system", content: [text(instructions)] });
    // Beluga wants one, and one without content is not sent: as with a prompt that is stored at OpenAI's.
    if (messages.length === 0) messages.push({ role: "user", content: [] });
    return { messages, options: readOptions(body) };
  },
};

/** Items of the model's that follow each other are one message. */
function readItems(items: readonly Fields[]): Message[] {
  const messages: Message[] = [];
  for (const item of items) {
    const { type = "message", role, content } = item;
    if (isResult(item)) {
      messages.push(readResult(item));
    } else if (type === "message" && role !== "assistant") {
      const parts = contentsOf(content, "input_text").map(readContent);
      messages.push(
        role === "user"
          ? { role, content: parts as Part<UserMessage>[] }
          : { role: "system", content: parts.filter((part) => part.type === "text") },
      );
    } else if (role === "developer") {
      messages.push({ role: "user", content: [{ type: "text", text: "", ...own(item) }] });
    } else {
      const last = messages.at(-1);
      const parts = readOutput(item);
      if (last?.role === "assistant") (last.content as Part<AssistantMessage>[]).push(...parts);
      else messages.push({ role: "assistant", content: parts });
    }
  }
  return messages;
}

function isResult({ type, call_id: _, output: _output, ...more }: Fields): boolean {
  return type === "function_call_output" && told(more) === undefined;
}

function readResult({ call_id: id, output }: Fields): ToolMessage {
  return {
    role: "tool",
    toolCallId: String(id),
    content: contentsOf(output, "input_text").map(readContent) as Part<ToolMessage>[],
  };
}

/** What the model said, thought, called, or had done. */
function readOutput(item: Fields): Part<AssistantMessage>[] {
  const {
    type = "message",
    role: _,
    content,
    summary,
    call_id: callId,
    name,
    encrypted_content: data,
    ...more
  } = item;
  if (type === "message") return contentsOf(content, "output_text").map((part) => readWords(part, more));
  if (type === "reasoning") {
    const pieces = [summary, content].flatMap((list) => (list ?? []) as readonly Fields[]);
    const { type: _type, ...rest } = more;
    const parts: Part<AssistantMessage>[] = (pieces.length > 0 ? pieces : [{}]).map((piece: Fields) => ({
      type: "reasoning",
      text: (piece["text"] ?? "") as string,
      ...own({ ...told(rest), ...(piece["type"] === "reasoning_text" && { kind: "reasoning_text" }) }),
    }));
    if (typeof data === "string") Object.assign(parts.at(-1) ?? {}, { redactedData: data });
    return parts;
  }
  if (type === "function_call") {
    const { type: _type, arguments: args, ...rest } = more;
    const parsed: unknown = JSON.parse(String(args));
    const written = JSON.stringify(parsed) === args ? {} : { arguments: args };
    return [
      {
        type: "tool-call",
        id: String(callId),
        name: String(name),
        arguments: parsed,
        ...own({ ...told(rest), ...written }),
      },
    ];
  }
  return [{ type: "text", text: "", ...own(item) }];
}

/** A message of the vendor's has an id; one of the caller's is words alone. */
function readWords(
  { text: words, annotations, refusal }: Fields,
  { type: _, ...message }: Fields,
): Part<AssistantMessage> {
  const metadata = {
    ...told(message),
    ...((annotations as unknown[] | undefined)?.length ? { annotations } : {}),
    ...(refusal !== undefined && { refusal }),
  };
  const isPlain = Object.keys(metadata).length === 0;
  return { type: "text", text: (words ?? "") as string, ...(!isPlain && own(metadata)) };
}

function contentsOf(content: unknown, type: string): readonly Fields[] {
  return typeof content === "string" ? [{ type, text: content }] : ((content ?? []) as readonly Fields[]);
}

function text(words: string): { type: "text"; text: string } {
  return { type: "text", text: words };
}

function readContent(content: Fields): MessagePart {
  const {
    type,
    text: words,
    image_url: image,
    file_data: data,
    filename,
    file_url: fileURL,
    ...more
  } = content;
  const metadata = told(more) && own(more);
  if (type === "input_text") return { type: "text", text: String(words), ...metadata };
  if (type === "input_image" && typeof image === "string") {
    return { type: "image", ...(dataOf(image) ?? { url: image, mediaType: "image/*" }), ...metadata };
  }
  if (type === "input_file" && typeof fileURL === "string") {
    return { type: "file", url: fileURL, mediaType: "application/octet-stream", ...metadata };
  }
  if (type === "input_file" && typeof data === "string") {
    const media = dataOf(data) ?? { data, mediaType: "application/octet-stream" };
    return { type: "file", ...media, ...(typeof filename === "string" && { name: filename }), ...metadata };
  }
  return { type: "text", text: "", ...own(content) };
}

function dataOf(url: string): { data: string; mediaType: string } | undefined {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return mediaType === undefined || data === undefined ? undefined : { data, mediaType };
}

/** What says something: not `null`, and not that an item is complete. */
function told(fields: Fields): Fields | undefined {
  const entries = Object.entries(fields).filter(
    ([name, value]) => value !== null && !(name === "status" && value === "completed"),
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function own(metadata: Fields): { providerMetadata: Record<string, unknown> } {
  return { providerMetadata: { openai: metadata } };
}

const names: Readonly<Record<string, keyof ChatOptions>> = {
  max_output_tokens: "maxTokens",
  temperature: "temperature",
  top_p: "topP",
};

function readOptions(body: Fields): ChatOptions {
  const options: Record<string, unknown> = {};
  const providerOptions: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    const name = names[field];
    if (value === null) continue;
    if (name) options[name] = value;
    else if (field === "tools") readTools(value as readonly Fields[], options, providerOptions);
    else if (field === "tool_choice") readToolChoice(value, options, providerOptions);
    else if (field === "text") readFormat(value as Fields, options, providerOptions);
    else if (field === "reasoning") readReasoning(value as Fields, options, providerOptions);
    else if (field === "include") readInclude(value as readonly string[], providerOptions);
    else providerOptions[field] = value;
  }
  if (Object.keys(providerOptions).length > 0) options["providerOptions"] = providerOptions;
  return options;
}

type Options = Record<string, unknown>;

/** Whether a schema is strict follows from it; what else a function has joins it by its name. Functions come first. */
function readTools(tools: readonly Fields[], options: Options, providerOptions: Options): void {
  const declared: Fields[] = [];
  const further: Fields[] = [];
  for (const tool of tools) {
    const { type, name, description, parameters, strict: _, ...more } = tool;
    if (type !== "function") continue;
    declared.push({ name, ...(description ? { description } : {}), parameters });
    if (Object.keys(more).length > 0) further.push({ name, ...more });
  }
  further.push(...tools.filter(({ type }) => type !== "function"));
  if (declared.length > 0) options["tools"] = declared;
  if (further.length > 0) providerOptions["tools"] = further;
}

function readToolChoice(choice: unknown, options: Options, providerOptions: Options): void {
  if (typeof choice === "string") {
    // It is so without a word.
    if (choice !== "auto" || options["tools"]) options["toolChoice"] = choice;
    return;
  }
  const { type, name } = choice as Fields;
  if (type === "function") options["toolChoice"] = { tool: name };
  else providerOptions["tool_choice"] = choice;
}

function readFormat({ format, ...more }: Fields, options: Options, providerOptions: Options): void {
  const { type, name, schema, strict: _, ...rest } = (format ?? { type: "text" }) as Fields;
  if (type === "json_object") options["responseFormat"] = { type: "json" };
  if (type === "json_schema") options["responseFormat"] = { type: "json", name, schema };
  const own = { ...more, ...rest };
  if (Object.keys(own).length > 0) providerOptions["text"] = own;
}

function readReasoning({ effort, ...more }: Fields, options: Options, providerOptions: Options): void {
  if (effort) options["reasoning"] = { effort };
  if (Object.keys(more).length > 0) providerOptions["reasoning"] = more;
}

/** Reasoning in encrypted form is asked for anyway, where there may be any. */
function readInclude(include: readonly string[], providerOptions: Options): void {
  const others = include.filter((name) => name !== "reasoning.encrypted_content");
  if (others.length > 0) providerOptions["include"] = others;
}
