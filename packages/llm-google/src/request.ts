import type { ChatOptions } from "@beluga/core";
import { type ChatCall, asRecord, isRecord } from "@beluga/core/provider";
import { wireConversation } from "./messages.js";
import { type ModelTraits, traitsOf } from "./models.js";
import { answerSchema } from "./schema.js";

/** The body of a request: {@link https://ai.google.dev/api/generate-content#request-body}. */
export function requestBody(call: ChatCall): Record<string, unknown> {
  const { options, tools } = call;
  const traits = traitsOf(call.model);
  const { system, contents } = wireConversation(call, traits);
  const config = generationConfig(call, traits);
  const body: Record<string, unknown> = {
    contents,
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    ...(tools.length > 0 && {
      tools: [{ functionDeclarations: tools.map(wireFunction) }],
      ...toolConfig(options.toolChoice),
    }),
    ...(Object.keys(config).length > 0 && { generationConfig: config }),
  };
  return withProviderOptions(body, options.providerOptions);
}

/** {@link https://ai.google.dev/api/caching#FunctionDeclaration} */
function wireFunction({ name, description, parameters }: ChatCall["tools"][number]): Record<string, unknown> {
  // A schema for no arguments may be `{}`, and the API wants an object's.
  const schema = { type: "object", ...parameters };
  return { name, ...(description !== undefined && { description }), parametersJsonSchema: schema };
}

/** {@link https://ai.google.dev/api/caching#FunctionCallingConfig} */
function toolConfig(choice: ChatOptions["toolChoice"]): Record<string, unknown> {
  if (choice === undefined) return {};
  const config =
    typeof choice === "object"
      ? { mode: "ANY", allowedFunctionNames: [choice.tool] }
      : { mode: { auto: "AUTO", none: "NONE", required: "ANY" }[choice] };
  return { toolConfig: { functionCallingConfig: config } };
}

/** {@link https://ai.google.dev/api/generate-content#v1beta.GenerationConfig} */
function generationConfig(call: ChatCall, traits: ModelTraits): Record<string, unknown> {
  const { maxTokens, stopSequences, seed } = call.options;
  const thinkingConfig = thinking(call, traits);
  return {
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...honoured(call, ["temperature", "topP", "topK"], traits.sampling),
    ...honoured(call, ["frequencyPenalty", "presencePenalty"], traits.penalties),
    ...(stopSequences !== undefined && { stopSequences }),
    ...(seed !== undefined && { seed }),
    ...responseFormat(call, traits),
    ...(thinkingConfig && { thinkingConfig }),
  };
}

type Numeric = "temperature" | "topP" | "topK" | "frequencyPenalty" | "presencePenalty";

/** Options that have the same name at the vendor's, and that not every model takes. */
function honoured(call: ChatCall, options: readonly Numeric[], isTaken: boolean): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const option of options) {
    const value = call.options[option];
    if (value === undefined) continue;
    if (isTaken) sent[option] = value;
    else warnUnsupported(call, option, `${call.model} does not take it`);
  }
  return sent;
}

/** {@link https://ai.google.dev/gemini-api/docs/generate-content/structured-output} */
function responseFormat(call: ChatCall, traits: ModelTraits): Record<string, unknown> {
  const { responseFormat: format } = call.options;
  if (format?.type !== "json") return {};
  if (call.tools.length > 0 && !traits.jsonWithFunctions) {
    warnUnsupported(call, "responseFormat", `${call.model} does not answer in JSON where it has functions`);
    return {};
  }
  if (!format.schema) return { responseMimeType: "application/json" };
  const { schema, ignored } = answerSchema(format.schema);
  if (ignored.length > 0) {
    call.warn({
      type: "other",
      option: "responseFormat.schema",
      message: `google passes over what a schema says by ${ignored.join(", ")}; check the answer for it`,
    });
  }
  return { responseMimeType: "application/json", responseJsonSchema: schema };
}

type ThinkingConfig = { includeThoughts?: true } & ({ thinkingBudget: number } | { thinkingLevel: string });

/**
 * How much to think: by a budget for Gemini 2.5, by a level for Gemini 3 and later, and never by both. Where it thinks, its thoughts are
 * asked for: {@link https://ai.google.dev/gemini-api/docs/generate-content/thinking}.
 */
function thinking(call: ChatCall, traits: ModelTraits): ThinkingConfig | undefined {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === undefined && budgetTokens === undefined) return undefined;
  if (traits.thinking === "none") {
    const why = `${call.model} does not think before it answers`;
    if (effort !== undefined && effort !== "none") warnUnsupported(call, "reasoning.effort", why);
    if (budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens", why);
    return undefined;
  }
  return traits.thinking === "level" ? thinkingByLevel(call, traits) : thinkingByBudget(call, traits);
}

