import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://console.groq.com/docs/models}; any other id is accepted as well. */
export type GroqModelId =
  | "openai/gpt-oss-120b"
  | "openai/gpt-oss-20b"
  | "openai/gpt-oss-safeguard-20b"
  | "qwen/qwen3.8-27b"
  | "minimaxai/minimax-m2.7"
  | (string & {});

/** Options of `createGroq`. */
export interface GroqConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end, or as Groq's own SDKs write it, without `/openai/v1`. Default: `GROQ_BASE_URL`, or
   * `https://api.groq.com/openai/v1`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: GroqModelId;
  /** The API key. Default: `GROQ_API_KEY`. */
  apiKey?: string | undefined;
}

export const groqConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.groq.com/openai/v1"),
  model: modelName<GroqModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<GroqConfig>);

export type GroqSettings = z.output<typeof groqConfig>;
