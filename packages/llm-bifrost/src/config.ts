import { type ConfigShape, type HttpConfig, filledString, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createBifrost`. */
export interface BifrostConfig extends HttpConfig {
  /**
   * Where the gateway is, with its version at the end or without. A drop-in route on OpenAI's wire is another such address:
   * `http://localhost:8080/openai`. Default: `BIFROST_BASE_URL`, or `http://localhost:8080/v1`.
   */
  baseURL?: string | undefined;
  /** The provider and the name of the model: `anthropic/claude-sonnet-5-5`. Without the provider, the gateway looks for one that has the model. */
  model: string;
  /** A virtual key. Sent as `x-bf-vk`, which takes keys of every form. Default: `BIFROST_VIRTUAL_KEY`, and none where that is not set either. */
  apiKey?: string | undefined;
  /** Which of OpenAI's wires is spoken: Chat Completions, or Responses. The gateway has both for all models. Default: `chat`. */
  api?: "chat" | "responses" | undefined;
}

export const bifrostConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "http://localhost:8080/v1"),
  model: filledString,
  apiKey: z.optional(filledString),
  api: z._default(z.enum(["chat", "responses"]), "chat"),
} satisfies ConfigShape<BifrostConfig>);

export type BifrostSettings = z.output<typeof bifrostConfig>;
