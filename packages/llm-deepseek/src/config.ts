import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://api-docs.deepseek.com/quick_start/pricing}; any other id is accepted as well. */
export type DeepSeekModelId = "deepseek-flash" | "deepseek-v4-pro" | (string & {});

/** Options of `createDeepSeek`. */
export interface DeepSeekConfig extends HttpConfig {
  /**
   * Where the API is. Default: `DEEPSEEK_BASE_URL`, or `https://api.deepseek.com`. At `https://api.deepseek.com/beta` an assistant's message
   * at the end of a conversation is continued: {@link https://api-docs.deepseek.com/guides/chat_prefix_completion}.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: DeepSeekModelId;
  /** The API key. Default: `DEEPSEEK_API_KEY`. */
  apiKey?: string | undefined;
}

export const deepSeekConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.deepseek.com"),
  model: modelName<DeepSeekModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<DeepSeekConfig>);

export type DeepSeekSettings = z.output<typeof deepSeekConfig>;
