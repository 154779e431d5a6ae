import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.mistral.ai/models/overview}; any other id is accepted as well. */
export type MistralModelId =
  | "mistral-large-4"
  | "mistral-large-4-0"
  | "mistral-large-latest"
  | "mistral-large-2512"
  | "mistral-medium-latest"
  | "mistral-medium-3-5"
  | "mistral-small-latest"
  | "mistral-small-2603"
  | "ministral-14b-latest"
  | "ministral-8b-latest"
  | "ministral-3b-latest"
  | "codestral-latest"
  | "codestral-2508"
  | "voxtral-small-latest"
  | "zai-glm-5-2"
  | (string & {});

/** Options of `createMistral`. */
export interface MistralConfig extends HttpConfig {
  /**
   * Where the API is, with its version at the end. Default: `https://api.mistral.ai/v1`. Mistral answers within one region at
   * `https://api.eu.mistral.ai/v1` and `https://api.us.mistral.ai/v1`:
   * {@link https://docs.mistral.ai/inference/regional-inference}.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: MistralModelId;
  /** The API key. Default: `MISTRAL_API_KEY`. */
  apiKey?: string | undefined;
}

export const mistralConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.mistral.ai/v1"),
  model: modelName<MistralModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<MistralConfig>);

export type MistralSettings = z.output<typeof mistralConfig>;
