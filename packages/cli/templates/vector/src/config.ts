import type { Metric } from "@beluga/core";
import { type ConfigShape, type HttpConfig, filledString, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createAcmeStore`. */
export interface AcmeStoreConfig extends HttpConfig {
  /** The name of the index. `ensureIndex()` creates it. */
  index: string;
  /** The width of the index's vectors, which a new index needs. Default: that of the index. */
  dimensions?: number | undefined;
  /** What the index was made with. Default: `cosine`. */
  metric?: Metric | undefined;
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey?: string | undefined;
  /** Where the API is. Default: `https://api.acme.example/v1`. */
  baseURL?: string | undefined;
}

/** What the config is checked with. A key that the environment may fill in is optional above, and required here. */
export const acmeStoreConfig = z.strictObject({
  ...httpConfig,
  index: filledString,
  dimensions: z.optional(z.int().check(z.minimum(1))),
  metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
  apiKey: filledString,
  baseURL: z._default(httpURL, "https://api.acme.example/v1"),
} satisfies ConfigShape<AcmeStoreConfig>);

/** What the provider gets: defaults and the environment filled in. */
export type AcmeStoreSettings = z.output<typeof acmeStoreConfig>;
