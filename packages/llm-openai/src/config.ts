import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://developers.openai.com/api/docs/models/all}; any other id is accepted as well. */
export type OpenAIModelId =
  | "gpt-6.2-astra"
  | "gpt-6.2-sol"
  | "gpt-6.1-sol"
  | "gpt-6.1-terra"
  | "gpt-6-astra"
  | "gpt-6-sol"
  | "gpt-6-luna"
  | "gpt-5.6-sol"
  | "gpt-5.6-terra"
  | "gpt-5.6-luna"
  | "gpt-5.5"
  | "gpt-5.5-pro"
  | "gpt-5.4"
  | "gpt-5.4-mini"
  | "gpt-5.4-nano"
  | "gpt-5.2"
  | "gpt-5.1"
  | "gpt-5"
  | "gpt-5-mini"
  | "gpt-5-nano"
  | "gpt-4.1"
  | "gpt-4.1-mini"
  | "gpt-4o"
  | "gpt-4o-mini"
  | "o3"
  | "o4-mini"
  | (string & {});

/** Options of `createOpenAI`. */
export interface OpenAIConfig extends HttpConfig {
  /** The name of the model. */
  model: OpenAIModelId;
  /** The API key. Default: `OPENAI_API_KEY`. */
  apiKey?: string | undefined;
  /** Where the API is. Default: `OPENAI_BASE_URL`, or `https://api.openai.com/v1`. */
  baseURL?: string | undefined;
  /** The organization that requests are counted for. Default: `OPENAI_ORG_ID`, and the key's own where that is not set either. */
  organization?: string | undefined;
  /** The project that requests are counted for. Default: `OPENAI_PROJECT_ID`, and the key's own where that is not set either. */
  project?: string | undefined;
  /**
   * Which API answers. Default: `responses`, which has reasoning that goes on between calls, and tools that run at OpenAI's. `chat` is Chat
   * Completions, for servers behind `baseURL` that have no other.
   */
  api?: "responses" | "chat" | undefined;
}

export const openAIConfig = z.strictObject({
  ...httpConfig,
  model: modelName<OpenAIModelId>(),
  apiKey: filledString,
  baseURL: z._default(httpURL, "https://api.openai.com/v1"),
  organization: z.optional(z.string()),
  project: z.optional(z.string()),
  api: z._default(z.enum(["responses", "chat"]), "responses"),
} satisfies ConfigShape<OpenAIConfig>);

export type OpenAISettings = z.output<typeof openAIConfig>;
