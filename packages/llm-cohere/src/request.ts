import type { ChatOptions } from "@beluga/core";
import { type ChatCall, asArray } from "@beluga/core/provider";
import { MessageWriter } from "./messages.js";

/** The body of a request: {@link https://docs.cohere.com/v2/reference/chat#request}. */
export function requestBody(call: ChatCall, stream: boolean): Record<string, unknown> {
  const { model, options } = call;
  const writer = new MessageWriter(call);
  const messages = writer.messages();
  const documents = [...writer.documents, ...asArray(options.providerOptions?.["documents"])];
  const { maxTokens } = options;
  return {
    model,
    messages,
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...sampling(call),
    ...stops(call),
    ...tools(call),
    ...responseFormat(call, documents.length > 0),
    ...thinking(call),
    ...(stream && { stream: true }),
    ...options.providerOptions,
    // The one option of the vendor's that is added to, as it holds what the messages bring too.
    ...(documents.length > 0 && { documents }),
  };
}

/** The vendor's name of an option, and the range that it takes, which is narrower than that of others. */
const ranges = {
  temperature: ["temperature", 0, 1],
  topP: ["p", 0.01, 0.99],
  topK: ["k", 0, 500],
  seed: ["seed", 0, Infinity],
  frequencyPenalty: ["frequency_penalty", 0, 1],
  presencePenalty: ["presence_penalty", 0, 1],
} as const satisfies Partial<Record<keyof ChatOptions, readonly [string, number, number]>>;

function sampling(call: ChatCall): Record<string, number> {
  const { frequencyPenalty, presencePenalty } = call.options;
  const sent: Record<string, number> = {};
  for (const [option, [name, least, most]] of Object.entries(ranges)) {
    const value = call.options[option as keyof typeof ranges];
    if (value === undefined) continue;
    // https://docs.cohere.com/reference/errors: "cannot specify both frequency_penalty and presence_penalty"
    if (option === "presencePenalty" && frequencyPenalty && presencePenalty) {
      warnUnsupported(call, option, "the API takes one of the two penalties");
      continue;
    }
    sent[name] = Math.min(Math.max(value, least), most);
    if (sent[name] !== value) {
      const limit = value < least ? "below" : "above";
      call.warn({
        type: "adjusted",
        option,
        message: `cohere takes no ${option} ${limit} ${sent[name]}, which was sent`,
      });
    }
  }
  return sent;
}

/** {@link https://docs.cohere.com/v2/reference/chat#request.body.stop_sequences} */
const maxStops = 5;

function stops(call: ChatCall): { stop_sequences?: readonly string[] } {
  const { stopSequences } = call.options;
  if (stopSequences === undefined) return {};
  if (stopSequences.length > maxStops) {
    call.warn({
      type: "adjusted",
      option: "stopSequences",
      message: `cohere takes ${maxStops} stop sequences at most; the first ${maxStops} were sent`,
    });
  }
  return { stop_sequences: stopSequences.slice(0, maxStops) };
}

/**
 * {@link https://docs.cohere.com/v2/docs/tool-use-usage-patterns#forcing-tool-usage}: a call of one tool cannot be asked for by its name, but
 * where no other is offered it comes to the same.
 */
function tools({ tools: all, options: { toolChoice } }: ChatCall): Record<string, unknown> {
  if (all.length === 0) return {};
  const offered = typeof toolChoice === "object" ? all.filter(({ name }) => name === toolChoice.tool) : all;
  const isForced = toolChoice === "required" || typeof toolChoice === "object";
  return {
    tools: offered.map(({ name, description, parameters }) => ({
      type: "function",
      // A schema for no arguments may be `{}`, and the API wants the type.
      function: {
        name,
        ...(description !== undefined && { description }),
        parameters: { type: "object", ...parameters },
      },
    })),
    ...(isForced && { tool_choice: "REQUIRED" }),
    ...(toolChoice === "none" && { tool_choice: "NONE" }),
  };
}

/** {@link https://docs.cohere.com/v2/docs/structured-outputs} */
function responseFormat(call: ChatCall, hasDocuments: boolean): Record<string, unknown> {
  const { responseFormat: format } = call.options;
  if (format?.type !== "json") return {};
  const others = call.tools.length > 0 ? "tools" : hasDocuments ? "documents" : undefined;
  if (others !== undefined) {
    warnUnsupported(call, "responseFormat", `the API does not combine it with ${others}`);
    return {};
  }
  return { response_format: { type: "json_object", ...(format.schema && { json_schema: format.schema }) } };
}

/** Tokens to think with. The reference says no more than that 500 are few, and 31,000 the most. */
const budgets = { minimal: 500, low: 1_000, medium: 8_000 } as const;

/** {@link https://docs.cohere.com/docs/reasoning} */
function thinking(call: ChatCall): { thinking?: { type: "enabled" | "disabled"; token_budget?: number } } {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === "none") {
    if (budgetTokens !== undefined)
      warnUnsupported(call, "reasoning.budgetTokens", "reasoning is switched off");
    return { thinking: { type: "disabled" } };
  }
  if (budgetTokens !== undefined) {
    if (effort !== undefined)
      warnUnsupported(call, "reasoning.effort", "how much to think is told by the budget");
    return { thinking: { type: "enabled", token_budget: budgetTokens } };
  }
  // Without a budget the model thinks as long as it likes, which is what the reference recommends.
  if (effort === "high") return { thinking: { type: "enabled" } };
  return effort === undefined
    ? {}
    : { thinking: { type: "enabled", token_budget: budgetByEffort(call, effort) } };
}

/** Leaves at least half of the limit to the answer. */
function budgetByEffort(call: ChatCall, effort: keyof typeof budgets): number {
  const { maxTokens = Infinity } = call.options;
  const budget = Math.max(1, Math.min(budgets[effort], Math.floor(maxTokens / 2)));
  call.warn({
    type: "adjusted",
    option: "reasoning.effort",
    message: `cohere knows budgets alone; one of ${budget} tokens was sent`,
  });
  return budget;
}

function warnUnsupported({ warn }: ChatCall, option: string, why: string): void {
  warn({ type: "unsupported", option, message: `cohere: ${why}; ${option} was not sent` });
}
