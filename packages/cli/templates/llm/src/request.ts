import { BelugaError, type ChatOptions, type Message, type MessagePart } from "@beluga/core";
import { type ChatCall, encodeBase64 } from "@beluga/core/provider";

/** What Acme calls the options that it takes; `false` is what it does not have, so that the call warns. */
const optionNames = {
  maxTokens: "max_tokens",
  temperature: "temperature",
  topP: "top_p",
  topK: false,
  stopSequences: "stop",
  seed: false,
  frequencyPenalty: false,
  presencePenalty: false,
} as const satisfies { readonly [Option in keyof ChatOptions]?: string | false };

/** The body of a request: {@link https://docs.acme.example/api/answers}. */
export function requestBody(call: ChatCall, stream: boolean): Record<string, unknown> {
  const { messages, model, options, tools } = call;
  const { toolChoice, responseFormat, reasoning } = options;
  const body: Record<string, unknown> = {
    model,
    messages: messages.map((message, at) => wireMessage(message, call, `messages[${at}]`)),
    stream,
  };
  for (const [option, name] of Object.entries(optionNames)) {
    const value = options[option as keyof ChatOptions];
    if (value === undefined) continue;
    if (name === false) warnUnsupported(call, option);
    else body[name] = value;
  }
  if (tools.length > 0) body["tools"] = tools;
  if (tools.length > 0 && toolChoice !== undefined) body["tool_choice"] = toolChoice;
  if (responseFormat?.type === "json") body["format"] = { type: "json", schema: responseFormat.schema };
  if (reasoning?.effort !== undefined) body["effort"] = reasoning.effort;
  if (reasoning?.budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens");
  // The caller's own words go over everything.
  return { ...body, ...options.providerOptions };
}

function warnUnsupported(call: ChatCall, option: string): void {
  call.warn({ type: "unsupported", option, message: "acme has no such option; it was not sent" });
}

function wireMessage(message: Message, call: ChatCall, path: string): Record<string, unknown> {
  const { role, content } = message;
  return {
    role,
    content: typeof content === "string" ? content : content.map((part) => wirePart(part, call, path)),
    ...(role === "tool" && { tool_call_id: message.toolCallId, is_error: message.isError }),
  };
}

function wirePart(part: MessagePart, call: ChatCall, path: string): Record<string, unknown> {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "reasoning":
      return { type: "thinking", text: part.text };
    case "tool-call":
      return {
        type: "tool_call",
        id: part.id,
        name: part.name,
        arguments: JSON.stringify(part.arguments ?? {}),
      };
    case "image":
      if (part.url !== undefined) return { type: "image", url: part.url };
      return { type: "image", media_type: part.mediaType, base64: base64(part.data) };
    default: {
      // What the vendor cannot take is refused, never left out.
      const { op, model } = call;
      const message = `acme ${op}: ${path}: Acme takes no ${part.type}`;
      throw new BelugaError({ op, code: "unsupported", provider: "acme", model, message });
    }
  }
}

function base64(data: Uint8Array | string = ""): string {
  return typeof data === "string" ? data : encodeBase64(data);
}
