/**
 * What a model takes beyond what all take alike. The API hands `additionalModelRequestFields` on to the model, under the names of its own
 * vendor: {@link https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html}.
 */
export interface ModelTraits {
  /** How it is told to think: not at all, or `unknown`, where the reference does not say. */
  thinking: "claude" | "nova" | "gpt-oss" | "never" | "unknown";
  /** Where in `additionalModelRequestFields` options stand that the API itself has no word for. */
  fields: Readonly<Partial<Record<"topK" | "seed" | "frequencyPenalty" | "presencePenalty", string>>>;
  /** Signed reasoning of the history goes back to it. Models that are not Claude refuse it. */
  takesReasoning: boolean;
  /** What Claude's versions differ in. */
  claude?: ClaudeTraits;
}

export interface ClaudeTraits {
  /** It thinks by a budget of tokens, by effort, or either way. */
  thinkingBy: "budget" | "either" | "effort";
  /** What keeps it from thinking: nothing has to be sent, one of two settings, or it cannot be kept from it. */
  withoutThinking: "default" | "disabled" | "between_tools" | "impossible";
  /** It gives its thoughts only when it is asked for them. */
  omitsThinking: boolean;
  /** It takes `temperature`, `topP` and `topK`: all of them together, not the first two together, or none. */
  sampling: "all" | "either" | "none";
  /** It can be made to call a tool. */
  forcedTools: boolean;
  /** It answers by a JSON schema. */
  jsonSchema: boolean;
}

/** The traits of a model by its id, or by an ARN that has the id in it. A newer Claude is taken to be as the newest of its family. */
export function traitsOf(model: string): ModelTraits {
  if (model.includes("anthropic.claude")) {
    const version = claudeVersion(model);
    return {
      thinking: version >= 307 ? "claude" : "never",
      // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
      fields: { topK: "top_k" },
      takesReasoning: true,
      claude: claudeTraits(model, version),
    };
  }
  const family = families.find(([name]) => model.includes(name))?.[1];
  // What an ARN stands for may well be a Claude.
  return family
    ? { ...family, takesReasoning: false }
    : { thinking: "unknown", fields: {}, takesReasoning: model.startsWith("arn:") };
}

const chatCompletionsFields = {
  seed: "seed",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
} as const;

/** By what their ids have in them. The first that fits counts. */
const families: readonly (readonly [name: string, traits: Omit<ModelTraits, "takesReasoning">])[] = [
  // https://docs.aws.amazon.com/nova/latest/nova2-userguide/request-response-schema.html
  ["amazon.nova-2-", { thinking: "nova", fields: { topK: "inferenceConfig.topK" } }],
  // https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
  ["amazon.nova-", { thinking: "never", fields: { topK: "inferenceConfig.topK" } }],
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
  ["openai.gpt-oss-", { thinking: "gpt-oss", fields: chatCompletionsFields }],
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
  ["cohere.command-r-", { thinking: "never", fields: { topK: "k", ...chatCompletionsFields } }],
  ["amazon.titan-", { thinking: "never", fields: {} }],
  ["meta.llama", { thinking: "never", fields: {} }],
  ["mistral.mistral-", { thinking: "never", fields: {} }],
];

/**
 * Bedrock takes what the vendor's own API takes: {@link https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html},
 * {@link https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting#supported-models}.
 */
function claudeTraits(model: string, version: number): ClaudeTraits {
  const isMythos = /claude-(fable|mythos)/.test(model);
  const alwaysThinks = isMythos || (model.includes("claude-opus") && version >= 505);
  const isLatestSonnet = model.includes("claude-sonnet") && version >= 505;
  return {
    thinkingBy: version >= 407 ? "effort" : version === 406 ? "either" : "budget",
    withoutThinking: withoutThinking(version, alwaysThinks, isLatestSonnet),
    omitsThinking: version >= 407,
    sampling: version >= 407 ? "none" : version >= 405 ? "either" : "all",
    forcedTools: !(alwaysThinks || isLatestSonnet) || (isMythos && version < 501),
    jsonSchema: version >= 405,
  };
}

function withoutThinking(
  version: number,
  alwaysThinks: boolean,
  isLatestSonnet: boolean,
): ClaudeTraits["withoutThinking"] {
  if (alwaysThinks) return "impossible";
  if (isLatestSonnet) return "between_tools";
  return version >= 500 ? "disabled" : "default";
}

/**
 * As one number: 405 for `anthropic.claude-opus-4-5-20251101-v1:0`, 307 for `anthropic.claude-3-7-sonnet-20250219-v1:0`. A name that does
 * not say it, as of a prompt router, counts as one that is asked for what most take.
 */
function claudeVersion(model: string): number {
  if (model.includes("claude-mythos-preview")) return 500;
  const [, major, minor = 0] = /claude-(?:[a-z]+-)?v?(\d{1,2})(?:-(\d{1,2}))?(?!\d)/.exec(model) ?? [];
  return major === undefined ? 405 : Number(major) * 100 + Number(minor);
}
