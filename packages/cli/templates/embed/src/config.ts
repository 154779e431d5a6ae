import { httpConfig } from "@beluga/core/provider";
import * as z from "zod/mini";

/** {@link https://docs.acme.example/models}; any other id is accepted as well. */
export type AcmeEmbeddingModelId = "acme-embed-1" | (string & {});

export const acmeEmbedderConfig = z.strictObject({
  ...httpConfig,
  /** Where the API is. Default: `https://api.acme.example/v1`. */
  baseURL: z._default(z.url({ protocol: /^https?$/ }), "https://api.acme.example/v1"),
  /** The name of the model. */
  model: z.custom<AcmeEmbeddingModelId>(
    (value) => typeof value === "string" && value !== "",
    "expected the name of a model",
  ),
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey: z.string().check(z.minLength(1)),
});

/** What the provider gets: defaults and the environment filled in. */
export type AcmeEmbedderSettings = z.output<typeof acmeEmbedderConfig>;

/** Options of {@link createAcmeEmbedder}. */
export type AcmeEmbedderConfig = Omit<z.input<typeof acmeEmbedderConfig>, "apiKey" | "model"> & {
  /** The name of the model. */
  model: AcmeEmbeddingModelId;
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey?: string;
};
