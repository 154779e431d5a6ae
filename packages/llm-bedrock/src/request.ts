import type { ChatOptions } from "@beluga/core";
import { type ChatCall, asArray, asRecord, isRecord } from "@beluga/core/provider";
import { calledTools, wireConversation } from "./messages.js";
import { type ModelTraits, traitsOf } from "./models.js";
import { type Reasoning, reasoningOf } from "./reasoning.js";
import { answerSchema } from "./schema.js";

type Fields = Record<string, unknown>;

/** The body of a request: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax}. */
export function requestBody(call: ChatCall, baseModel = call.model): Fields {
  const traits = traitsOf(baseModel);
  const reasoning = reasoningOf(call, traits);
  const inferenceConfig = inference(call, traits, reasoning);
  const additionalModelRequestFields = additionalFields(call, traits, reasoning);
  const outputConfig = output(call, traits, reasoning);
  const toolConfig = tools(call, traits, reasoning);
  const { system, messages } = wireConversation(call, traits);
  const body: Fields = {
    messages,
    ...(system.length > 0 && { system }),
    ...filled({ inferenceConfig, additionalModelRequestFields, outputConfig, toolConfig }),
  };
  return withProviderOptions(body, call.options.providerOptions);
}

/** {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html} */
function inference(call: ChatCall, traits: ModelTraits, reasoning: Reasoning): Fields {
  const { maxTokens, stopSequences } = call.options;
  const { withoutLimits } = reasoning;
  if (maxTokens !== undefined && withoutLimits !== undefined)
    warnUnsupported(call, "maxTokens", withoutLimits);
  return {
    ...(maxTokens !== undefined && withoutLimits === undefined && { maxTokens }),
    ...sampling(call, traits, reasoning),
    ...(stopSequences !== undefined && { stopSequences }),
  };
}

/** `temperature` and `topP`. */
function sampling(call: ChatCall, { claude }: ModelTraits, reasoning: Reasoning): Fields {
  const { temperature, topP } = call.options;
  const sent: Fields = {};
  const why = withoutSampling(call, claude?.sampling === "none", reasoning);
  // 1 is what Claude uses by itself, and takes in any case.
  const isUsual = claude !== undefined && temperature === 1;
  if (temperature !== undefined && why === undefined) sent["temperature"] = coolEnough(call, temperature);
  else if (temperature !== undefined && why !== undefined && !isUsual)
    warnUnsupported(call, "temperature", why);
  if (topP === undefined) return sent;
  if (why !== undefined) warnUnsupported(call, "topP", why);
  else if (claude?.sampling === "either" && sent["temperature"] !== undefined)
    warnUnsupported(call, "topP", `${call.model} takes temperature or topP, not both`);
  else sent["topP"] = topP;
  return sent;
}

/** Why a model does not take what is drawn from when it chooses a token. */
function withoutSampling(
  { model }: ChatCall,
  takesNone: boolean,
  { isThinking, withoutLimits }: Reasoning,
): string | undefined {
  if (takesNone) return `${model} does not take it`;
  return isThinking ? "it cannot be sent together with reasoning" : withoutLimits;
}

/** The range ends at 1, where that of other vendors ends at 2. */
function coolEnough({ warn }: ChatCall, temperature: number): number {
  if (temperature <= 1) return temperature;
  warn({
    type: "adjusted",
    option: "temperature",
    message: "bedrock takes no temperature above 1; 1 was sent",
  });
  return 1;
}

/** What the API hands on to the model, under the names that the model's vendor has for it. */
function additionalFields(call: ChatCall, traits: ModelTraits, reasoning: Reasoning): Fields {
  const fields: Fields = { ...reasoning.fields };
  const withoutTopK = withoutSampling(call, traits.claude?.sampling === "none", reasoning);
  for (const option of ["topK", "seed", "frequencyPenalty", "presencePenalty"] as const) {
    const value = call.options[option];
    const place = traits.fields[option];
    if (value === undefined) continue;
    if (place === undefined) {
      warnUnsupported(call, option, `no such option of ${call.model} is known`);
    } else if (option === "topK" && withoutTopK !== undefined) {
      warnUnsupported(call, option, withoutTopK);
    } else {
      const [name = "", member] = place.split(".");
      fields[name] = member === undefined ? value : { [member]: value };
    }
  }
  return fields;
}

