import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.fireworks.ai/serverless/pricing}; any other id, such as that of a deployment of one's own, is accepted as well. */
export type FireworksModelId =
  | "accounts/fireworks/models/deepseek-v4-flash"
  | "accounts/fireworks/models/deepseek-v4-pro"
  | "accounts/fireworks/models/glm-5p2"
  | "accounts/fireworks/models/glm-5p3-flash"
  | "accounts/fireworks/models/gpt-oss-120b"
  | "accounts/fireworks/models/gpt-oss-20b"
  | "accounts/fireworks/models/kimi-k2p6"
  | "accounts/fireworks/models/kimi-k2p7-code"
  | "accounts/fireworks/models/kimi-k3"
  | "accounts/fireworks/models/minimax-m3"
  | "accounts/fireworks/models/qwen3p7-plus"
  | (string & {});

/** Options of `createFireworks`. */
export interface FireworksConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end, or as Fireworks' own SDKs write it, without `/inference/v1`. Default:
   * `FIREWORKS_BASE_URL`, or `https://api.fireworks.ai/inference/v1`.
   */
  baseURL?: string | undefined;
  /** The name of the model, with the account that it belongs to: `accounts/fireworks/models/gpt-oss-120b`. */
  model: FireworksModelId;
  /** The API key. Default: `FIREWORKS_API_KEY`. */
  apiKey?: string | undefined;
}

export const fireworksConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.fireworks.ai/inference/v1"),
  model: modelName<FireworksModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<FireworksConfig>);

export type FireworksSettings = z.output<typeof fireworksConfig>;
