import { type ConfigShape, type HttpConfig, filledString, httpConfig, isRecord } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** What AWS knows its callers by. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials. */
  sessionToken?: string | undefined;
  /** Until when they hold. */
  expiration?: Date | undefined;
}

/** What the config of every provider of Bedrock has; its own config extends it. */
export interface BedrockConnection extends HttpConfig {
  /** Default: `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, or Bedrock's own endpoint in the region. */
  baseURL?: string | undefined;
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

/** The schema of {@link BedrockConnection}, to be spread into a provider's own. */
export const bedrockConnection = {
  ...httpConfig,
  // It becomes part of the host's name.
  region: z.optional(
    z.string().check(z.regex(/^[a-z0-9-]+$/, "expected the name of a region, as in us-east-1")),
  ),
  apiKey: z.optional(filledString),
  credentials: z.optional(
    z.custom<NonNullable<BedrockConnection["credentials"]>>(
      (value) => typeof value === "function" || isCredentials(value),
      "expected accessKeyId, secretAccessKey and, of temporary ones, sessionToken, or a function that gives them",
    ),
  ),
} as const satisfies ConfigShape<BedrockConnection>;

/**
 * The `env` of a provider's definition. Not the access key's variables: the three of them go together, and never with half of a config.
 * `AWS_DEFAULT_REGION` is read where all others are missing.
 */
export const bedrockVariables = {
  apiKey: "AWS_BEARER_TOKEN_BEDROCK",
  region: "AWS_REGION",
  baseURL: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
} as const;

/** The id or the ARN of a model, typed by those that are known; any other will do. */
export function bedrockModel<Name extends string>(): z.ZodMiniType<Name, Name> {
  return z.custom<Name>(isName, "expected the id or the ARN of a model");
}

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