function thinkingByLevel(call: ChatCall, { minimalLevel }: ModelTraits): ThinkingConfig | undefined {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (budgetTokens !== undefined) {
    const why = `${call.model} decides how much to think by the effort alone`;
    warnUnsupported(call, "reasoning.budgetTokens", why);
  }
  if (effort === undefined) return undefined;
  const least = minimalLevel ? "minimal" : "low";
  const level = effort === "none" || effort === "minimal" ? least : effort;
  if (level !== effort) {
    const why = effort === "none" ? "cannot be kept from thinking" : "has no such level";
    warnAdjusted(call, "reasoning.effort", `${call.model} ${why}; "${level}" was sent`);
  }
  return { ...(effort !== "none" && { includeThoughts: true }), thinkingLevel: level.toUpperCase() };
}

/** What the OpenAI-compatible API makes of an effort: {@link https://ai.google.dev/gemini-api/docs/openai#thinking}. */
const budgetsByEffort = { minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576 } as const;

function thinkingByBudget(call: ChatCall, { budgets }: ModelTraits): ThinkingConfig | undefined {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === "none") return withoutThinking(call, budgets);
  const { least, most } = budgets;
  if (budgetTokens !== undefined) {
    if (effort !== undefined)
      warnUnsupported(call, "reasoning.effort", `${call.model} is told by the budget`);
    const thinkingBudget = Math.min(Math.max(budgetTokens, least), most);
    if (thinkingBudget !== budgetTokens) {
      const range = `budgets of ${least} to ${most}`;
      warnAdjusted(
        call,
        "reasoning.budgetTokens",
        `${call.model} takes ${range}; ${thinkingBudget} was sent`,
      );
    }
    return { includeThoughts: true, thinkingBudget };
  }
  if (effort === undefined) return undefined;
  const thinkingBudget = budgetsByEffort[effort];
  const sent = `one of ${thinkingBudget} tokens was sent`;
  warnAdjusted(call, "reasoning.effort", `${call.model} knows budgets alone; ${sent}`);
  return { includeThoughts: true, thinkingBudget };
}

function withoutThinking(call: ChatCall, { least, canBeZero }: ModelTraits["budgets"]): ThinkingConfig {
  if (call.options.reasoning?.budgetTokens !== undefined) {
    warnUnsupported(call, "reasoning.budgetTokens", "reasoning is switched off");
  }
  if (canBeZero) return { thinkingBudget: 0 };
  const sent = `a budget of ${least} tokens was sent`;
  warnAdjusted(call, "reasoning.effort", `${call.model} cannot be kept from thinking; ${sent}`);
  return { thinkingBudget: least };
}

/**
 * The vendor's own options go over what stands there, but for three that hold what Beluga's options ask for as well: entries of `tools` are
 * added to the functions, and members of `toolConfig` and `generationConfig` join those that are there.
 */
function withProviderOptions(
  body: Record<string, unknown>,
  options: ChatOptions["providerOptions"] = {},
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...body, ...options };
  const { tools, toolConfig: config, generationConfig: generation } = options;
  if (Array.isArray(tools) && Array.isArray(body["tools"])) {
    merged["tools"] = [...(body["tools"] as unknown[]), ...(tools as unknown[])];
  }
  if (isRecord(config)) merged["toolConfig"] = { ...asRecord(body["toolConfig"]), ...config };
  if (isRecord(generation)) {
    merged["generationConfig"] = mergeGenerationConfig(asRecord(body["generationConfig"]), generation);
  }
  return merged;
}

function mergeGenerationConfig(
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = { ...ours, ...theirs };
  const { thinkingConfig } = theirs;
  if (!isRecord(thinkingConfig)) return merged;
  const own = asRecord(ours["thinkingConfig"]);
  const { thinkingBudget: _, thinkingLevel: __, ...rest } = own;
  // A budget and a level together would be refused.
  const isTold = "thinkingBudget" in thinkingConfig || "thinkingLevel" in thinkingConfig;
  return { ...merged, thinkingConfig: { ...(isTold ? rest : own), ...thinkingConfig } };
}

function warnUnsupported({ warn }: ChatCall, option: string, why: string): void {
  warn({ type: "unsupported", option, message: `google: ${why}; ${option} was not sent` });
}

function warnAdjusted({ warn }: ChatCall, option: string, message: string): void {
  warn({ type: "adjusted", option, message: `google: ${message}` });
}
