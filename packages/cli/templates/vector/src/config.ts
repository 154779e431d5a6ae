import { httpConfig } from "@beluga/core/provider";
import * as z from "zod/mini";

export const acmeStoreConfig = z.strictObject({
  ...httpConfig,
  /** Where the API is. Default: `https://api.acme.example/v1`. */
  baseURL: z._default(z.url({ protocol: /^https?$/ }), "https://api.acme.example/v1"),
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey: z.string().check(z.minLength(1)),
  /** The name of the index. It has to be there. */
  index: z.string().check(z.minLength(1)),
  /** The width of the index's vectors. Those of another width are refused before anything is sent. */
  dimensions: z.int().check(z.minimum(1)),
  /** What the index was made with: `cosine`, `dot` or `euclidean`. Default: `cosine`. */
  metric: z._default(z.enum(["cosine", "dot", "euclidean"]), "cosine"),
});

/** What the provider gets: defaults and the environment filled in. */
export type AcmeStoreSettings = z.output<typeof acmeStoreConfig>;

/** Options of {@link createAcmeStore}. */
export type AcmeStoreConfig = Omit<z.input<typeof acmeStoreConfig>, "apiKey"> & {
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey?: string;
};
