import { BelugaError } from "@beluga/core";
import { type HttpClientOptions, redact } from "@beluga/core/provider";
import type { AzureSettings } from "./config.js";

/** The headers that say who calls: never both, and the token first, as the key may only happen to be in the environment. */
export function authenticationOf({
  apiKey = "",
  token,
  model,
}: Pick<AzureSettings, "apiKey" | "token" | "model">): NonNullable<HttpClientOptions["auth"]> {
  if (token === undefined) return { "api-key": apiKey };
  if (typeof token === "string") return bearer(token);
  return async () => bearer(await ask(token, model));
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** @throws BelugaError `auth_error` where the function fails, or gives no token. */
async function ask(give: () => string | Promise<string>, model: string): Promise<string> {
  let token: unknown;
  let problem = "the function gave no token";
  try {
    token = await give();
  } catch (error) {
    problem = redact(error instanceof Error ? error.message : String(error));
  }
  if (typeof token === "string" && token !== "") return token;
  const op = "llm.credentials";
  const message = `azure ${op}: ${problem}`;
  throw new BelugaError({ op, code: "auth_error", provider: "azure", model, message });
}
