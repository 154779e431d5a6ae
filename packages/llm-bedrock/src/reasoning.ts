import { BelugaError } from "@beluga/core";
import type { ChatCall } from "@beluga/core/provider";
import type { ClaudeTraits, ModelTraits } from "./models.js";

/** What a request says of how much to think, and what it cannot have besides. */
export interface Reasoning {
  /** Members of `additionalModelRequestFields`. */
  fields: Readonly<Record<string, unknown>>;
  /** Of `outputConfig`. */
  effort?: Effort;
  /** A Claude thinks, and takes other options only as far as they agree with it. */
  isThinking: boolean;
  /** Why neither `maxTokens` nor what is drawn from may be sent. */
  withoutLimits?: string;
}

type Effort = "low" | "medium" | "high";

const nothing: Reasoning = { fields: {}, isThinking: false };

/** How a model is told what the `reasoning` of a call asks for. */
export function reasoningOf(call: ChatCall, { thinking, claude }: ModelTraits): Reasoning {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === "none" && budgetTokens !== undefined)
    warn(call, "budgetTokens", "reasoning is switched off");
  if (effort === undefined && budgetTokens === undefined) return nothing;
  if (thinking === "claude" && claude) return claudeReasoning(call, claude);
  if (thinking === "never" || thinking === "unknown") return withoutReasoning(call, thinking);
  if (effort !== "none" && budgetTokens !== undefined) {
    warn(call, "budgetTokens", `${call.model} decides how much to think by the effort alone`);
  }
  if (effort === undefined) return nothing;
  return thinking === "nova" ? novaReasoning(call, effort) : gptReasoning(call, effort);
}

function withoutReasoning(call: ChatCall, thinking: "never" | "unknown"): Reasoning {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  const why =
    thinking === "never"
      ? `${call.model} does not think before it answers`
      : `the reference does not say how ${call.model} is told to think`;
  if (effort !== undefined && !(effort === "none" && thinking === "never")) warn(call, "effort", why);
  if (effort !== "none" && budgetTokens !== undefined) warn(call, "budgetTokens", why);
  return nothing;
}

/** {@link https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html} */
function novaReasoning(call: ChatCall, effort: AnyEffort): Reasoning {
  if (effort === "none") return { ...nothing, fields: { reasoningConfig: { type: "disabled" } } };
  const maxReasoningEffort = knownEffort(call, effort);
  return {
    ...nothing,
    fields: { reasoningConfig: { type: "enabled", maxReasoningEffort } },
    // https://github.com/UKGovernmentBEIS/inspect_ai/issues/3767
    ...(effort === "high" && { withoutLimits: `${call.model} takes it with no effort above medium` }),
  };
}

/** {@link https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html} */
function gptReasoning(call: ChatCall, effort: AnyEffort): Reasoning {
  if (effort !== "none") return { ...nothing, fields: { reasoning_effort: knownEffort(call, effort) } };
  warn(call, "effort", `${call.model} cannot be kept from thinking`);
  return nothing;
}

/**
 * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html},
 * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html}
 */
function claudeReasoning(call: ChatCall, claude: ClaudeTraits): Reasoning {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === "none") return withoutThinking(call, claude);
  const knowsEffort = claude.thinkingBy !== "budget";
  if (budgetTokens !== undefined && claude.thinkingBy !== "effort") {
    if (effort !== undefined && !knowsEffort) warn(call, "effort", `${call.model} is told by the budget`);
    return {
      fields: { thinking: { type: "enabled", budget_tokens: checkedBudget(call, budgetTokens) } },
      isThinking: true,
      ...(effort !== undefined && knowsEffort && { effort: knownEffort(call, effort) }),
    };
  }
  if (budgetTokens !== undefined) {
    warn(call, "budgetTokens", `${call.model} decides how much to think by the effort alone`);
  }
  if (effort === undefined) return nothing;
  if (!knowsEffort) return thinkingByBudget(call, effort);
  const thinking = { type: "adaptive", ...(claude.omitsThinking && { display: "summarized" }) };
  return { fields: { thinking }, effort: knownEffort(call, effort), isThinking: true };
}

function withoutThinking(call: ChatCall, { withoutThinking: how }: ClaudeTraits): Reasoning {
  if (how === "default") return nothing;
  if (how !== "impossible") return { ...nothing, fields: { thinking: { type: how } } };
  warn(call, "effort", `${call.model} cannot be kept from thinking`);
  return nothing;
}

/** The least that Claude takes. */
const minBudget = 1_024;

/** For models that know budgets alone. Anthropic advises the least for simple tasks, and 16,000 or more for complex ones. */
const budgets = { minimal: minBudget, low: minBudget, medium: 8_000, high: 16_000 } as const;

/** Leaves at least half of the limit to the answer. */
function thinkingByBudget(call: ChatCall, effort: Exclude<AnyEffort, "none">): Reasoning {
  const { maxTokens = Infinity } = call.options;
  const budget = Math.min(budgets[effort], Math.floor(maxTokens / 2));
  if (budget < minBudget) {
    warn(call, "effort", `${maxTokens} tokens are too few to think and to answer`);
    return nothing;
  }
  call.warn({
    type: "adjusted",
    option: "reasoning.effort",
    message: `${call.model} knows budgets alone; one of ${budget} tokens was sent`,
  });
  return { fields: { thinking: { type: "enabled", budget_tokens: budget } }, isThinking: true };
}

function checkedBudget(call: ChatCall, budgetTokens: number): number {
  const { op, model, options, tools } = call;
  if (budgetTokens < minBudget) {
    call.warn({
      type: "adjusted",
      option: "reasoning.budgetTokens",
      message: `${model} takes no budget below ${minBudget}, which was sent`,
    });
  }
  const budget = Math.max(budgetTokens, minBudget);
  const { maxTokens = Infinity } = options;
  // Between the calls of tools a budget may span several answers, so that the limit of one is none of it.
  if (budget >= maxTokens && tools.length === 0) {
    throw new BelugaError({
      op,
      code: "invalid_input",
      provider: "bedrock",
      model,
      message: `bedrock ${op}: reasoning.budgetTokens (${budget}) has to be less than maxTokens (${maxTokens}), which counts the reasoning`,
    });
  }
  return budget;
}

type AnyEffort = NonNullable<NonNullable<ChatCall["options"]["reasoning"]>["effort"]>;

/** None of the models knows less than a little. */
function knownEffort(call: ChatCall, effort: Exclude<AnyEffort, "none">): Effort {
  if (effort !== "minimal") return effort;
  call.warn({
    type: "adjusted",
    option: "reasoning.effort",
    message: `${call.model} has no "minimal"; "low" was sent`,
  });
  return "low";
}

function warn(call: ChatCall, option: "effort" | "budgetTokens", why: string): void {
  call.warn({
    type: "unsupported",
    option: `reasoning.${option}`,
    message: `bedrock: ${why}; reasoning.${option} was not sent`,
  });
}
