import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.x.ai/developers/models}; any other id is accepted as well. */
export type XAIModelId =
  | "grok-4.7"
  | "grok-4.6"
  | "grok-4.5"
  | "grok-4.3"
  | "grok-4.20-0309-reasoning"
  | "grok-4.20-0309-non-reasoning"
  | "grok-build-0.1"
  | (string & {});

/** Options of `createXAI`. */
export interface XAIConfig extends HttpConfig {
  /** Where the API is, with its version. Default: `https://api.x.ai/v1`. */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: XAIModelId;
  /** The API key. Default: `XAI_API_KEY`. */
  apiKey?: string | undefined;
}

export const xaiConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.x.ai/v1"),
  model: modelName<XAIModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<XAIConfig>);

export type XAISettings = z.output<typeof xaiConfig>;
