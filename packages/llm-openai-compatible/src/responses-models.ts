import type { Effort } from "./wire.js";

/** What a model takes. */
export interface ModelTraits {
  /** The efforts of reasoning that it knows, from the least to the most; of another the next one up is sent. Empty: it does not reason. */
  efforts: readonly Effort[];
  /** The effort of a call that does not say one. */
  defaultEffort?: Effort;
  /** When it takes `temperature` and `top_p`. */
  sampling: "always" | "without-reasoning" | "never";
  /**
   * Whether its reasoning is that of OpenAI's models: to be had in encrypted form, without which a conversation that is not stored loses it,
   * and refused in a history where nothing follows it.
   */
  openAIReasoning: boolean;
  /** The least that it takes as `max_output_tokens`. */
  minOutputTokens: number;
}

/** A model that is not OpenAI's, or whose name says nothing: it gets what it is asked to take. */
const unknownModel: ModelTraits = {
  efforts: ["none", "minimal", "low", "medium", "high"],
  sampling: "always",
  openAIReasoning: false,
  minOutputTokens: 1,
};

const openAIModel: ModelTraits = { ...unknownModel, minOutputTokens: 16 };

/**
 * The traits of OpenAI's models by their names, also as clouds and gateways write them (`openai/gpt-5-mini`, `ft:gpt-4.1:...`). One that is
 * newer than this package is taken to be as the newest of its family.
 *
 * From the guides of the models ({@link https://developers.openai.com/api/docs/guides/latest-model},
 * {@link https://developers.openai.com/api/docs/guides/deployment-checklist}), whose pages say which efforts each has; the efforts that are
 * sent where none is asked for are those that real responses name.
 */
export function openAIModelTraits(model: string): ModelTraits {
  const [, major, minor, series, variant = ""] =
    /(?:^|[^a-z\d])(?:gpt-(\d)(?:\.(\d+))?|o(\d))(?!\d)(?:-([a-z]+))?/.exec(model) ?? [];
  if (series !== undefined) return reasoning({ efforts: ["low", "medium", "high"], sampling: "never" });
  if (major === undefined) return unknownModel;
  const version = Number(major) * 100 + Number(minor ?? 0);
  // https://platform.openai.com/docs/api-reference/responses/create#responses-create-reasoning: from GPT-5 on.
  if (version < 500 || (version === 500 && variant === "chat")) return { ...openAIModel, efforts: [] };
  // These choose the effort themselves, and the reference does not say what they take.
  if (variant === "chat") return openAIModel;
  return version === 500 ? gpt5(variant) : laterGPT(version, variant);
}

function gpt5(variant: string): ModelTraits {
  // https://platform.openai.com/docs/models/gpt-5-pro
  if (variant === "pro") return reasoning({ efforts: ["high"], defaultEffort: "high", sampling: "never" });
  if (variant === "codex") return reasoning({ sampling: "never" });
  return reasoning({ efforts: ["minimal", "low", "medium", "high"], sampling: "never" });
}

function laterGPT(version: number, variant: string): ModelTraits {
  if (!families.has(variant)) return reasoning({});
  const canSkip = variant === "luna" || variant === "terra" || (version <= 600 && variant !== "astra");
  return reasoning({
    efforts: [...(canSkip ? (["none"] as const) : []), "low", "medium", "high"],
    defaultEffort: version < 505 ? "none" : "medium",
  });
}

/** Of others (`pro`, `codex`, `cyber`) the efforts are not known. */
const families: ReadonlySet<string> = new Set(["", "astra", "sol", "terra", "luna", "mini", "nano"]);

function reasoning(traits: Partial<ModelTraits>): ModelTraits {
  return {
    ...openAIModel,
    defaultEffort: "medium",
    sampling: "without-reasoning",
    openAIReasoning: true,
    ...traits,
  };
}
