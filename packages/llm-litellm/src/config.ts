import { type ConfigShape, type HttpConfig, filledString, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createLiteLLM`. */
export interface LiteLLMConfig extends HttpConfig {
  /**
   * Where the proxy is, with `/v1` at the end or without: it answers at both. Default: `LITELLM_PROXY_API_BASE`, or `http://localhost:4000`.
   */
  baseURL?: string | undefined;
  /** What the proxy calls the model: the `model_name` of its config. */
  model: string;
  /** A virtual key. Default: `LITELLM_PROXY_API_KEY`, and none where that is not set either. */
  apiKey?: string | undefined;
  /** Which of OpenAI's wires is spoken: Chat Completions, or Responses. The proxy has both for all models. Default: `chat`. */
  api?: "chat" | "responses" | undefined;
}

export const liteLLMConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "http://localhost:4000"),
  model: filledString,
  apiKey: z.optional(filledString),
  api: z._default(z.enum(["chat", "responses"]), "chat"),
} satisfies ConfigShape<LiteLLMConfig>);

export type LiteLLMSettings = z.output<typeof liteLLMConfig>;
