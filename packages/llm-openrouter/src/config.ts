import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://openrouter.ai/models}: `author/model`; these names follow the newest of a family. Any other is accepted as well. */
export type OpenRouterModelId =
  | "openrouter/auto"
  | "openrouter/free"
  | "~anthropic/claude-opus-latest"
  | "~anthropic/claude-sonnet-latest"
  | "~anthropic/claude-haiku-latest"
  | "~google/gemini-pro-latest"
  | "~google/gemini-flash-latest"
  | "~openai/gpt-latest"
  | "~openai/gpt-mini-latest"
  | "~moonshotai/kimi-latest"
  | (string & {});

/** An application, as OpenRouter's rankings and statistics name it: {@link https://openrouter.ai/docs/app-attribution}. */
export interface OpenRouterApp {
  /** Its address, by which OpenRouter knows it. Sent as `HTTP-Referer`. */
  url: string;
  /** Its name. Sent as `X-OpenRouter-Title`. */
  title?: string | undefined;
  /** Of OpenRouter's list: `cli-agent`, `creative-writing`. Sent as `X-OpenRouter-Categories`. */
  categories?: string[] | undefined;
}

/** Options of `createOpenRouter`. */
export interface OpenRouterConfig extends HttpConfig {
  /** Where the API is, with its version at the end. Default: `https://openrouter.ai/api/v1`. */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: OpenRouterModelId;
  /** The API key. Default: `OPENROUTER_API_KEY`. */
  apiKey?: string | undefined;
  /** The application that asks. Default: OpenRouter is not told. */
  app?: OpenRouterApp | undefined;
}

export const openRouterConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://openrouter.ai/api/v1"),
  model: modelName<OpenRouterModelId>(),
  apiKey: filledString,
  app: z.optional(
    z.strictObject({
      url: httpURL,
      title: z.optional(z.string()),
      categories: z.optional(z.array(z.string())),
    }),
  ),
} satisfies ConfigShape<OpenRouterConfig>);

export type OpenRouterSettings = z.output<typeof openRouterConfig>;
