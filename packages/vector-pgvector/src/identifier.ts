import { textProblem } from "./values.js";

/** Longer names Postgres cuts: {@link https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS}. */
const maxBytes = 63;

/** What is wrong with the name of a schema or a table, if something is. */
export function identifierProblem(name: string): string | undefined {
  if (name === "") return "expected a name";
  const bytes = new TextEncoder().encode(name).length;
  return (
    textProblem(name) ?? (bytes > maxBytes ? `expected at most ${maxBytes} bytes, not ${bytes}` : undefined)
  );
}

/** A name as SQL, where nothing in it means anything. Postgres takes every character but NUL between double quotes. */
export function quoteIdentifier(name: string): string {
  const problem = identifierProblem(name);
  if (problem) throw new TypeError(`a name that is none: ${problem}`);
  return `"${name.replaceAll('"', '""')}"`;
}
