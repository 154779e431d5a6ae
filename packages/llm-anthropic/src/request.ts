import { BelugaError, type ChatOptions } from "@beluga/core";
import { type ChatCall, asRecord, isRecord } from "@beluga/core/provider";
import { wireConversation } from "./messages.js";
import { type ModelTraits, traitsOf } from "./models.js";
import { answerSchema } from "./schema.js";

/** The body of a request: {@link https://platform.claude.com/docs/en/api/messages/create}. */
export function requestBody(call: ChatCall, stream: boolean): Record<string, unknown> {
  const { model, options, tools } = call;
  const traits = traitsOf(model);
  const maxTokens = options.maxTokens ?? traits.maxOutputTokens;
  const { system, messages } = wireConversation(call, traits);
  const { thinking, effort } = reasoning(call, traits, maxTokens);
  const format = outputFormat(call, traits);
  for (const option of ["seed", "frequencyPenalty", "presencePenalty"] as const) {
    if (options[option] !== undefined) warnUnsupported(call, option, "the API has no such option");
  }
  const body: Record<string, unknown> = {
    model,
    max_tokens: maxTokens,
    ...(system.length > 0 && { system }),
    messages,
    ...(tools.length > 0 && { tools: tools.map(wireTool), ...toolChoice(call, traits, thinking) }),
    ...sampling(call, traits, thinking),
    ...(options.stopSequences !== undefined && { stop_sequences: options.stopSequences }),
    ...(thinking && { thinking }),
    ...((effort ?? format) !== undefined && {
      output_config: { ...(effort !== undefined && { effort }), ...(format && { format }) },
    }),
    ...(stream && { stream: true }),
  };
  return withProviderOptions(body, options.providerOptions);
}

function wireTool({ name, description, parameters }: ChatCall["tools"][number]): Record<string, unknown> {
  // A schema for no arguments may be `{}`, and the API wants the type.
  const schema = { type: "object", ...parameters };
  return { name, ...(description !== undefined && { description }), input_schema: schema };
}

/** {@link https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools#forcing-tool-use} */
function toolChoice(
  call: ChatCall,
  traits: ModelTraits,
  thinking: Thinking | undefined,
): { tool_choice?: Record<string, unknown> } {
  const { toolChoice: choice } = call.options;
  if (choice === undefined) return {};
  if (choice === "auto" || choice === "none") return { tool_choice: { type: choice } };
  const isImpossible = !traits.forcedTools || thinking?.type === "enabled";
  if (!isImpossible) {
    return { tool_choice: choice === "required" ? { type: "any" } : { type: "tool", name: choice.tool } };
  }
  const why = traits.forcedTools ? "while it thinks by a budget" : "at all";
  warnUnsupported(call, "toolChoice", `${call.model} cannot be made to call a tool ${why}`);
  return {};
}

type Thinking =
  | { type: "enabled"; budget_tokens: number }
  | { type: "adaptive"; display?: "summarized" }
  | { type: "disabled" | "between_tools" };

interface Reasoning {
  thinking?: Thinking | undefined;
  /** Of `output_config`. */
  effort?: "low" | "medium" | "high";
}

/** The least that the API takes: {@link https://platform.claude.com/docs/en/build-with-claude/extended-thinking#budget-rules-and-tuning}. */
const minBudget = 1_024;

/** For models that know budgets alone. The reference advises the least for simple tasks, and 16,000 or more for complex ones. */
const budgets = { minimal: minBudget, low: minBudget, medium: 8_000, high: 16_000 } as const;

/** How much to think. A model is told by a budget, by effort, or either way, depending on its age. */
function reasoning(call: ChatCall, traits: ModelTraits, maxTokens: number): Reasoning {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === "none") {
    if (budgetTokens !== undefined) {
      warnUnsupported(call, "reasoning.budgetTokens", "reasoning is switched off");
    }
    return withoutThinking(call, traits);
  }
  if (effort === undefined && budgetTokens === undefined) return {};
  if (traits.thinking === "none") {
    for (const option of ["effort", "budgetTokens"] as const) {
      if (call.options.reasoning?.[option] !== undefined) {
        warnUnsupported(call, `reasoning.${option}`, `${call.model} does not think before it answers`);
      }
    }
    return {};
  }
  const thinking = thinkingFor(call, traits, maxTokens);
  return effort === undefined || !traits.effort
    ? { thinking }
    : { thinking, effort: wireEffort(call, effort) };
}

