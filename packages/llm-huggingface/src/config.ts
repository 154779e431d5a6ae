import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/**
 * The id of a model on the Hub that a provider serves, with or without a suffix that says which one: `:fastest` (the default), `:cheapest`,
 * `:preferred`, or the name of a provider. {@link https://huggingface.co/inference-providers/models}
 */
export type HuggingFaceModelId =
  | "deepseek-ai/DeepSeek-V4-Flash"
  | "deepseek-ai/DeepSeek-V4-Pro"
  | "google/gemma-4-31B-it"
  | "meta-llama/Llama-3.3-70B-Instruct"
  | "MiniMaxAI/MiniMax-M3"
  | "moonshotai/Kimi-K2.6"
  | "moonshotai/Kimi-K2.7-Code"
  | "openai/gpt-oss-120b"
  | "openai/gpt-oss-120b:cerebras"
  | "openai/gpt-oss-120b:cheapest"
  | "openai/gpt-oss-120b:fastest"
  | "openai/gpt-oss-120b:preferred"
  | "Qwen/Qwen3.5-397B-A17B"
  | "Qwen/Qwen3.6-35B-A3B"
  | "zai-org/GLM-5.2"
  | (string & {});

/** Options of `createHuggingFace`. */
export interface HuggingFaceConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end: the router to all providers, or an endpoint of one's own, which speaks the same.
   * Default: `https://router.huggingface.co/v1`.
   */
  baseURL?: string | undefined;
  /** The id of the model, with or without a suffix: `openai/gpt-oss-120b:cheapest`. */
  model: HuggingFaceModelId;
  /** A user access token with the permission "Inference Providers". Default: `HF_TOKEN`. */
  apiKey?: string | undefined;
  /** The organization, or the id of the resource group, that pays. Default: the user. */
  billTo?: string | undefined;
  /**
   * The field in which the provider of the model takes back an assistant's reasoning. Default: none, so that it is not sent; the providers
   * differ in it, and some refuse a field that they do not know.
   */
  reasoningField?: "reasoning_content" | "reasoning" | undefined;
}

export const huggingFaceConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://router.huggingface.co/v1"),
  model: modelName<HuggingFaceModelId>(),
  apiKey: filledString,
  billTo: z.optional(filledString),
  reasoningField: z.optional(z.enum(["reasoning_content", "reasoning"])),
} satisfies ConfigShape<HuggingFaceConfig>);

export type HuggingFaceSettings = z.output<typeof huggingFaceConfig>;
