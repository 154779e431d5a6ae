import type { ChatOptions } from "@beluga/core";
import type { ChatCall } from "@beluga/core/provider";
import { MessageWriter } from "./messages.js";
import {
  type Effort,
  type OpenAIChatWire,
  type OptionNames,
  type WireBody,
  defaultOptionNames,
} from "./wire.js";

/** The body of a request: {@link https://platform.openai.com/docs/api-reference/chat/create}. */
export function requestBody(call: ChatCall, wire: OpenAIChatWire, stream: boolean): WireBody {
  const body: WireBody = { model: call.model, messages: new MessageWriter(call, wire).messages() };
  writeNamedOptions(body, call, wire);
  writeTools(body, call, wire);
  writeResponseFormat(body, call, wire);
  writeReasoning(body, call, wire);
  if (stream) Object.assign(body, { stream: true, stream_options: { include_usage: true } });
  wire.refineBody?.(body, call);
  return withProviderOptions(body, call.options.providerOptions);
}

/** The vendor's own options go over what stands there, but for `tools`, which are added to those of the call. */
function withProviderOptions(body: WireBody, options: ChatOptions["providerOptions"] = {}): WireBody {
  const { tools } = body;
  Object.assign(body, options);
  if (Array.isArray(tools) && Array.isArray(options["tools"]))
    body["tools"] = [...(tools as unknown[]), ...(options["tools"] as unknown[])];
  return body;
}

/** The remark on an option that is not sent. */
export function warnUnsupported(call: ChatCall, option: string, provider: string): void {
  call.warn({
    type: "unsupported",
    option,
    message: `${provider}/${call.model} does not take it; it was not sent`,
  });
}

const namedOptions = Object.keys(defaultOptionNames) as (keyof OptionNames)[];

function writeNamedOptions(body: WireBody, call: ChatCall, wire: OpenAIChatWire): void {
  for (const option of namedOptions) {
    const value = call.options[option];
    if (value === undefined) continue;
    const name = wire.optionNames?.[option] ?? defaultOptionNames[option];
    if (name === false) warnUnsupported(call, option, wire.provider);
    else body[name] = value;
  }
}

function writeTools(body: WireBody, call: ChatCall, { provider, tools = true }: OpenAIChatWire): void {
  const { toolChoice } = call.options;
  if (call.tools.length === 0) return;
  if (!tools) {
    warnUnsupported(call, "tools", provider);
    if (toolChoice !== undefined) warnUnsupported(call, "toolChoice", provider);
    return;
  }
  body["tools"] = call.tools.map((tool) => ({ type: "function", function: tool }));
  if (typeof toolChoice === "object")
    body["tool_choice"] = { type: "function", function: { name: toolChoice.tool } };
  else if (toolChoice !== undefined) body["tool_choice"] = toolChoice;
}

function writeResponseFormat(
  body: WireBody,
  call: ChatCall,
  { provider, responseFormats = ["json", "schema"] }: OpenAIChatWire,
): void {
  const { responseFormat } = call.options;
  if (responseFormat?.type !== "json") return;
  const { schema, name = "response" } = responseFormat;
  const hasJSON = responseFormats.includes("json");
  if (schema && responseFormats.includes("schema")) {
    const strict = isStrict(schema);
    body["response_format"] = { type: "json_schema", json_schema: { name, schema, strict } };
    return;
  }
  if (hasJSON) body["response_format"] = { type: "json_object" };
  if (schema || !hasJSON)
    warnUnsupported(call, hasJSON ? "responseFormat.schema" : "responseFormat", provider);
}

/**
 * Whether a schema keeps to what the vendor guarantees to follow to the letter: every object closed, every property required.
 * {@link https://platform.openai.com/docs/guides/structured-outputs#supported-schemas}
 */
export function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== "object" || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === "object" || properties !== undefined) {
    const names = Object.keys((properties as object | undefined) ?? {});
    if (
      additionalProperties !== false ||
      !names.every((name) => Array.isArray(required) && required.includes(name))
    ) {
      return false;
    }
  }
  return Object.values(schema).every(isStrict);
}

function writeReasoning(body: WireBody, call: ChatCall, wire: OpenAIChatWire): void {
  const { effort: asked, budgetTokens } = call.options.reasoning ?? {};
  const effort = asked && nearestEffort(asked, call, wire);
  if (wire.writeReasoning) {
    if (effort !== undefined || budgetTokens !== undefined)
      wire.writeReasoning({ effort, budgetTokens }, body, call);
    return;
  }
  if (effort !== undefined) body["reasoning_effort"] = effort;
  if (budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens", wire.provider);
}

/** From the least to the most. */
const allEfforts: readonly Effort[] = ["none", "minimal", "low", "medium", "high"];

/**
 * Of two that are as near, the lower: an answer should not cost more than was asked for. But an effort that asks for reasoning never
 * becomes the one that switches it off, where there is another.
 */
function nearestEffort(
  asked: Effort,
  call: ChatCall,
  { provider, efforts = allEfforts }: OpenAIChatWire,
): Effort | undefined {
  if (efforts.includes(asked)) return asked;
  const distance = (effort: Effort): number =>
    effort === "none" ? Infinity : Math.abs(allEfforts.indexOf(effort) - allEfforts.indexOf(asked));
  const [nearest] = allEfforts
    .filter((effort) => efforts.includes(effort))
    .sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) {
    warnUnsupported(call, "reasoning.effort", provider);
    return undefined;
  }
  const message = `${provider} does not have the effort "${asked}"; "${nearest}" was sent`;
  call.warn({ type: "adjusted", option: "reasoning.effort", message });
  return nearest;
}
