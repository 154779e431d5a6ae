import type { RecordedRequests } from "@beluga/conformance";
import type { AssistantPart, ChatOptions, Message, MessagePart, Tool, UserMessage } from "@beluga/core";
import { type RequestBody, requestSchema } from "./request-schema.js";

// Written apart from the code that writes requests: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html

type Block = NonNullable<RequestBody["messages"]>[number]["content"][number];
type UserPart = Exclude<UserMessage["content"], string>[number];

const mediaTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  mp4: "video/mp4",
};

export const requests: RecordedRequests = {
  schema: requestSchema,
  read(body) {
    const { messages = [], system = [], ...options } = body as RequestBody;
    return {
      messages: [
        ...(system.length > 0 ? [{ role: "system" as const, content: system.map(readText) }] : []),
        ...messages.reduce<Message[]>(readMessage, []),
      ],
      options: readOptions(options),
    };
  },
};

/** Two messages of a user mean the same as one; the results of tools are messages of their own. */
function readMessage(
  before: Message[],
  { role, content }: NonNullable<RequestBody["messages"]>[number],
): Message[] {
  if (role === "assistant") return [...before, { role, content: content.map(readPart) }];
  const results = content.flatMap(({ toolResult }): Message[] =>
    toolResult
      ? [
          {
            role: "tool",
            toolCallId: toolResult.toolUseId,
            content: (toolResult.content as Block[]).map(
              (block) => readUserPart(block) as { type: "text"; text: string },
            ),
            ...(toolResult.status === "error" && { isError: true }),
          },
        ]
      : [],
  );
  const parts = content.filter(({ toolResult }) => !toolResult).map(readUserPart);
  const last = before.at(-1);
  if (last?.role === "user" && results.length === 0)
    return [...before.slice(0, -1), { role: "user", content: [...(last.content as UserPart[]), ...parts] }];
  return [...before, ...results, ...(parts.length > 0 ? [{ role: "user" as const, content: parts }] : [])];
}

function readPart(block: Block): AssistantPart {
  const { toolUse, reasoningContent } = block;
  if (toolUse && toolUse.type === undefined) {
    const { toolUseId, name, input } = toolUse;
    return { type: "tool-call", id: toolUseId, name, arguments: input };
  }
  if (reasoningContent?.reasoningText)
    return { type: "reasoning", ...reasoningContent.reasoningText } as AssistantPart;
  if (reasoningContent?.redactedContent)
    return { type: "reasoning", text: "", redactedData: reasoningContent.redactedContent };
  return readText(block);
}

function readUserPart(block: Block): UserPart {
  for (const type of ["image", "video", "document"] as const) {
    const media = block[type];
    if (!media) continue;
    const { bytes, s3Location } = media.source;
    const name = "name" in media ? { name: media.name } : {};
    const data = bytes === undefined ? { url: s3Location?.uri ?? "" } : { data: bytes };
    return {
      type: type === "document" ? "file" : type,
      mediaType: mediaTypes[media.format ?? ""] ?? "",
      ...data,
      ...name,
    };
  }
  return readText(block);
}

/** What is no text stands on an empty one. */
function readText(block: Partial<Block>): Extract<MessagePart, { type: "text" }> {
  const { text } = block;
  return typeof text === "string"
    ? { type: "text", text }
    : { type: "text", text: "", providerMetadata: { bedrock: block } };
}

function readOptions({
  inferenceConfig = {},
  toolConfig,
  outputConfig,
  ...more
}: Omit<RequestBody, "messages" | "system">): ChatOptions {
  const read: Record<string, unknown> = { ...inferenceConfig };
  const providerOptions: Record<string, unknown> = { ...more };
  const tools = toolConfig?.tools ?? [];
  const specs = tools.flatMap(({ toolSpec }): Tool[] =>
    toolSpec
      ? [
          {
            name: toolSpec.name,
            ...(toolSpec.description !== undefined && { description: toolSpec.description }),
            parameters: toolSpec.inputSchema.json ?? {},
          },
        ]
      : [],
  );
  if (specs.length > 0) read["tools"] = specs;
  const others = tools.filter(({ toolSpec }) => !toolSpec);
  if (others.length > 0) providerOptions["toolConfig"] = { tools: others };
  const { any, auto, tool } = toolConfig?.toolChoice ?? {};
  if (any) read["toolChoice"] = "required";
  if (auto) read["toolChoice"] = "auto";
  if (tool) read["toolChoice"] = { tool: tool.name };
  const { schema, name, description } = outputConfig?.textFormat?.structure.jsonSchema ?? {};
  if (schema !== undefined && description === undefined) {
    read["responseFormat"] = { type: "json", schema: JSON.parse(schema) as unknown, ...(name && { name }) };
  } else if (outputConfig) {
    providerOptions["outputConfig"] = outputConfig; // a description is none of the options
  }
  if (Object.keys(providerOptions).length > 0) read["providerOptions"] = providerOptions;
  return read;
}
