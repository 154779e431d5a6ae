import type {
  AssistantPart,
  ChatOptions,
  FilePart,
  ImagePart,
  Message,
  TextPart,
  Tool,
  ToolChoice,
} from "@beluga/core";
import type { z } from "zod/mini";
import type { requestSchema } from "./request-schema.js";

type Body = z.infer<typeof requestSchema>;
type WireMessage = Body["messages"][number];
type Wire<Role extends WireMessage["role"]> = Extract<WireMessage, { role: Role }>;

/** What a body of {@link requestSchema} asks for, in Beluga's words; written apart from what writes such bodies. */
export function readRequest(body: Readonly<Record<string, unknown>>): {
  messages: Message[];
  options: ChatOptions;
} {
  const {
    model: _,
    stream: __,
    messages,
    max_tokens: maxTokens,
    temperature,
    p: topP,
    k: topK,
    seed,
    stop_sequences: stopSequences,
    frequency_penalty: frequencyPenalty,
    presence_penalty: presencePenalty,
    tools,
    tool_choice: toolChoice,
    response_format: format,
    thinking,
    ...providerOptions
  } = body as Body;
  const isKnownThinking = thinking?.type === "disabled" || thinking?.token_budget !== undefined;
  const options: { [Key in keyof ChatOptions]: ChatOptions[Key] } = {
    maxTokens,
    temperature,
    topP,
    topK,
    seed,
    stopSequences,
    frequencyPenalty,
    presencePenalty,
    tools: tools?.map(({ function: { name, description, parameters } }): Tool => ({
      name,
      ...(description !== undefined && { description }),
      parameters,
    })),
    toolChoice: toolChoice && (toolChoice.toLowerCase() as Extract<ToolChoice, string>),
    responseFormat:
      format?.type === "json_object"
        ? { type: "json", ...(format.json_schema && { schema: format.json_schema }) }
        : format,
    reasoning: !isKnownThinking
      ? undefined
      : thinking.type === "disabled"
        ? { effort: "none" }
        : { budgetTokens: thinking.token_budget },
    providerOptions: { ...providerOptions, ...(thinking && !isKnownThinking && { thinking }) },
  };
  return {
    messages: messages.map(readMessage),
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}

function readMessage(message: WireMessage): Message {
  switch (message.role) {
    case "assistant":
      return { role: "assistant", content: readAssistant(message) };
    case "tool":
      return { role: "tool", toolCallId: message.tool_call_id, content: readResult(message) };
    case "user":
      return {
        role: "user",
        content:
          typeof message.content === "string"
            ? message.content
            : message.content.map((block) => (block.type === "text" ? block : readImage(block.image_url))),
      };
    case "system":
      return message;
  }
}

function readImage({ url, ...metadata }: { url: string }): TextPart | ImagePart {
  const providerMetadata = Object.keys(metadata).length > 0 && { providerMetadata: { cohere: metadata } };
  const [, mediaType = "image/*", data] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? [];
  return { type: "image", mediaType, ...(data === undefined ? { url } : { data }), ...providerMetadata };
}

function readAssistant({
  content = [],
  tool_calls: calls = [],
  tool_plan: plan,
  citations = [],
}: Wire<"assistant">): AssistantPart[] {
  const beside = { ...(plan && { tool_plan: plan }), ...(citations.length > 0 && { citations }) };
  const blocks = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  return [
    ...blocks.flatMap((block): AssistantPart[] => {
      if (block.type === "thinking") return [{ type: "reasoning", text: block.thinking }];
      // It says nothing.
      return block.text === "" ? [] : [block];
    }),
    ...(Object.keys(beside).length > 0
      ? [{ type: "text" as const, text: "", providerMetadata: { cohere: beside } }]
      : []),
    ...calls.map(({ id, function: { name, arguments: args } }): AssistantPart => ({
      type: "tool-call",
      id,
      name,
      arguments: JSON.parse(args) as unknown,
    })),
  ];
}

function readResult({ content }: Wire<"tool">): string | (TextPart | FilePart)[] {
  if (typeof content === "string") return content;
  return content.map((block) => {
    if (block.type === "text") return block;
    const { data, id } = block.document;
    const fields = typeof data === "string" ? data : JSON.stringify(data);
    return {
      type: "file",
      mediaType: "application/json",
      data: Buffer.from(fields).toString("base64"),
      ...(id !== undefined && { providerMetadata: { cohere: { id } } }),
    };
  });
}
