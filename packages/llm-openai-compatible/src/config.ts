import { httpConfig } from "@beluga/core/provider";
import * as z from "zod/mini";

export const openAICompatibleConfig = z.strictObject({
  ...httpConfig,
  /** Where the server's API is, up to and with its version: `http://127.0.0.1:8080/v1`. Default: `OPENAI_COMPATIBLE_BASE_URL`. */
  baseURL: z.url({ protocol: /^https?$/ }),
  /** The server's name of the model. */
  model: z.string().check(z.minLength(1)),
  /** Sent as a bearer token. Default: `OPENAI_COMPATIBLE_API_KEY`, and none where that is not set either. */
  apiKey: z.optional(z.string()),
  /**
   * The field in which the server takes the limit of `maxTokens`. Default: `max_tokens`, which nearly all servers know; OpenAI itself wants
   * `max_completion_tokens` for its newer models.
   */
  maxTokensField: z._default(z.enum(["max_tokens", "max_completion_tokens"]), "max_tokens"),
  /** The field in which the server takes back an assistant's reasoning. Default: none, so that it is not sent. */
  reasoningField: z.optional(z.enum(["reasoning_content", "reasoning"])),
});

export type OpenAICompatibleSettings = z.output<typeof openAICompatibleConfig>;

/** Options of {@link createOpenAICompatible}. */
export type OpenAICompatibleConfig = Omit<z.input<typeof openAICompatibleConfig>, "baseURL"> & {
  /** Where the server's API is, up to and with its version: `http://127.0.0.1:8080/v1`. Default: `OPENAI_COMPATIBLE_BASE_URL`. */
  baseURL?: string;
};
