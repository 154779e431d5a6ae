import { Visitor, parseSync } from "oxc-parser";

/** Every module that a script or a declaration names. */
export function importsOf(path: string, text: string): string[] {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const found = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) found.push(moduleRequest.value);
  }
  new Visitor({
    ImportExpression({ source }) {
      if (source.type === "Literal") found.push(String(source.value));
    },
    TSImportType({ source }) {
      found.push(source.value);
    },
    TSModuleDeclaration({ id }) {
      if (id.type === "Literal") found.push(id.value);
    },
  }).visit(program);
  return found;
}

/** The modules that esbuild says it put into a script: `src/errors.ts`, `../../node_modules/zod/v4/core/core.js`. */
export function inlinedIn(text: string): string[] {
  return Array.from(text.matchAll(/^\/\/ (\S+\.(?:[cm]?[jt]s|json))$/gm), ([, path = ""]) => path);
}

/** Whether such a module is one of zod's, the only ones of others that a package of ours has: they are built into core. */
export function isOfZod(module: string): boolean {
  return module.includes("/node_modules/zod/");
}

/** The text of each statement of a script, without its imports and exports. */
export function statementsOf(text: string): string[] {
  return parseSync("script.js", text)
    .program.body.filter(({ type }) => !/^(?:Import|Export)/.test(type))
    .map(({ start, end }) => text.slice(start, end));
}
