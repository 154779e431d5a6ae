import { type ChatCall, asArray, asRecord, isRecord } from "@beluga/core/provider";
import { isStrict, warnUnsupported } from "./request.js";
import { InputWriter } from "./responses-input.js";
import { type ModelTraits, openAIModelTraits } from "./responses-models.js";
import { type OpenAIResponsesWire, defaultResponsesOptionNames } from "./responses-wire.js";
import type { Effort, OptionNames, WireBody } from "./wire.js";

/** The body of a request: {@link https://platform.openai.com/docs/api-reference/responses/create}. */
export function responsesBody(call: ChatCall, wire: OpenAIResponsesWire, stream: boolean): WireBody {
  const { options } = call;
  const traits = wire.traits ?? openAIModelTraits(call.model);
  const body: WireBody = { model: call.model };
  const input = new InputWriter(call, wire.provider, traits).items();
  if (input.length > 0) body["input"] = input;
  const effort = nearestEffort(call, wire.provider, traits);
  writeNamedOptions(body, call, wire, traits, effort);
  writeTools(body, call);
  if (options.responseFormat?.type === "json") body["text"] = { format: jsonFormat(options.responseFormat) };
  if (effort !== undefined) body["reasoning"] = { effort };
  if (options.reasoning?.budgetTokens !== undefined)
    warnUnsupported(call, "reasoning.budgetTokens", wire.provider);
  if (traits.openAIReasoning) body["include"] = ["reasoning.encrypted_content"];
  if (stream) body["stream"] = true;
  wire.refineBody?.(body, call);
  return withProviderOptions(body, options.providerOptions);
}

function writeNamedOptions(
  body: WireBody,
  call: ChatCall,
  { provider, optionNames }: OpenAIResponsesWire,
  traits: ModelTraits,
  effort: Effort | undefined,
): void {
  const { minOutputTokens } = traits;
  const isSampling = takesSampling(call, traits, effort);
  for (const [option, name] of Object.entries({ ...defaultResponsesOptionNames, ...optionNames })) {
    const value = call.options[option as keyof OptionNames];
    if (value === undefined) continue;
    if (name === false) {
      warnUnsupported(call, option, provider);
    } else if ((option === "temperature" || option === "topP") && !isSampling) {
      // 1 is what these models use by themselves.
      if (value !== 1) warnWhileReasoning(call, option, traits);
    } else if (option === "maxTokens" && Number(value) < minOutputTokens) {
      const message = `${provider} takes no limit below ${minOutputTokens}, which was sent`;
      call.warn({ type: "adjusted", option, message });
      body[name] = minOutputTokens;
    } else {
      body[name] = value;
    }
  }
}

/**
 * Whether the model takes `temperature` and `top_p` in this call; most of those that reason refuse both while they do:
 * {@link https://developers.openai.com/api/docs/guides/deployment-checklist}.
 */
function takesSampling(call: ChatCall, traits: ModelTraits, effort: Effort | undefined): boolean {
  if (traits.sampling !== "without-reasoning") return traits.sampling === "always";
  const { effort: ownEffort } = asRecord(call.options.providerOptions?.["reasoning"]);
  return (ownEffort ?? effort ?? traits.defaultEffort) === "none";
}

function warnWhileReasoning(call: ChatCall, option: string, { sampling }: ModelTraits): void {
  const when = sampling === "never" ? "" : " while it reasons";
  call.warn({
    type: "unsupported",
    option,
    message: `${call.model} does not take ${option}${when}; it was not sent`,
  });
}

/** An effort that the model does not know is sent as the next one up, or as its highest. */
function nearestEffort(call: ChatCall, provider: string, { efforts }: ModelTraits): Effort | undefined {
  const asked = call.options.reasoning?.effort;
  if (asked === undefined || efforts.includes(asked)) return asked;
  const nearest = efforts.find((effort) => allEfforts.indexOf(effort) > allEfforts.indexOf(asked));
  const sent = nearest ?? efforts.at(-1);
  const option = "reasoning.effort";
  if (sent === undefined) {
    if (asked !== "none")
      call.warn({ type: "unsupported", option, message: `${call.model} does not reason; it was not sent` });
    return undefined;
  }
  const message = `${provider}: ${call.model} does not have the effort "${asked}"; "${sent}" was sent`;
  call.warn({ type: "adjusted", option, message });
  return sent;
}

const allEfforts: readonly Effort[] = ["none", "minimal", "low", "medium", "high"];

function writeTools(body: WireBody, call: ChatCall): void {
  if (call.tools.length === 0) return;
  body["tools"] = call.tools.map(({ name, description, parameters }) => {
    // A schema for no arguments may be `{}`, and the API wants the type and the properties.
    const schema = { type: "object", properties: {}, ...parameters };
    // Without a word on it the API makes optional properties required.
    const strict = isStrict(schema);
    return { type: "function", name, ...(description && { description }), parameters: schema, strict };
  });
  const { toolChoice } = call.options;
  if (toolChoice !== undefined)
    body["tool_choice"] =
      typeof toolChoice === "object" ? { type: "function", name: toolChoice.tool } : toolChoice;
}

/** Without a schema, any JSON. */
function jsonFormat({ schema, name = "response" }: { schema?: object; name?: string }): WireBody {
  return schema ? { type: "json_schema", name, schema, strict: isStrict(schema) } : { type: "json_object" };
}

/**
 * The vendor's own options go over what stands there, but for those that hold what Beluga's options ask for as well: entries of `tools` and
 * `include` are added (a tool with the name of a declared one adds to that), and members of `reasoning` and `text` join theirs.
 */
function withProviderOptions(body: WireBody, options: ChatCall["options"]["providerOptions"] = {}): WireBody {
  const merged: WireBody = { ...body, ...options };
  const { tools, include } = options;
  if (Array.isArray(tools)) merged["tools"] = mergeTools(asArray(body["tools"]), tools);
  if (Array.isArray(include)) merged["include"] = [...new Set([...asArray(body["include"]), ...include])];
  for (const name of ["reasoning", "text"]) {
    if (isRecord(options[name])) merged[name] = { ...asRecord(body[name]), ...options[name] };
  }
  return merged;
}

function mergeTools(declared: readonly unknown[], more: readonly unknown[]): unknown[] {
  const known = new Set(declared.map(nameOf));
  return [
    ...declared.map((tool) => ({
      ...asRecord(tool),
      ...asRecord(more.find((extra) => nameOf(extra) === nameOf(tool))),
    })),
    ...more.filter((tool) => !known.has(nameOf(tool))),
  ];
}

function nameOf(tool: unknown): unknown {
  return asRecord(tool)["name"];
}
