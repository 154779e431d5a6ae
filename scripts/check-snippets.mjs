// Compiles every ```ts block of the Markdown files, each as a module of its own, against the sources of the packages. A block
// that cannot stand alone says why: ```ts no-check: reason.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bin, root, run } from "./tools.mjs";

/** @typedef {{ file: string, line: number, code: string }} Snippet `line` is that of its first line of code */

const folder = ".beluga/snippets";
const files = globSync("**/*.md", {
  cwd: root,
  exclude: ["**/node_modules", "**/dist", "**/testdata", "**/templates", "**/CHANGELOG.md"],
}).sort();

/** @type {string[]} */
const problems = [];
const snippets = files.flatMap(snippetsOf);
if (snippets.length > 0) await compile(snippets);

for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${snippets.length} snippets in ${files.length} files compile.`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** @returns {Snippet[]} */
function snippetsOf(/** @type {string} */ file) {
  /** @type {Snippet[]} */
  const found = [];
  const lines = readFileSync(join(root, file), "utf8").split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const [, indent = "", fence, info = ""] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(lines[index] ?? "") ?? [];
    if (!fence) continue;
    const start = index + 1;
    // The end is at least as long as the start, so that a longer fence can show a shorter one.
    const end = new RegExp(`^\\s*${fence}${fence[0]}*\\s*$`);
    do index++;
    while (index < lines.length && !end.test(lines[index] ?? ""));

    const [language = "", ...marking] = info.trim().split(/\s+/);
    if (language !== "ts" && language !== "typescript") continue;
    if (marking.length === 0) {
      const code = lines.slice(start, index).map((line) => line.slice(indent.length));
      found.push({ file, line: start + 1, code: code.join("\n") });
    } else if (marking[0] !== "no-check:" || marking.length === 1) {
      problems.push(`${file}:${start}: after "${language}" only "no-check: reason" is understood`);
    }
  }
  return found;
}

/** All at once: one program, and so one reading of the sources. */
async function compile(/** @type {Snippet[]} */ all) {
  rmSync(join(root, folder), { recursive: true, force: true });
  /** @type {Map<string, Snippet>} */
  const modules = new Map();
  for (const snippet of all) {
    const path = `${folder}/${snippet.file}.${snippet.line}.ts`;
    modules.set(path, snippet);
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), snippet.code);
  }
  linkDependencies(all);
  writeFileSync(join(root, folder, "tsconfig.json"), JSON.stringify(configuration(), undefined, 2));

  const tsc = [bin("typescript", "tsc"), "--pretty", "false", "--project", folder];
  const { code, output } = await run(process.execPath, tsc, { onOutput: () => {} });
  if (code === 0) return;
  const errors = output.trim().split("\n");
  problems.push(...errors.map((error) => inMarkdown(error, modules)));
}

/** A snippet in a package's README sees what that package depends on; all others see what the root depends on. */
function linkDependencies(/** @type {Snippet[]} */ all) {
  const packages = new Set(all.map(({ file }) => /^packages[\\/][^\\/]+/.exec(file)?.[0]));
  for (const package_ of packages) {
    const dependencies = join(root, package_ ?? "", "node_modules");
    if (!package_ || !existsSync(dependencies)) continue;
    symlinkSync(dependencies, join(root, folder, package_, "node_modules"), "junction");
  }
}

function configuration() {
  /** @type {Record<string, string[]>} */
  const paths = {};
  for (const file of globSync("packages/*/package.json", { cwd: root })) {
    /** @type {{ name: string, exports?: Record<string, { "@beluga/source"?: string }> }} */
    const { name, exports = {} } = JSON.parse(readFileSync(join(root, file), "utf8"));
    for (const [subpath, target] of Object.entries(exports)) {
      const source = target["@beluga/source"];
      if (source) paths[name + subpath.slice(1)] = [join(root, dirname(file), source)];
    }
  }
  return {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { types: ["node"], noUnusedLocals: false, noUnusedParameters: false, paths },
    include: ["**/*.ts", join(root, "types")],
  };
}

/**
 * An error of the compiler, with the place in the Markdown file where its snippet stands.
 *
 * @param {string} error
 * @param {Map<string, Snippet>} modules
 */
function inMarkdown(error, modules) {
  const [, path = "", line, column, message] = /^(.+)\((\d+),(\d+)\): (.+)$/.exec(error) ?? [];
  const snippet = modules.get(path);
  return snippet ? `${snippet.file}:${snippet.line + Number(line) - 1}:${column}: ${message}` : error;
}
