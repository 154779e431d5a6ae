import { type ConfigShape, type HttpConfig, filledString, httpConfig, httpURL, modelName } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** {@link https://docs.acme.example/models}; any other id is accepted as well. */
export type AcmeModelId = "acme-1" | "acme-1-mini" | (string & {});

/** Options of `createAcme`. */
export interface AcmeConfig extends HttpConfig {
  /** The name of the model. */
  model: AcmeModelId;
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey?: string | undefined;
  /** Where the API is. Default: `https://api.acme.example/v1`. */
  baseURL?: string | undefined;
}

/** What the config is checked with. A key that the environment may fill in is optional above, and required here. */
export const acmeConfig = z.strictObject({
  ...httpConfig,
  model: modelName<AcmeModelId>(),
  apiKey: filledString,
  baseURL: z._default(httpURL, "https://api.acme.example/v1"),
} satisfies ConfigShape<AcmeConfig>);

/** What the provider gets: defaults and the environment filled in. */
export type AcmeSettings = z.output<typeof acmeConfig>;
