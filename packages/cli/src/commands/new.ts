import { relative } from "node:path";
import { UsageError, columns, defineSpec, helpOf, parseArguments, suggestion } from "../arguments.js";
import type { Context } from "../context.js";
import { type Template, scaffold, templates } from "../scaffold.js";

const spec = defineSpec({
  usage: "new <capability> <name>",
  description: `Writes the package of a provider of your own, which builds, registers and passes the conformance suite at once.
It speaks the wire of a vendor that does not exist; change that to your vendor's, file by file, and keep the tests green.

Capabilities:
${columns(Object.entries(templates))}`,
  options: {
    dir: {
      value: "folder",
      short: "d",
      description: "Where to. Default: <capability>-<name>, in a checkout of Beluga below packages",
    },
    json: { description: "Print what was written as JSON" },
  },
  examples: ["beluga new llm acme", "beluga new vector acme --dir ~/code/acme-store"],
});

export async function run(args: readonly string[], { terminal, directory }: Context): Promise<void> {
  const { options, positionals } = parseArguments(spec, args);
  if (options.help) return terminal.line(helpOf(spec));
  const [template, name, ...rest] = positionals;
  if (template === undefined || name === undefined || rest.length > 0) {
    throw new UsageError("new needs a capability and a name: beluga new llm acme");
  }
  if (!isTemplate(template)) {
    const known = Object.keys(templates);
    throw new UsageError(
      `there is no template for "${template}"${suggestion(template, known) || `, only for ${known.join(", ")}`}`,
    );
  }

  const made = scaffold({ template, name, directory, folder: options.dir });
  if (options.json) return terminal.json(made);
  const { folder, packageName, workspace, files } = made;
  terminal.line(`${packageName} is in ${folder}:`);
  for (const file of files) terminal.line(`  ${file}`);
  terminal.line("\nNext:");
  if (workspace === undefined)
    terminal.line(`  cd ${relative(directory, folder) || "."} && npm install && npm test && npm run build`);
  else terminal.line(`  npm run pnpm -- install && npm run vitest -- ${relative(workspace, folder)}`);
}

function isTemplate(name: string): name is Template {
  return Object.hasOwn(templates, name);
}
