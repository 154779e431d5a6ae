/**
 * What a model takes, as the reference tells its models apart: {@link https://platform.claude.com/docs/en/about-claude/models/overview},
 * {@link https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting#supported-models},
 * {@link https://platform.claude.com/docs/en/build-with-claude/effort}.
 */
export interface ModelTraits {
  /** The most tokens that it produces. The API wants a limit in each request, and this is the one without `maxTokens`. */
  maxOutputTokens: number;
  /** How it is told to think: not at all, by a budget, by effort, or either way. */
  thinking: "none" | "budget" | "either" | "adaptive";
  /** What keeps it from thinking: nothing has to be sent, one of two settings, or it cannot be kept from it. */
  withoutThinking: "default" | "disabled" | "between_tools" | "impossible";
  /** It gives its thoughts only when it is asked for them. */
  omitsThinking: boolean;
  /** It takes `output_config.effort`. */
  effort: boolean;
  /** It takes `temperature`, `top_p` and `top_k`: all of them together, not the first two together, or none. */
  sampling: "all" | "either" | "none";
  /** It can be made to call a tool. */
  forcedTools: boolean;
  /** It takes system messages in the middle of a conversation. */
  laterSystem: boolean;
  /** It answers by a JSON schema. */
  jsonSchema: boolean;
}

/** Models that are not Anthropic's, behind gateways that speak the Messages API, and aliases: they get what they are asked to take. */
const unknownModel: ModelTraits = {
  maxOutputTokens: 8_192,
  thinking: "budget",
  withoutThinking: "disabled",
  omitsThinking: false,
  effort: false,
  sampling: "all",
  forcedTools: true,
  laterSystem: false,
  jsonSchema: true,
};

/** The traits of a model by its name. One that is newer than this package is taken to be as the newest of its family. */
export function traitsOf(model: string): ModelTraits {
  const parsed = parseModel(model);
  if (!parsed) return unknownModel;
  const { family, version } = parsed;
  const isMythos = family === "fable" || family === "mythos";
  const alwaysThinks = isMythos || (family === "opus" && version >= 505);
  const isLatestSonnet = family === "sonnet" && version >= 505;
  return {
    maxOutputTokens: maxOutputTokens(family, version),
    thinking: thinking(version),
    withoutThinking: withoutThinking(version, alwaysThinks, isLatestSonnet),
    omitsThinking: version >= 407,
    effort: version >= 406 || (family === "opus" && version === 405),
    sampling: sampling(version),
    forcedTools: !(alwaysThinks || isLatestSonnet) || (isMythos && version < 501),
    laterSystem: version >= 408 && (family !== "sonnet" || isLatestSonnet),
    jsonSchema: version >= 405,
  };
}

/**
 * Family and version, as one number: 405 for `claude-opus-4-5`. Also of the names that clouds and gateways make of them:
 * `anthropic/claude-opus-4.5`, `claude-3-7-sonnet@20250219`.
 */
function parseModel(model: string): { family: string; version: number } | undefined {
  if (model.includes("claude-mythos-preview")) return { family: "mythos", version: 500 };
  const [, before, major, minor, after] =
    /claude-(?:([a-z]+)-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)(?:-([a-z]+))?/.exec(model) ?? [];
  if (major === undefined) return undefined;
  return { family: before ?? after ?? "", version: Number(major) * 100 + Number(minor ?? 0) };
}

function maxOutputTokens(family: string, version: number): number {
  if (version >= 406) return 128_000;
  if (family === "opus" && version >= 400 && version < 405) return 32_000;
  if (version >= 307) return 64_000;
  return version >= 305 ? 8_192 : 4_096;
}

function thinking(version: number): ModelTraits["thinking"] {
  if (version >= 407) return "adaptive";
  if (version === 406) return "either";
  return version >= 307 ? "budget" : "none";
}

function withoutThinking(
  version: number,
  alwaysThinks: boolean,
  isLatestSonnet: boolean,
): ModelTraits["withoutThinking"] {
  if (alwaysThinks) return "impossible";
  if (isLatestSonnet) return "between_tools";
  return version >= 500 ? "disabled" : "default";
}

function sampling(version: number): ModelTraits["sampling"] {
  if (version >= 407) return "none";
  return version >= 400 ? "either" : "all";
}
