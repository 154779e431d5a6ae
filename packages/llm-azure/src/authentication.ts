import type { HttpClientOptions } from "@beluga/core/provider";
import type { AzureSettings } from "./config.js";

/** The headers that say who calls: never both, and the token first, as the key may only happen to be in the environment. */
export function authenticationOf({
  apiKey = "",
  token,
}: Pick<AzureSettings, "apiKey" | "token">): NonNullable<HttpClientOptions["auth"]> {
  if (token === undefined) return { "api-key": apiKey };
  if (typeof token === "string") return bearer(token);
  return async () => bearer(await ask(token));
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function ask(give: () => string | Promise<string>): Promise<string> {
  const token: unknown = await give();
  if (typeof token !== "string" || token === "") throw new TypeError("the function gave no token");
  return token;
}
