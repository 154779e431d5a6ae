import { type HttpClientOptions, bearer } from "@beluga/core/provider";
import type { AzureSettings } from "./config.js";

/** The headers that say who calls: never both, and the token first, as the key may only happen to be in the environment. */
export function authenticationOf({
  apiKey = "",
  token,
}: Pick<AzureSettings, "apiKey" | "token">): NonNullable<HttpClientOptions["auth"]> {
  return token === undefined ? { "api-key": apiKey } : bearer(token);
}
