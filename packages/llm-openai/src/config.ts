import { type ConfigShape, type HttpConfig, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "zod/mini";

/** {@link https://platform.openai.com/docs/models}; any other id is accepted as well. */
export type OpenAIModelId =
  | "gpt-5"
  | "gpt-5-mini"
  | "gpt-5-nano"
  | "gpt-4.1"
  | "gpt-4.1-mini"
  | "gpt-4.1-nano"
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
  /** Which API answers: Chat Completions, or Responses, which is not there yet and refused with `unsupported`. Default: `chat`. */
  api?: "chat" | "responses" | undefined;
}

export const openAIConfig = z.strictObject({
  ...httpConfig,
  model: z.custom<OpenAIModelId>(
    (value) => typeof value === "string" && value !== "",
    "expected the name of a model",
  ),
  apiKey: z.string().check(z.minLength(1)),
  baseURL: z._default(httpURL, "https://api.openai.com/v1"),
  organization: z.optional(z.string()),
  project: z.optional(z.string()),

  api: z._default(z.enum(["chat", "responses"]), "chat"),
} satisfies ConfigShape<OpenAIConfig>);

export type OpenAISettings = z.output<typeof openAIConfig>;
