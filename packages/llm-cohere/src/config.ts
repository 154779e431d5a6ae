import {
  type ConfigShape,
  type HttpConfig,
  filledString,
  httpConfig,
  httpURL,
  modelName,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.cohere.com/docs/models#command}, those that are live; any other id is accepted as well. */
export type CohereModelId =
  | "command-a-plus-05-2026"
  | "command-a-reasoning-08-2025"
  | "command-a-translate-08-2025"
  | "command-a-vision-07-2025"
  | "command-a-03-2025"
  | "command-r7b-12-2024"
  | "command-r-plus-08-2024"
  | "command-r-08-2024"
  | "north-mini-code-1-0"
  | (string & {});

/** Options of `createCohere`. */
export interface CohereConfig extends HttpConfig {
  /**
   * Where the API is, with a version at the end or without, as Cohere's own SDKs write it: version 2 is what is called. Default:
   * `CO_API_URL`, or `https://api.cohere.com/v2`.
   */
  baseURL?: string | undefined;
  /** The name of the model. */
  model: CohereModelId;
  /** The API key. Default: `CO_API_KEY`. A private deployment may want none: then any word will do. */
  apiKey?: string | undefined;
}

export const cohereConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(httpURL, "https://api.cohere.com/v2"),
  model: modelName<CohereModelId>(),
  apiKey: filledString,
} satisfies ConfigShape<CohereConfig>);

export type CohereSettings = z.output<typeof cohereConfig>;
