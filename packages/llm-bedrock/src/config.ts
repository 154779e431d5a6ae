import { type BedrockConnection, bedrockConnection, bedrockModel } from "@beluga/bedrock";
import type { ConfigShape } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * Models that answer by the Converse API: {@link https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html}. Before most
 * of them goes the area whose regions may serve the request, `us.`, `eu.`, `apac.`, `jp.`, `au.` or `global.`:
 * {@link https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html}. Any other id and any ARN is accepted as well.
 *
 * The ids of Claudes after 4.6 are from users' reports, as the reference could not be read there.
 */
export type BedrockModelId =
  | "global.anthropic.claude-fable-5-1"
  | "global.anthropic.claude-opus-4-8"
  | "global.anthropic.claude-sonnet-5"
  | "global.anthropic.claude-opus-4-6-v1"
  | "global.anthropic.claude-sonnet-4-6"
  | "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
  | "us.anthropic.claude-haiku-4-5-20251001-v1:0"
  | "us.amazon.nova-2-lite-v1:0"
  | "us.amazon.nova-premier-v1:0"
  | "us.amazon.nova-pro-v1:0"
  | "amazon.nova-lite-v1:0"
  | "amazon.nova-micro-v1:0"
  | "us.deepseek.r1-v1:0"
  | "us.meta.llama4-maverick-17b-instruct-v1:0"
  | "us.meta.llama4-scout-17b-instruct-v1:0"
  | "us.meta.llama3-3-70b-instruct-v1:0"
  | "minimax.minimax-m2"
  | "mistral.mistral-large-3-675b-instruct"
  | "mistral.devstral-2-123b"
  | "moonshot.kimi-k2-thinking"
  | "openai.gpt-oss-120b-1:0"
  | "openai.gpt-oss-20b-1:0"
  | "qwen.qwen3-32b-v1:0"
  | (string & {});

/** Options of `createBedrock`. */
export interface BedrockConfig extends BedrockConnection {
  /** The id of a model or of an inference profile, or the ARN of either, of a prompt, a prompt router or provisioned throughput. */
  model: BedrockModelId;
  /**
   * The id of the model that an ARN stands for, where the ARN does not say it, as of an application inference profile. Options that models
   * take under different names, such as `topK` and `reasoning`, are sent as this one takes them.
   */
  baseModel?: BedrockModelId | undefined;
}

export const bedrockConfig = z.strictObject({
  ...bedrockConnection,
  model: bedrockModel<BedrockModelId>(),
  baseModel: z.optional(bedrockModel<BedrockModelId>()),
} satisfies ConfigShape<BedrockConfig>);

export type BedrockSettings = z.output<typeof bedrockConfig>;
