import { storeError } from "./errors.js";
import type { Bind, Condition } from "./filter.js";

/** The most that the protocol can count: {@link https://www.postgresql.org/docs/current/protocol-message-formats.html}, Bind. */
const maxParameters = 65_535;

/** The values of a statement, in the order of its parameters. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly bind: Bind = (value) => `$${this.values.push(value)}`;
}

/**
 * ` WHERE` and a condition, or nothing where all rows are meant.
 *
 * @throws BelugaError `unsupported` where it has more keys and values than a statement can.
 */
export function where(condition: Condition | undefined, parameters: Parameters, op: string): string {
  if (!condition) return "";
  const sql = ` WHERE ${condition(parameters.bind)}`;
  const { length } = parameters.values;
  if (length <= maxParameters) return sql;
  throw storeError(
    op,
    "unsupported",
    `filter: ${length} keys and values, of which Postgres takes ${maxParameters}`,
  );
}
