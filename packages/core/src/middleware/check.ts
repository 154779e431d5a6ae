import { BelugaError } from "../errors.js";

/** What is wrong with the options of a middleware, said when it is made. */
export function optionError(middleware: string, problem: string): BelugaError {
  return new BelugaError({
    op: `middleware.${middleware}`,
    code: "invalid_input",
    message: `middleware.${middleware}: ${problem}`,
  });
}

/** Options that are numbers of at least so much, where they are given. */
export function checkNumbers(
  middleware: string,
  least: number,
  options: Readonly<Record<string, number | undefined>>,
): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && !(typeof value === "number" && value >= least))
      throw optionError(middleware, `${option}: expected a number of at least ${least}`);
  }
}
