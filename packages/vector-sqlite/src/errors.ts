import { BelugaError, type ErrorCode } from "@beluga/core";

export const provider = "sqlite";

export function storeError(op: string, code: ErrorCode, problem: string, cause?: unknown): BelugaError {
  return new BelugaError({ op, code, provider, message: `${provider} ${op}: ${problem}`, cause });
}

/** SQLite's primary result codes: {@link https://sqlite.org/rescode.html}. The rest are faults of the disk or the machine. */
const codes: Readonly<Record<number, readonly [code: ErrorCode, problem: string]>> = {
  3: ["permission_denied", "the file must not be opened"],
  5: ["timeout", "another process holds the file"],
  6: ["timeout", "another connection holds the file"],
  8: ["permission_denied", "the file must not be written"],
  11: ["invalid_response", "the file is damaged"],
  14: ["invalid_input", "the file cannot be opened: is its folder there?"],
  18: ["invalid_input", "a text or a vector is too large"],
  26: ["invalid_input", "the file is no SQLite database"],
};

const busy = 5;
const locked = 6;

/** An error of SQLite's as one of Beluga's; others stay as they are. Its messages name tables, never what was bound. */
export function sqliteError(op: string, error: unknown): unknown {
  const result = resultCode(error);
  if (result === undefined) return error;
  const { message } = error as Error;
  // Another process has removed the index since it was opened.
  if (message.startsWith("no such table: beluga_"))
    return storeError(op, "not_found", `the index is gone (${message})`, error);
  const [code, problem] = codes[result] ?? ["provider_unavailable", "SQLite failed"];
  return storeError(op, code, `${problem} (${message})`, error);
}

/** Whether another process holds the lock, so that the same may succeed later. */
export function isBusy(error: unknown): boolean {
  const result = resultCode(error);
  return result === busy || result === locked;
}

/** The extended codes keep the primary one in their lowest byte. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number")
    return undefined;
  return error.errcode & 0xff;
}
