import { httpConfig } from "@beluga/core/provider";
import * as z from "zod/mini";

/** {@link https://docs.acme.example/models}; any other id is accepted as well. */
export type AcmeModelId = "acme-1" | "acme-1-mini" | (string & {});

export const acmeConfig = z.strictObject({
  ...httpConfig,
  /** Where the API is. Default: `https://api.acme.example/v1`. */
  baseURL: z._default(z.url({ protocol: /^https?$/ }), "https://api.acme.example/v1"),
  /** The name of the model. */
  model: z.custom<AcmeModelId>(
    (value) => typeof value === "string" && value !== "",
    "expected the name of a model",
  ),
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey: z.string().check(z.minLength(1)),
});

/** What the provider gets: defaults and the environment filled in. */
export type AcmeSettings = z.output<typeof acmeConfig>;

/** Options of {@link createAcme}. */
export type AcmeConfig = Omit<z.input<typeof acmeConfig>, "apiKey" | "model"> & {
  /** The name of the model. */
  model: AcmeModelId;
  /** The API key. Default: `ACME_API_KEY`. */
  apiKey?: string;
};