function withoutThinking(call: ChatCall, { withoutThinking: how }: ModelTraits): Reasoning {
  if (how === "default") return {};
  if (how !== "impossible") return { thinking: { type: how } };
  warnUnsupported(call, "reasoning.effort", `${call.model} cannot be kept from thinking`);
  return {};
}

function thinkingFor(call: ChatCall, traits: ModelTraits, maxTokens: number): Thinking | undefined {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (budgetTokens !== undefined && traits.thinking !== "adaptive") {
    if (effort !== undefined && !traits.effort) {
      warnUnsupported(call, "reasoning.effort", `${call.model} is told by the budget`);
    }
    return { type: "enabled", budget_tokens: checkedBudget(call, budgetTokens, maxTokens) };
  }
  if (traits.thinking === "budget") return thinkingByEffort(call, traits, maxTokens);
  if (budgetTokens !== undefined) {
    warnUnsupported(
      call,
      "reasoning.budgetTokens",
      `${call.model} decides how much to think by the effort alone`,
    );
    if (effort === undefined) return undefined;
  }
  return { type: "adaptive", ...(traits.omitsThinking && { display: "summarized" as const }) };
}

function checkedBudget(call: ChatCall, budgetTokens: number, maxTokens: number): number {
  if (budgetTokens < minBudget) {
    call.warn({
      type: "adjusted",
      option: "reasoning.budgetTokens",
      message: `anthropic takes no budget below ${minBudget}, which was sent`,
    });
  }
  const budget = Math.max(budgetTokens, minBudget);
  // Between the calls of tools a budget may span several answers, so that the limit of one is none of it.
  if (budget >= maxTokens && call.tools.length === 0) {
    const { op, model } = call;
    throw new BelugaError({
      op,
      code: "invalid_input",
      provider: "anthropic",
      model,
      message: `anthropic ${op}: reasoning.budgetTokens (${budget}) has to be less than maxTokens (${maxTokens}), which counts the reasoning`,
    });
  }
  return budget;
}

/** Leaves at least half of the limit to the answer. */
function thinkingByEffort(call: ChatCall, traits: ModelTraits, maxTokens: number): Thinking | undefined {
  const { effort = "none" } = call.options.reasoning ?? {};
  if (effort === "none") return undefined;
  const budget = Math.min(budgets[effort], Math.floor(maxTokens / 2));
  if (budget < minBudget) {
    warnUnsupported(call, "reasoning.effort", `${maxTokens} tokens are too few to think and to answer`);
    return undefined;
  }
  if (!traits.effort) {
    call.warn({
      type: "adjusted",
      option: "reasoning.effort",
      message: `${call.model} knows budgets alone; one of ${budget} tokens was sent`,
    });
  }
  return { type: "enabled", budget_tokens: budget };
}

/** {@link https://platform.claude.com/docs/en/build-with-claude/effort} */
function wireEffort(
  call: ChatCall,
  effort: "minimal" | "low" | "medium" | "high",
): NonNullable<Reasoning["effort"]> {
  if (effort !== "minimal") return effort;
  call.warn({
    type: "adjusted",
    option: "reasoning.effort",
    message: 'anthropic has no "minimal"; "low" was sent',
  });
  return "low";
}

/**
 * What is drawn from when a token is chosen:
 * {@link https://platform.claude.com/docs/en/build-with-claude/thinking#sampling-parameters}.
 */