/** {@link https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html} */
function output(call: ChatCall, { claude }: ModelTraits, { effort }: Reasoning): Fields {
  const config: Fields = effort === undefined ? {} : { effort };
  const { responseFormat } = call.options;
  if (responseFormat?.type !== "json") return config;
  if (!responseFormat.schema) {
    warnUnsupported(call, "responseFormat", "JSON is only to be had by a schema; ask for it in the prompt");
    return config;
  }
  if (claude && !claude.jsonSchema) {
    warnUnsupported(
      call,
      "responseFormat",
      `${call.model} does not answer by a schema; ask for it in the prompt`,
    );
    return config;
  }
  const { schema, moved } = answerSchema(responseFormat.schema);
  if (moved.length > 0) {
    call.warn({
      type: "adjusted",
      option: "responseFormat.schema",
      message: `bedrock guarantees no ${moved.join(", ")}; what the schema says there was moved into its descriptions`,
    });
  }
  const { name } = responseFormat;
  const jsonSchema = { schema: JSON.stringify(schema), ...(name !== undefined && { name }) };
  return { ...config, textFormat: { type: "json_schema", structure: { jsonSchema } } };
}

/**
 * The API wants tools in each request whose history has calls of some, so that they cannot be left out then.
 * {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html}
 */
function tools(call: ChatCall, traits: ModelTraits, reasoning: Reasoning): Fields {
  const { toolChoice } = call.options;
  const called = calledTools(call.messages);
  const declared = call.tools.map(wireTool);
  if (toolChoice === "none" && declared.length > 0) {
    if (called.size === 0) return {}; // without tools there is none to call
    warnUnsupported(call, "toolChoice", "the API wants tools where the history has calls, and may call them");
  }
  if (declared.length === 0 && called.size > 0) {
    call.warn({
      type: "adjusted",
      option: "tools",
      message: "bedrock wants tools where the history has calls; those that were called were declared",
    });
    return { tools: [...called].map((name) => wireTool({ name, parameters: {} })) };
  }
  return declared.length === 0 ? {} : { tools: declared, ...choice(call, traits, reasoning) };
}

function wireTool({ name, description, parameters }: ChatCall["tools"][number]): Fields {
  // A schema for no arguments may be `{}`, and the API wants the type.
  const inputSchema = { json: { type: "object", ...parameters } };
  // It refuses an empty description.
  return { toolSpec: { name, ...(description && { description }), inputSchema } };
}

/** {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html} */
function choice(call: ChatCall, { claude }: ModelTraits, { isThinking }: Reasoning): Fields {
  const { toolChoice } = call.options;
  if (toolChoice === undefined || toolChoice === "none") return {};
  if (toolChoice === "auto") return { toolChoice: { auto: {} } };
  if (claude && (!claude.forcedTools || isThinking)) {
    const when = claude.forcedTools ? "while it thinks" : "at all";
    warnUnsupported(call, "toolChoice", `${call.model} cannot be made to call a tool ${when}`);
    return {};
  }
  return { toolChoice: toolChoice === "required" ? { any: {} } : { tool: { name: toolChoice.tool } } };
}

/** Members whose own members join what stands there; of all others the vendor's own go in its place. */
const joined = ["inferenceConfig", "additionalModelRequestFields", "outputConfig", "toolConfig"] as const;

/**
 * The vendor's own options go over what stands there, and their members over its members where it has some; entries of `toolConfig.tools` are
 * added to the call's tools, and one with the name of such a tool adds to it.
 */
function withProviderOptions(body: Fields, options: ChatOptions["providerOptions"] = {}): Fields {
  const merged: Fields = { ...body, ...options };
  for (const name of joined) {
    const given = options[name];
    if (isRecord(given)) merged[name] = { ...asRecord(body[name]), ...given };
  }
  const { toolConfig } = options;
  if (isRecord(toolConfig) && Array.isArray(toolConfig["tools"])) {
    const own = asArray(asRecord(body["toolConfig"])["tools"]);
    merged["toolConfig"] = {
      ...asRecord(merged["toolConfig"]),
      tools: mergedTools(own, toolConfig["tools"]),
    };
  }
  return merged;
}

function mergedTools(own: readonly unknown[], more: readonly unknown[]): unknown[] {
  const known = new Set(own.map(nameOf));
  const isKnown = (tool: unknown): boolean => nameOf(tool) !== undefined && known.has(nameOf(tool));
  return [
    ...own.map((tool) => {
      const addition = more.find((extra) => isKnown(extra) && nameOf(extra) === nameOf(tool));
      return addition === undefined ? tool : { toolSpec: { ...specOf(tool), ...specOf(addition) } };
    }),
    ...more.filter((tool) => !isKnown(tool)),
  ];
}

function specOf(tool: unknown): Readonly<Fields> {
  return asRecord(asRecord(tool)["toolSpec"]);
}

function nameOf(tool: unknown): unknown {
  return specOf(tool)["name"];
}

/** Without the members that have nothing in them. */
function filled(members: Readonly<Record<string, Fields>>): Fields {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => Object.keys(value).length > 0));
}

function warnUnsupported({ warn }: ChatCall, option: string, why: string): void {
  warn({ type: "unsupported", option, message: `bedrock: ${why}; ${option} was not sent` });
}
