import { type ConfigShape, type HttpConfig, httpConfig, isRecord } from "@beluga/core/provider";
import * as z from "zod/mini";

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

/** What AWS knows its callers by. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string | undefined;
  /** Until when they hold. */
  expiration?: Date | undefined;
}

/** Options of `createBedrock`. */
export interface BedrockConfig extends HttpConfig {
  /** Default: `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, or Bedrock's own endpoint in the region. */
  baseURL?: string | undefined;
  /** The id of a model or of an inference profile, or the ARN of either, of a prompt, a prompt router or provisioned throughput. */
  model: BedrockModelId;
  /**
   * The id of the model that an ARN stands for, where the ARN does not say it, as of an application inference profile. Options that models
   * take under different names, such as `topK` and `reasoning`, are sent as this one takes them.
   */
  baseModel?: BedrockModelId | undefined;
  /** The AWS region: `us-east-1`. Default: `AWS_REGION`, or `AWS_DEFAULT_REGION`. */
  region?: string | undefined;
  /**
   * A {@link https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html | Bedrock API key}, sent as a bearer token. Default:
   * `AWS_BEARER_TOKEN_BEDROCK`.
   */
  apiKey?: string | undefined;
  /**
   * What requests are signed with; goes before an API key. A function has the form that AWS's own SDKs know, so that
   * `fromNodeProviderChain()` fits; what it gives is kept until five minutes before its expiration, and without one it is asked each time.
   * Default, where there is no API key: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
   */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>) | undefined;
}

export const bedrockConfig = z.strictObject({
  ...httpConfig,
  model: z.custom<BedrockModelId>(isName, "expected the id or the ARN of a model"),
  baseModel: z.optional(z.custom<BedrockModelId>(isName, "expected the id of a model")),
  // It becomes part of the host's name.
  region: z.optional(
    z.string().check(z.regex(/^[a-z0-9-]+$/, "expected the name of a region, as in us-east-1")),
  ),
  apiKey: z.optional(z.string().check(z.minLength(1))),
  credentials: z.optional(
    z.custom<NonNullable<BedrockConfig["credentials"]>>(
      (value) => typeof value === "function" || isCredentials(value),
      "expected accessKeyId, secretAccessKey and, of temporary ones, sessionToken, or a function that gives them",
    ),
  ),
} satisfies ConfigShape<BedrockConfig>);

export type BedrockSettings = z.output<typeof bedrockConfig>;

/** Whether a value, from wherever it comes, can be signed with. */
export function isCredentials(value: unknown): value is AwsCredentials {
  if (!isRecord(value)) return false;
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = value;
  return (
    isName(accessKeyId) &&
    isName(secretAccessKey) &&
    (sessionToken === undefined || isName(sessionToken)) &&
    (expiration === undefined || expiration instanceof Date)
  );
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
