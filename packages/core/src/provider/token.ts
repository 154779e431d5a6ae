import * as z from "../schema.js";
import type { Authenticate } from "./http.js";

/** A token that says who calls; of a function, the one that it gives before each request, as tokens expire. */
export type Token = string | (() => string | Promise<string>);

/** The schema of a {@link Token} in a provider's config. */
export const token: z.ZodMiniType<Token, Token> = /* @__PURE__ */ z.custom<Token>(
  (value) => typeof value === "function" || (typeof value === "string" && value !== ""),
  "expected a token, or a function that gives one",
);

/** The header with a token, as the `auth` of an `HttpClient`. */
export function bearer(token: Token): Record<string, string> | Authenticate {
  if (typeof token === "string") return headerOf(token);
  return async () => headerOf(await ask(token));
}

function headerOf(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function ask(give: () => string | Promise<string>): Promise<string> {
  const token: unknown = await give();
  if (typeof token !== "string" || token === "") throw new TypeError("the function gave no token");
  return token;
}
