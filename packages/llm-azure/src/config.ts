import {
  type ConfigShape,
  type HttpConfig,
  type Token,
  filledString,
  httpConfig,
  httpURL,
  token,
} from "@beluga/core/provider";
import * as z from "@beluga/core/schema";

/** Options of `createAzure`. */
export interface AzureConfig extends HttpConfig {
  /** The name of the deployment, which need not be that of the model behind it. */
  model: string;
  /** The name of the resource: its API is at `https://RESOURCE.openai.azure.com`. Goes before `baseURL`. */
  resource?: string | undefined;
  /**
   * The resource's endpoint, with `/openai/v1` at the end or without: `https://RESOURCE.openai.azure.com`,
   * `https://RESOURCE.services.ai.azure.com`, or that of a gateway. Default: `AZURE_OPENAI_ENDPOINT`.
   */
  baseURL?: string | undefined;
  /** A key of the resource, sent as `api-key`. Default: `AZURE_OPENAI_API_KEY`. */
  apiKey?: string | undefined;
  /**
   * A token of Microsoft Entra ID in place of the key; of a function, the one that it gives before each request. What
   * `getBearerTokenProvider` of `@azure/identity` makes is such a function, for the scope `https://ai.azure.com/.default` or
   * `https://cognitiveservices.azure.com/.default`.
   */
  token?: Token | undefined;
  /**
   * A version by its date, as `2025-04-01-preview`: requests go to the addresses that were there before v1, and chat completions to those of
   * the deployment. Any other word (`preview`) is sent along to v1. Default: `OPENAI_API_VERSION`, or v1 as it is.
   *
   * {@link https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle}
   */
  apiVersion?: string | undefined;
  /** Which API answers. Default: `responses`; `chat` (Chat Completions) for deployments and API versions that have no other. */
  api?: "responses" | "chat" | undefined;
  /**
   * OpenAI's name of the model behind the deployment, where the deployment's does not say it: `gpt-5-mini`. With `api: "responses"`, what is
   * sent depends on the model. Default: `model`.
   */
  baseModel?: string | undefined;
}

export const azureConfig = z
  .strictObject({
    ...httpConfig,
    model: filledString,
    resource: z.optional(z.string().check(z.regex(/^[a-z\d][a-z\d-]*$/i, "expected the name of a resource"))),
    baseURL: z.optional(httpURL),
    apiKey: z.optional(filledString),
    token: z.optional(token),
    apiVersion: z.optional(filledString),
    api: z._default(z.enum(["responses", "chat"]), "responses"),
    baseModel: z.optional(filledString),
  } satisfies ConfigShape<AzureConfig>)
  .check(
    z.refine(({ apiKey, token }) => apiKey !== undefined || token !== undefined, {
      path: ["apiKey"],
      error: "expected a key, or token in its place",
    }),
    z.refine(({ resource, baseURL }) => resource !== undefined || baseURL !== undefined, {
      path: ["baseURL"],
      error:
        "expected the resource's endpoint, or resource in its place; AZURE_OPENAI_ENDPOINT is not set either",
    }),
  );

export type AzureSettings = z.output<typeof azureConfig>;