function sampling(
  call: ChatCall,
  { sampling: takes }: ModelTraits,
  thinking: Thinking | undefined,
): Record<string, unknown> {
  const { temperature, topP, topK } = call.options;
  const sent: Record<string, unknown> = {};
  const isThinking = thinking?.type === "enabled" || thinking?.type === "adaptive";
  const why =
    takes === "none" ? `${call.model} does not take it` : "it cannot be sent together with reasoning";
  const canSet = takes !== "none" && !isThinking;

  if (temperature !== undefined && canSet) sent["temperature"] = coolEnough(call, temperature);
  // 1 is what the models use by themselves.
  else if (temperature !== undefined && temperature !== 1) warnUnsupported(call, "temperature", why);

  if (topP !== undefined && takes !== "none" && (!isThinking || topP >= 0.95)) {
    if (takes === "either" && sent["temperature"] !== undefined) {
      warnUnsupported(call, "topP", `${call.model} takes temperature or topP, not both`);
    } else {
      sent["top_p"] = topP;
    }
  } else if (topP !== undefined && topP < 0.99) {
    warnUnsupported(
      call,
      "topP",
      isThinking && takes !== "none" ? "with reasoning it has to be 0.95 at least" : why,
    );
  }

  if (topK !== undefined && canSet) sent["top_k"] = topK;
  else if (topK !== undefined) warnUnsupported(call, "topK", why);
  return sent;
}

/** The range ends at 1, where that of other vendors ends at 2. */
function coolEnough(call: ChatCall, temperature: number): number {
  if (temperature <= 1) return temperature;
  call.warn({
    type: "adjusted",
    option: "temperature",
    message: "anthropic takes no temperature above 1; 1 was sent",
  });
  return 1;
}

/** {@link https://platform.claude.com/docs/en/build-with-claude/structured-outputs} */
function outputFormat(call: ChatCall, traits: ModelTraits): Record<string, unknown> | undefined {
  const { responseFormat } = call.options;
  if (responseFormat?.type !== "json") return undefined;
  if (!responseFormat.schema) {
    warnUnsupported(call, "responseFormat", "JSON is only to be had by a schema; ask for it in the prompt");
    return undefined;
  }
  if (!traits.jsonSchema) {
    warnUnsupported(
      call,
      "responseFormat",
      `${call.model} does not answer by a schema; ask for it in the prompt`,
    );
    return undefined;
  }
  const { schema, moved } = answerSchema(responseFormat.schema);
  if (moved.length > 0) {
    call.warn({
      type: "adjusted",
      option: "responseFormat.schema",
      message: `anthropic guarantees no ${moved.join(", ")}; what the schema says there was moved into its descriptions`,
    });
  }
  return { type: "json_schema", schema };
}

/**
 * The vendor's own options go over what stands there, but for two that hold what Beluga's options ask for as well: entries of `tools` are
 * added to the tools (one with the name of a tool adds to that), and members of `output_config` and `thinking` to theirs.
 */
function withProviderOptions(
  body: Record<string, unknown>,
  options: ChatOptions["providerOptions"] = {},
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...body, ...options };
  const { tools, output_config: outputConfig, thinking } = options;
  if (Array.isArray(tools)) merged["tools"] = mergeTools(body["tools"], tools);
  if (isRecord(outputConfig))
    merged["output_config"] = { ...asRecord(body["output_config"]), ...outputConfig };
  // Another type of thinking has members of its own.
  if (isRecord(thinking) && thinking["type"] === undefined) {
    merged["thinking"] = { ...asRecord(body["thinking"]), ...thinking };
  }
  return merged;
}

function mergeTools(declared: unknown, more: readonly unknown[]): unknown[] {
  const tools = Array.isArray(declared) ? (declared as unknown[]) : [];
  const known = new Set(tools.map(nameOf));
  return [
    ...tools.map((tool) =>
      Object.assign(
        {},
        tool,
        more.find((extra) => nameOf(extra) === nameOf(tool)),
      ),
    ),
    ...more.filter((tool) => !known.has(nameOf(tool))),
  ];
}

function nameOf(tool: unknown): unknown {
  return asRecord(tool)["name"];
}

function warnUnsupported({ warn }: ChatCall, option: string, why: string): void {
  warn({ type: "unsupported", option, message: `anthropic: ${why}; ${option} was not sent` });
}
