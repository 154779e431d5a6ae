import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://platform.claude.com/docs/en/about-claude/models/overview}; any other id is accepted as well. */
export type AnthropicModelId =
  | "claude-fable-5-2"
  | "claude-fable-5-1"
  | "claude-opus-5-5"
  | "claude-opus-5"
  | "claude-opus-4-8"
  | "claude-opus-4-7"
  | "claude-opus-4-6"
  | "claude-opus-4-5"
  | "claude-sonnet-5-5"
  | "claude-sonnet-5"
  | "claude-sonnet-4-6"
  | "claude-sonnet-4-5"
  | "claude-haiku-5-5"
  | "claude-haiku-4-5"
  | (string & {});

/** Options of `createAnthropic`. */
export interface AnthropicConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end or without, as Anthropic's own SDKs write it. Default: `ANTHROPIC_BASE_URL`, or
   * `https://api.anthropic.com/v1`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: AnthropicModelId;
  /** The API key, sent as `x-api-key`. Default: `ANTHROPIC_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * Sent as a bearer token in place of the key: a token of Workload Identity Federation, or the key of a gateway that wants it there.
   * {@link https://platform.claude.com/docs/en/manage-claude/authentication}
   */
  authToken?: string | undefined;
  /**
   * Features to switch on in each request, as `anthropic-beta` names them: {@link https://platform.claude.com/docs/en/api/beta-headers}.
   * Those in a call's `anthropic-beta` header are added to them.
   */
  betas?: string[] | undefined;
}

export const anthropicConfig = z
  .strictObject({
    ...httpConfig,
    baseURL: z._default(httpURL, "https://api.anthropic.com/v1"),
    model: modelName<AnthropicModelId>(),
    apiKey: z.optional(filledString),
    authToken: z.optional(filledString),
    betas: z.optional(z.array(filledString)),
  } satisfies ConfigShape<AnthropicConfig>)
  .check(
    z.refine(({ apiKey, authToken }) => apiKey !== undefined || authToken !== undefined, {
      path: ["apiKey"],
      error: "expected a key, or authToken in its place",
    }),
  );

export type AnthropicSettings = z.output<typeof anthropicConfig>;
