import { BelugaError } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { databaseError } from "./errors.js";

/** What an error of a driver becomes. */
function mapped(error: unknown): { code: string; message: string; retryable: boolean; cause: unknown } {
  const { code, message, retryable, cause } = databaseError("vector.add", error) as BelugaError;
  return { code, message, retryable, cause };
}

function postgresError(code: string, message = "words"): Error {
  const secrets = { detail: "secret", where: "secret", hint: "secret", query: "secret", params: ["secret"] };
  return Object.assign(new Error(message), { code, ...secrets });
}

test.each([
  ["08006", "provider_unavailable", true],
  ["0A000", "unsupported", false],
  ["21000", "invalid_input", false],
  ["22P02", "invalid_input", false],
  ["23505", "invalid_input", false],
  ["25006", "permission_denied", false],
  ["25P02", "provider_unavailable", true],
  ["25P03", "timeout", true],
  ["28000", "auth_error", false],
  ["28P01", "auth_error", false],
  ["3D000", "not_found", false],
  ["3F000", "not_found", false],
  ["40001", "provider_unavailable", true],
  ["40P01", "provider_unavailable", true],
  ["42501", "permission_denied", false],
  ["42703", "invalid_input", false],
  ["42704", "unsupported", false],
  ["42883", "unsupported", false],
  ["42P01", "not_found", false],
  ["42P07", "invalid_input", false],
  ["53100", "provider_unavailable", true],
  ["53300", "provider_unavailable", true],
  ["54000", "invalid_input", false],
  ["55P03", "timeout", true],
  ["57014", "timeout", true],
  ["57P01", "provider_unavailable", true],
  ["57P03", "provider_unavailable", true],
  ["P0001", "invalid_input", false],
  ["XX000", "provider_unavailable", true],
])("SQLSTATE %s is %s; that it may pass is %s", (state, code, retryable) => {
  const { message, ...rest } = mapped(postgresError(state));
  expect(rest).toEqual({ code, retryable, cause: undefined });
  expect(message).toMatch(new RegExp(`^pgvector vector.add: words \\(SQLSTATE ${state}\\)`));
});

describe("an error keeps Postgres' words", () => {
  test("and nothing else of what its errors have", () => {
    expect(JSON.stringify(databaseError("vector.add", postgresError("23505")))).not.toContain("secret");
    expect(Object.values(databaseError("vector.add", postgresError("23505")) as object)).not.toContain(
      "secret",
    );
  });

  test("without a value that they quote, but with names", () => {
    const value = 'invalid input syntax for type vector: "[1,"secret",2]"';
    expect(mapped(postgresError("22P02", value)).message).toBe(
      'pgvector vector.add: invalid input syntax for type vector: "…" (SQLSTATE 22P02)',
    );
    expect(mapped(postgresError("42P01", 'relation "x" does not exist')).message).toBe(
      'pgvector vector.add: relation "x" does not exist (SQLSTATE 42P01): ensureIndex() creates it',
    );
  });

  test("of at most 2 kB", () => {
    expect(mapped(postgresError("P0001", "x".repeat(10_000))).message.length).toBeLessThan(2_200);
  });
});

describe("an error that is not Postgres'", () => {
  test("is provider_unavailable in the driver's words, also those of one address of several", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED ::1:5432"), { code: "ECONNREFUSED" });
    for (const error of [refused, new AggregateError([refused, new Error("another")], "")]) {
      expect(mapped(error)).toEqual({
        code: "provider_unavailable",
        message: "pgvector vector.add: no answer from the database (connect ECONNREFUSED ::1:5432)",
        retryable: true,
        cause: undefined,
      });
    }
    // Five capitals, as an SQLSTATE has them.
    expect(mapped(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })).code).toBe(
      "provider_unavailable",
    );
  });

  test("is auth_error where the password is missing", () => {
    const missing = new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string");
    expect(mapped(missing).code).toBe("auth_error");
  });

  test("may be anything that a client throws, and stays what it is where it is Beluga's", () => {
    expect(mapped("no").message).toBe("pgvector vector.add: no answer from the database (no)");
    expect(mapped(undefined).message).toBe("pgvector vector.add: no answer from the database (undefined)");
    const own = new BelugaError({ op: "vector.add", code: "timeout", message: "too late" });
    expect(databaseError("vector.add", own)).toBe(own);
  });
});
