import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.together.ai/docs/serverless/models}; any other id, such as that of a dedicated endpoint, is accepted as well. */
export type TogetherModelId =
  | "deepseek-ai/DeepSeek-V4-Flash-0731"
  | "deepseek-ai/DeepSeek-V4-Pro-0813"
  | "google/gemma-4-31B-it"
  | "meta-llama/Llama-3.3-70B-Instruct-Turbo"
  | "MiniMaxAI/MiniMax-M3"
  | "moonshotai/Kimi-K2.6"
  | "moonshotai/Kimi-K2.7-Code"
  | "moonshotai/Kimi-K3"
  | "nvidia/nemotron-3-ultra-550b-a55b"
  | "openai/gpt-oss-120b"
  | "Qwen/Qwen3.5-9B"
  | "Qwen/Qwen3.6-Plus"
  | "Qwen/Qwen3.7-Max"
  | "Qwen/Qwen3.7-Plus"
  | "Qwen/Qwen3.8-2.4T-A95B"
  | "thinkingmachines/Inkling"
  | "zai-org/GLM-5.2"
  | "zai-org/GLM-5.3"
  | "zai-org/GLM-5.3-Flash"
  | (string & {});

/** Options of `createTogether`. */
export interface TogetherConfig extends HttpConfig {
  /** Where the API is, with its version at the end. Default: `TOGETHER_BASE_URL`, or `https://api.together.ai/v1`. */
  baseURL?: string | undefined;
  /** The name of the model, or of a dedicated endpoint. */
  model: TogetherModelId;
  /** The API key. Default: `TOGETHER_API_KEY`. */
  apiKey?: string | undefined;
}

export const togetherConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.together.ai/v1"),
  model: modelName<TogetherModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<TogetherConfig>);

export type TogetherSettings = z.output<typeof togetherConfig>;
