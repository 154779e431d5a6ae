import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://inference-docs.cerebras.ai/models/overview}; any other id is accepted as well. */
export type CerebrasModelId = "gemma-4-31b" | "gpt-oss-120b" | "zai-glm-4.7" | (string & {});

/** Options of `createCerebras`. */
export interface CerebrasConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end, or as Cerebras' own SDKs write it, without. Default: `CEREBRAS_BASE_URL`, or
   * `https://api.cerebras.ai/v1`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: CerebrasModelId;
  /** The API key. Default: `CEREBRAS_API_KEY`. */
  apiKey?: string | undefined;
}

export const cerebrasConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.cerebras.ai/v1"),
  model: modelName<CerebrasModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<CerebrasConfig>);

export type CerebrasSettings = z.output<typeof cerebrasConfig>;
