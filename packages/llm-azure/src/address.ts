import type { AzureSettings } from "./config.js";

/** Where a model's API is. */
export interface Address {
  baseURL: string;
  path: string;
  query: Record<string, string>;
}

/**
 * The address of v1, or the one that a dated version of the API has.
 *
 * @see {@link https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle | v1}
 * @see {@link https://learn.microsoft.com/en-us/azure/foundry/openai/reference | Dated versions}
 */
export function addressOf({
  resource,
  baseURL = "",
  apiVersion,
  api,
  model,
}: Pick<AzureSettings, "resource" | "baseURL" | "apiVersion" | "api" | "model">): Address {
  const endpoint =
    resource === undefined
      ? baseURL.replace(/\/+$/, "").replace(/\/openai(\/v1)?$/, "")
      : `https://${resource}.openai.azure.com`;
  const query: Record<string, string> = apiVersion === undefined ? {} : { "api-version": apiVersion };
  const path = api === "chat" ? "chat/completions" : "responses";
  const isDated = apiVersion !== undefined && /^\d/.test(apiVersion);
  if (!isDated) return { baseURL: `${endpoint}/openai/v1`, path, query };
  // Responses were never below a deployment: the body names it.
  const deployment = api === "chat" ? `deployments/${encodeURIComponent(model)}/` : "";
  return { baseURL: `${endpoint}/openai`, path: deployment + path, query };
}
