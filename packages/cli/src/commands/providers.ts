import { isCredential, readEnvironment } from "@beluga/core/provider";
import type { ProviderDefinition } from "@beluga/core";
import { UsageError, defineSpec, helpOf, parseArguments } from "../arguments.js";
import type { Context } from "../context.js";
import { describeFailure } from "../failure.js";
import {
  type Capability,
  type InstalledPackage,
  capabilities,
  definitionsOf,
  importPackage,
  loaderOf,
} from "../loader.js";

const spec = defineSpec({
  usage: "providers",
  description: "Lists the providers that are installed, in your project and with this command.",
  options: { json: { description: "Print the list as JSON" } },
});

interface Row {
  capability: Capability;
  /** Absent where the package could not be asked. */
  name?: string;
  package: string;
  version?: string;
  keys: KeyState[];
  /** Why the package could not be asked. */
  problem?: string;
}

interface KeyState {
  variable: string;
  isSet: boolean;
  isRequired: boolean;
}

export async function run(args: readonly string[], context: Context): Promise<void> {
  const { options, positionals } = parseArguments(spec, args);
  const { terminal } = context;
  if (options.help) return terminal.line(helpOf(spec));
  if (positionals.length > 0) throw new UsageError(`providers takes no "${positionals[0]}"`);

  const rows: Row[] = [];
  for (const installed of loaderOf(context).installed()) rows.push(...(await rowsOf(installed)));
  const order = Object.keys(capabilities);
  rows.sort((a, b) => order.indexOf(a.capability) - order.indexOf(b.capability));
  if (options.json) return terminal.json(rows);

  const cells = rows.map((row) => [
    capabilities[row.capability].title,
    row.name ?? "?",
    row.package,
    row.version ?? "",
    row.problem ?? describeKeys(row.keys),
  ]);
  const header = ["capability", "name", "package", "version", "key"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((cell) => cell[column]?.length ?? 0)),
  );
  const lineOf = (cell: readonly string[]): string =>
    cell
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  terminal.line(terminal.bold(lineOf(header)));
  for (const cell of cells) terminal.line(lineOf(cell));
}

async function rowsOf(installed: InstalledPackage): Promise<Row[]> {
  const { capability, name: packageName } = installed;
  try {
    await importPackage(installed);
    return await Promise.all(
      definitionsOf(installed).map(async (definition) => ({
        capability,
        name: definition.name,
        package: packageName,
        version: definition.version,
        keys: await keysOf(definition),
      })),
    );
  } catch (error) {
    return [{ capability, package: packageName, keys: [], problem: describeFailure(error) }];
  }
}

/** The keys that a provider reads from the environment. Required is what its config is refused without. */
async function keysOf({ config, env: variables = {} }: ProviderDefinition<unknown>): Promise<KeyState[]> {
  const { issues = [] } = await config["~standard"].validate({ model: "any" });
  return Object.entries(variables)
    .filter(([option]) => isCredential(option))
    .map(([option, variable]) => ({
      variable,
      isSet: readEnvironment(variable) !== undefined,
      isRequired: issues.some(({ path }) => path?.[0] === option),
    }));
}

function describeKeys(keys: readonly KeyState[]): string {
  const set = keys.filter(({ isSet }) => isSet).map(({ variable }) => `${variable} is set`);
  if (set.length > 0) return set.join(", ");
  const required = keys.filter(({ isRequired }) => isRequired).map(({ variable }) => variable);
  if (required.length > 0) return `missing: ${required.join(", ")}`;
  return keys.length > 0 ? `optional: ${keys.map(({ variable }) => variable).join(", ")}` : "none needed";
}
