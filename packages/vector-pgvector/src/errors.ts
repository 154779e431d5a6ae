import { BelugaError, type ErrorCode } from "@beluga/core";
import { redact } from "@beluga/core/provider";

export const provider = "pgvector";

export function storeError(op: string, code: ErrorCode, problem: string): BelugaError {
  return new BelugaError({ op, code, provider, message: `${provider} ${op}: ${problem}` });
}

const noVectors = "is the extension pgvector there, and its schema in the search_path?";

/**
 * From the beginning of an SQLSTATE, the longest that is here, to what it means:
 * {@link https://www.postgresql.org/docs/current/errcodes-appendix.html}. What is not here is a fault of the server.
 */
const codes: Readonly<Record<string, readonly [code: ErrorCode, hint?: string]>> = {
  "0A": ["unsupported"],
  "21": ["invalid_input"],
  "22": ["invalid_input"],
  "23": ["invalid_input"],
  "25006": ["permission_denied"],
  "25P03": ["timeout"],
  "25P04": ["timeout"],
  "28": ["auth_error"],
  "3D000": ["not_found"],
  "3F000": ["not_found"],
  "42": ["invalid_input"],
  "42501": ["permission_denied"],
  "42704": ["unsupported", noVectors],
  "42883": ["unsupported", noVectors],
  "42P01": ["not_found", "ensureIndex() creates it"],
  "54": ["invalid_input"],
  "55P03": ["timeout"],
  "57014": ["timeout"],
  P0: ["invalid_input"],
};

/**
 * An error of a database or its driver as one of Beluga's. Postgres' own words are kept, which name tables and columns. What its errors have
 * beside (`detail`, `where`, the query and its values) may hold documents, and is not.
 */
export function databaseError(op: string, error: unknown): unknown {
  if (BelugaError.is(error)) return error;
  const { code, message } = describe(error);
  if (!isSqlState(code)) {
    const words = redact(message);
    // pg's own, where the server asks for a password and there is none.
    if (/^SASL|password/i.test(words)) return storeError(op, "auth_error", words);
    return storeError(op, "provider_unavailable", `no answer from the database (${words})`);
  }
  const [meaning, hint] = codes[code] ?? codes[code.slice(0, 2)] ?? ["provider_unavailable"];
  // A wrong value is quoted, and may be a document's; names are quoted as well.
  const words = code.startsWith("22") ? message.replace(/".*"/s, '"…"') : message;
  return storeError(op, meaning, `${redact(words)} (SQLSTATE ${code})${hint ? `: ${hint}` : ""}`);
}

/** What Node and the drivers throw. A host with several addresses fails with one error that holds one for each. */
function describe(error: unknown): { code: string; message: string } {
  const first =
    error instanceof AggregateError && error.message === "" ? (error.errors[0] as unknown) : error;
  const { code = "", message = String(first) } = Object(first) as { code?: string; message?: string };
  return { code, message };
}

/** Five digits and capitals. Node's own codes (`EPIPE`) have no digit. */
function isSqlState(code: string): boolean {
  return /^[\dA-Z]{5}$/.test(code) && /\d/.test(code);
}
