import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * Presets ({@link https://docs.perplexity.ai/docs/agent-api/presets}), which search by themselves, and models
 * ({@link https://docs.perplexity.ai/docs/agent-api/models}), whose ids have the vendor's name before a slash. The last ones are those of
 * the Chat Completions that were before.
 */
export type PerplexityModelId =
  | "fast"
  | "low"
  | "medium"
  | "high"
  | "xhigh"
  | "wide-research"
  | "perplexity/sonar"
  | "openai/gpt-6-sol"
  | "openai/gpt-6-luna"
  | "anthropic/claude-opus-5-5"
  | "anthropic/claude-sonnet-4-6"
  | "google/gemini-3-flash-preview"
  | "xai/grok-4.3"
  | "sonar"
  | "sonar-pro"
  | "sonar-reasoning-pro"
  | "sonar-deep-research"
  | (string & {});

/** Options of `createPerplexity`. */
export interface PerplexityConfig extends HttpConfig {
  /** Where the API is. Default: `https://api.perplexity.ai`. */
  baseURL?: string | undefined;
  /** The name of a preset, or the id of a model with its vendor's name: `fast`, `perplexity/sonar`. */
  model: PerplexityModelId;
  /** The API key. Default: `PERPLEXITY_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * Which API answers: the Agent API, or Chat Completions, which ended in September 2026 for all but accounts that were left there. Default:
   * `chat` for the models that are on no other (`sonar`, `sonar-pro` and so on), else `agent`.
   */
  api?: "agent" | "chat" | undefined;
}

export const perplexityConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.perplexity.ai"),
  model: modelName<PerplexityModelId>(),
  apiKey: filledString,
  api: z.optional(z.enum(["agent", "chat"])),
} satisfies ConfigShape<PerplexityConfig>);

export type PerplexitySettings = z.output<typeof perplexityConfig>;
