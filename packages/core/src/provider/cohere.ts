import type { Warning } from "../common.js";
import type { EmbedInputType } from "../embedder.js";
import type { ErrorCode } from "../errors.js";
import type { Usage } from "../usage.js";
import type { ResponseInfo } from "./exchange.js";
import type { ErrorRefinement, VendorFailure } from "./failure.js";
import { asArray, asCount, asRecord, asText } from "./wire.js";

// What Cohere's APIs have in common: chat, embed and rerank are a package each.

/**
 * The address of version 2 of Cohere's API. Its SDKs take `CO_API_URL` without a version; some of their documentation writes it with that of
 * the old API.
 */
export function cohereBaseURL(baseURL: string): string {
  return `${baseURL.replace(/\/+$/, "").replace(/\/v[12]$/, "")}/v2`;
}

/** What the statuses of Cohere's own mean: {@link https://docs.cohere.com/v2/reference/chat#response}. */
const codes: Readonly<Record<number, ErrorCode>> = {
  498: "content_filter", // a token that is on the deny list, in the request or in the answer
  499: "provider_unavailable", // cancelled; the reference says to try again
  501: "unsupported",
};

/**
 * What only the words say: {@link https://docs.cohere.com/reference/errors}. Where Cohere rewords them, the code becomes that of the status.
 */
const messages: readonly (readonly [status: number, words: RegExp, code: ErrorCode])[] = [
  // Of `max_tokens`, and not of the prompt.
  [400, /^too many tokens: max tokens must be/i, "invalid_input"],
  [400, /^too many tokens/i, "context_length"],
  // Not in the reference, but in users' reports: the month's calls of a trial key are used up.
  [429, /limited to [\d,]+ API calls \/ month/i, "quota_exhausted"],
];

/** Whether a body is an error of Cohere's API, whatever its status: of an answer of Chat, `message` is an object. */
export function isCohereError(body: unknown): boolean {
  return typeof asRecord(body)["message"] === "string";
}

/** Refines the code of an error of Cohere's API: `{ message }` with a status. */
export function refineCohereError({ status, body }: VendorFailure): ErrorRefinement {
  const message = asText(asRecord(body)["message"]);
  const said = messages.find(([of, words]) => of === status && words.test(message));
  return { code: said?.[2] ?? codes[status ?? 0] };
}

/**
 * Reads what an answer of Embed or Rerank says of itself: its usage, which is `meta` whole in `raw`, and its warnings, of parameters that are
 * to go, say.
 *
 * Tokens are those that are billed, where the API reports no others.
 *
 * @see {@link https://docs.cohere.com/v2/reference/embed#response.body.meta}
 */
export function readCohereMeta(
  answer: unknown,
  { headers }: ResponseInfo,
): { usage: Usage; warnings: Warning[] } {
  const meta = asRecord(answer)["meta"];
  const { tokens, billed_units: billed, warnings } = asRecord(meta);
  const { input_tokens: text, image_tokens: images } = asRecord(billed);
  const counts = [text, images].map(asCount).filter((count) => count !== undefined);
  const inputTokens =
    asCount(asRecord(tokens)["input_tokens"]) ??
    (counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : undefined);
  const words = new Set([...asArray(warnings), headers.get("x-api-warning")].map(asText));
  words.delete("");
  return {
    usage: {
      ...(inputTokens !== undefined && { inputTokens, totalTokens: inputTokens }),
      ...(meta !== undefined && { raw: meta }),
    },
    warnings: [...words].map((message) => ({ type: "other", message })),
  };
}

/** What Cohere's models know of what vectors are for: {@link https://docs.cohere.com/v2/reference/embed#request.body.input_type}. */
export const cohereInputTypes: Readonly<Record<EmbedInputType, string>> = {
  query: "search_query",
  document: "search_document",
  classification: "classification",
  clustering: "clustering",
};

/**
 * The vectors of an answer of Embed: those of the type that was asked for, or of the only one that there is, as `providerOptions` may have asked
 * for another. A plain list is how version 1 of the API answers.
 */
export function cohereVectors(answer: unknown, type: string): readonly unknown[] | undefined {
  const { embeddings } = asRecord(answer);
  if (Array.isArray(embeddings)) return embeddings;
  const byType = asRecord(embeddings);
  const [only, ...others] = Object.values(byType).filter(Array.isArray);
  const vectors = byType[type] ?? (others.length === 0 ? only : undefined);
  return Array.isArray(vectors) ? vectors : undefined;
}
