import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Those that the API had at last: {@link https://docs.litellm.ai/docs/providers/meta_llama}; any other id is accepted as well. */
export type LlamaModelId =
  | "Llama-4-Maverick-17B-128E-Instruct-FP8"
  | "Llama-4-Scout-17B-16E-Instruct-FP8"
  | "Llama-3.3-70B-Instruct"
  | "Llama-3.3-8B-Instruct"
  | (string & {});

/** Options of `createLlama`. */
export interface LlamaConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end. Default: `LLAMA_API_CLIENT_BASE_URL`, or `https://api.llama.com/v1`, where Meta answers no
   * calls since 2026-07-06.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: LlamaModelId;
  /** The API key. Default: `LLAMA_API_KEY`. */
  apiKey?: string | undefined;
}

export const llamaConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.llama.com/v1"),
  model: modelName<LlamaModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<LlamaConfig>);

export type LlamaSettings = z.output<typeof llamaConfig>;
