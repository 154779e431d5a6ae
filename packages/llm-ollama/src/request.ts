import { BelugaError, type ChatOptions, type Message, type MessagePart } from "@beluga/core";
import { type ChatCall, type ToolDeclaration, asBase64 } from "@beluga/core/provider";

/** What Ollama calls the options that it takes: {@link https://docs.ollama.com/modelfile#parameter}. */
const optionNames = {
  maxTokens: "num_predict",
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  stopSequences: "stop",
  seed: "seed",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
} as const satisfies { readonly [Option in keyof ChatOptions]?: string };

/** The body of a request: {@link https://docs.ollama.com/api/chat}. */
export function requestBody(call: ChatCall, stream: boolean): Record<string, unknown> {
  const { messages, model, options } = call;
  const { responseFormat, providerOptions = {} } = options;
  const tools = offeredTools(call);
  const think = thinkValue(call);
  const toolNames = namesOfCalls(messages);
  const body = {
    model,
    messages: messages.map((message, at) =>
      wireMessage(message, { call, path: `messages[${at}]`, toolNames }),
    ),
    stream,
    // Left to itself, Ollama drops the oldest messages of a conversation that is too long for the model, and says nothing.
    truncate: false,
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: "function", function: tool })) }),
    ...(responseFormat?.type === "json" && { format: responseFormat.schema ?? "json" }),
    ...(think !== undefined && { think }),
    ...providerOptions,
  };
  const modelOptions = { ...sharedOptions(options), ...(providerOptions["options"] as object | undefined) };
  return Object.keys(modelOptions).length > 0 ? { ...body, options: modelOptions } : body;
}

function sharedOptions(options: ChatOptions): Record<string, unknown> {
  const named = Object.entries(optionNames).map(([option, name]) => [
    name,
    options[option as keyof ChatOptions],
  ]);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

/** Ollama has no choice of tools: what is not offered cannot be called, and what is offered may be. */
function offeredTools({ options: { toolChoice }, tools, warn }: ChatCall): readonly ToolDeclaration[] {
  if (toolChoice === undefined || toolChoice === "auto") return tools;
  if (toolChoice === "none") return [];
  if (toolChoice === "required") {
    warn({
      type: "unsupported",
      option: "toolChoice",
      message: "ollama cannot be made to call a tool; it may answer without one",
    });
    return tools;
  }
  warn({
    type: "adjusted",
    option: "toolChoice",
    message: `ollama cannot be made to call a tool; "${toolChoice.tool}" is the only one that was offered`,
  });
  return tools.filter(({ name }) => name === toolChoice.tool);
}

/** {@link https://docs.ollama.com/capabilities/thinking}: whether to think, or how much. */
function thinkValue({ options: { reasoning }, warn }: ChatCall): boolean | string | undefined {
  if (reasoning?.budgetTokens !== undefined) {
    warn({
      type: "unsupported",
      option: "reasoning.budgetTokens",
      message: "ollama has no such option; it was not sent",
    });
  }
  if (reasoning?.effort === "none") return false;
  if (reasoning?.effort !== "minimal") return reasoning?.effort;
  warn({ type: "adjusted", option: "reasoning.effort", message: 'ollama has no "minimal"; "low" was sent' });
  return "low";
}

interface MessageContext {
  call: ChatCall;
  /** Where the message stands, for errors. */
  path: string;
  /** From the ids of the conversation's calls to the names of their tools. */
  toolNames: ReadonlyMap<string, string>;
}

/** {@link https://docs.ollama.com/api/chat}: a message has one text, and its images beside it. */
function wireMessage(message: Message, context: MessageContext): Record<string, unknown> {
  const { role } = message;
  const parts: readonly MessagePart[] =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  const texts: string[] = [];
  const reasoning: string[] = [];
  const images: string[] = [];
  const calls: Record<string, unknown>[] = [];
  for (const part of parts) {
    if (part.type === "text") texts.push(part.text);
    else if (part.type === "reasoning") reasoning.push(part.text);
    else if (part.type === "tool-call") calls.push(wireCall(part, context));
    else images.push(wireImage(part, context));
  }
  return {
    role,
    // An assistant's texts are pieces of one answer, those of others are texts of their own.
    content: texts.join(role === "assistant" ? "" : "\n\n"),
    ...(reasoning.length > 0 && { thinking: reasoning.join("") }),
    ...(images.length > 0 && { images }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(role === "tool" && {
      tool_name: message.toolName ?? context.toolNames.get(message.toolCallId),
      tool_call_id: message.toolCallId,
    }),
  };
}

function wireCall(
  { id, name, arguments: args }: Extract<MessagePart, { type: "tool-call" }>,
  context: MessageContext,
): Record<string, unknown> {
  const isObject = typeof args === "object" && !Array.isArray(args);
  if (args !== undefined && !isObject) {
    throw inputError(context, "invalid_input", `the arguments of the call of "${name}" are not an object`);
  }
  return { id, type: "function", function: { name, arguments: args ?? {} } };
}

function wireImage(
  part: Exclude<MessagePart, { text: string } | { type: "tool-call" }>,
  context: MessageContext,
): string {
  const { data, mediaType, type } = part;
  if (type !== "image" && !mediaType.startsWith("image/")) {
    throw inputError(context, "unsupported", `Ollama takes no ${type} (${mediaType}), only texts and images`);
  }
  if (data === undefined) {
    throw inputError(context, "unsupported", "Ollama fetches no image by its URL; pass its data");
  }
  return asBase64(data);
}

function inputError(
  { call, path }: MessageContext,
  code: "invalid_input" | "unsupported",
  problem: string,
): BelugaError {
  const { op, model } = call;
  return new BelugaError({
    op,
    code,
    provider: "ollama",
    model,
    message: `ollama ${op}: ${path}: ${problem}`,
  });
}

function namesOfCalls(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { role, content } of messages) {
    if (role !== "assistant" || typeof content === "string") continue;
    for (const part of content) if (part.type === "tool-call") names.set(part.id, part.name);
  }
  return names;
}
