import { parseArgs } from "node:util";

/** An option of a command. */
export interface OptionSpec {
  /** What it takes; without one it takes nothing. */
  value?: string;
  short?: string;
  description: string;
  /** What its value has to be. */
  type?: "number" | "count";
}

/** What a command says of itself. */
export interface CommandSpec<Options extends Record<string, OptionSpec>> {
  /** `ask [question]` */
  usage: string;
  description: string;
  options: Options;
  examples?: readonly string[];
}

/** The parsed options, by name; `undefined` where one was not given. */
export type OptionValues<Options extends Record<string, OptionSpec>> = {
  [Name in keyof Options]?: Options[Name] extends { type: "number" | "count" }
    ? number
    : Options[Name] extends { value: string }
      ? string
      : true;
};

/** A mistake in what was typed: shown without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options that every command has. */
export const commonOptions = {
  help: { short: "h", description: "Show this help" },
  verbose: { description: "Show where an error comes from" },
} as const satisfies Record<string, OptionSpec>;

/** Keeps the names of the options for the type of what is parsed. */
export function defineSpec<const Options extends Record<string, OptionSpec>>(
  spec: CommandSpec<Options>,
): CommandSpec<Options> {
  return spec;
}

/** Reads a command's arguments. @throws UsageError naming the nearest option where one is unknown. */
export function parseArguments<Options extends Record<string, OptionSpec>>(
  spec: CommandSpec<Options>,
  args: readonly string[],
): { options: OptionValues<Options & typeof commonOptions>; positionals: string[] } {
  const specs: Record<string, OptionSpec> = { ...spec.options, ...commonOptions };
  const { values, positionals } = parse(specs, args);
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    options[name] = specs[name]?.type ? asNumber(name, value as string, specs[name].type) : value;
  }
  return { options: options as OptionValues<Options & typeof commonOptions>, positionals };
}

function parse(specs: Record<string, OptionSpec>, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value, short }]) => [
      name,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        ...(short !== undefined && { short }),
      },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw asUsageError(error, specs);
  }
}

function asUsageError(error: unknown, specs: Record<string, OptionSpec>): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const [, option = ""] = /^Unknown option '(.*?)'/.exec(message) ?? [];
    const names = Object.entries(specs).flatMap(([name, { short }]) => [
      `--${name}`,
      ...(short ? [`-${short}`] : []),
    ]);
    return new UsageError(`unknown option ${option}${suggestion(option, names)}`);
  }
  if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") return error;
  const [, option = ""] = /--([\w-]+)/.exec(message) ?? [];
  const { value } = specs[option] ?? {};
  return new UsageError(
    value === undefined
      ? `the option --${option} takes no value`
      : `the option --${option} needs a value: --${option} <${value}>, or --${option}=<${value}> where it begins with a dash`,
  );
}

function asNumber(name: string, text: string, type: "number" | "count"): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (type === "count" && !(Number.isInteger(value) && value > 0)) {
    throw new UsageError(`the option --${name} needs a whole number above zero, not "${text}"`);
  }
  if (!Number.isFinite(value)) throw new UsageError(`the option --${name} needs a number, not "${text}"`);
  return value;
}

/** `: did you mean "ask"?`, or nothing where no name is near. */
export function suggestion(typed: string, names: readonly string[]): string {
  const distances = names.map((name) => ({ name, distance: editDistance(typed, name) }));
  const [best] = distances.sort((a, b) => a.distance - b.distance);
  const { length } = typed.replace(/^-+/, "");
  const isNear = best && length > 2 && best.distance <= Math.max(1, Math.floor(length / 3));
  return isNear ? `: did you mean ${best.name}?` : "";
}

/** How many letters have to be changed, added, removed or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      (rows[i] as number[])[j] = Math.min(changed, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1);
    }
  }
  return at(a.length, b.length);
}

/** The help of a command. */
export function helpOf(spec: CommandSpec<Record<string, OptionSpec>>): string {
  const options = Object.entries({ ...spec.options, ...commonOptions } as Record<string, OptionSpec>);
  const rows = options.map(([name, { short, value, description }]) => {
    const flag = `${short ? `-${short}, ` : "    "}--${name}${value === undefined ? "" : ` <${value}>`}`;
    return [flag, description] as const;
  });
  const sections = [`beluga ${spec.usage}`, spec.description, `Options:\n${columns(rows)}`];
  if (spec.examples) sections.push(`Examples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}`);
  return sections.join("\n\n");
}

/** Two columns, indented. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
