import type { ChatCall } from "@beluga/core/provider";
import { MessageWriter } from "./messages.js";

/**
 * The body of a request:
 * {@link https://github.com/meta-llama/llama-api-typescript/blob/main/src/resources/chat/completions.ts | CompletionCreateParams}.
 */
export function requestBody(call: ChatCall, stream: boolean): Record<string, unknown> {
  const { model, options } = call;
  const { maxTokens, temperature, topP, topK, reasoning, providerOptions } = options;
  const body = {
    model,
    messages: new MessageWriter(call).messages(),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...tools(call),
    ...responseFormat(call),
    ...(stream && { stream: true }),
  };
  for (const option of ["stopSequences", "seed", "frequencyPenalty", "presencePenalty"] as const)
    if (options[option] !== undefined) warnUnsupported(call, option);
  for (const option of ["effort", "budgetTokens"] as const)
    if (reasoning?.[option] !== undefined) warnUnsupported(call, `reasoning.${option}`);
  return { ...body, ...providerOptions };
}

function tools({ tools: offered, options: { toolChoice } }: ChatCall): Record<string, unknown> {
  if (offered.length === 0) return {};
  return {
    tools: offered.map((tool) => ({ type: "function", function: tool })),
    ...(toolChoice !== undefined && {
      tool_choice:
        typeof toolChoice === "object"
          ? { type: "function", function: { name: toolChoice.tool } }
          : toolChoice,
    }),
  };
}

function responseFormat(call: ChatCall): Record<string, unknown> {
  const { responseFormat: format } = call.options;
  if (format?.type !== "json") return {};
  const { schema, name = "response" } = format;
  if (schema) return { response_format: { type: "json_schema", json_schema: { name, schema } } };
  warnUnsupported(call, "responseFormat", "JSON is only to be had by a schema");
  return {};
}

function warnUnsupported({ warn }: ChatCall, option: string, why = "the API has no such option"): void {
  warn({ type: "unsupported", option, message: `llama: ${why}; ${option} was not sent` });
}
