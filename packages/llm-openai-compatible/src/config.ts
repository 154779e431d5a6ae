import { type ConfigShape, type HttpConfig, filledString, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createOpenAICompatible`. */
export interface OpenAICompatibleConfig extends HttpConfig {
  /** Where the server's API is, up to and with its version: `http://127.0.0.1:8080/v1`. Default: `OPENAI_COMPATIBLE_BASE_URL`. */
  baseURL?: string | undefined;
  /** The server's name of the model. */
  model: string;
  /** Sent as a bearer token. Default: `OPENAI_COMPATIBLE_API_KEY`, and none where that is not set either. */
  apiKey?: string | undefined;
  /** Which of OpenAI's wires the server speaks: Chat Completions, or Responses, which several servers have beside it. Default: `chat`. */
  api?: "chat" | "responses" | undefined;
  /**
   * The field in which the server takes the limit of `maxTokens`. Default: `max_tokens`, which nearly all servers know; OpenAI itself wants
   * `max_completion_tokens` for its newer models. Of the chat wire alone.
   */
  maxTokensField?: "max_tokens" | "max_completion_tokens" | undefined;
  /** The field in which the server takes back an assistant's reasoning. Default: none, so that it is not sent. Of the chat wire alone. */
  reasoningField?: "reasoning_content" | "reasoning" | undefined;
}

export const openAICompatibleConfig = z
  .strictObject({
    ...httpConfig,
    baseURL: httpURL,
    model: filledString,
    api: z._default(z.enum(["chat", "responses"]), "chat"),
    apiKey: z.optional(z.string()),
    maxTokensField: z.optional(z.enum(["max_tokens", "max_completion_tokens"])),
    reasoningField: z.optional(z.enum(["reasoning_content", "reasoning"])),
  } satisfies ConfigShape<OpenAICompatibleConfig>)
  .check(
    z.refine(({ api, maxTokensField }) => api === "chat" || maxTokensField === undefined, {
      path: ["maxTokensField"],
      error: "is of the chat wire alone",
    }),
    z.refine(({ api, reasoningField }) => api === "chat" || reasoningField === undefined, {
      path: ["reasoningField"],
      error: "is of the chat wire alone",
    }),
  );

export type OpenAICompatibleSettings = z.output<typeof openAICompatibleConfig>;
