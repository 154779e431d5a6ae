// Who may depend on whom, what a package's manifest must say, and whether the lockfile serves every platform.
import { existsSync, globSync, readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, resolve, sep } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { root } from "./tools.mjs";

const capabilities = ["llm", "embed", "vector", "rerank", "stt", "tts", "s2s", "vad", "transport"];
const applications = ["cli", "bench", "proofs"];
/** What one file builds into its package, in place of depending on it: see there. */
/** @type {Readonly<Record<string, string>>} */
const builtIn = { "core/src/schema.ts": "zod" };
/** What registers itself when it is imported, beside the providers. */
const observers = ["otel"];

/**
 * @typedef {Record<string, string>} Dependencies
 * @typedef {string | Record<string, string>} Export
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {string} [version]
 * @property {string} [description]
 * @property {string} [license]
 * @property {string} [type]
 * @property {string[]} [files]
 * @property {boolean | string[]} [sideEffects]
 * @property {Record<string, Export>} [exports]
 * @property {{ access?: string, exports?: Record<string, Export> }} [publishConfig]
 * @property {Dependencies} [dependencies]
 * @property {Dependencies} [peerDependencies]
 * @property {Dependencies} [optionalDependencies]
 * @property {Dependencies} [devDependencies]
 * @property {{ node?: string }} [engines]
 *
 * @typedef {object} Package
 * @property {string} folder its name without the scope
 * @property {string} path
 * @property {Manifest} manifest
 */

/** @type {string[]} */
const problems = [];
const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
const packages = globSync("packages/*/package.json", { cwd: root }).sort().map(readPackage);

for (const package_ of packages) {
  checkManifest(package_);
  checkDependencies(package_);
  for (const file of globSync("src/**/*.ts", { cwd: package_.path }).sort()) checkImports(package_, file);
}
checkLockfile();

for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${packages.length} packages keep to the rules.`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** @returns {Package} */
function readPackage(/** @type {string} */ file) {
  const path = join(root, dirname(file));
  return { folder: basename(path), path, manifest: JSON.parse(readFileSync(join(root, file), "utf8")) };
}

/** @param {Package} package_ */
function checkManifest({ folder, path, manifest }) {
  const expect = (/** @type {unknown} */ holds, /** @type {string} */ rule) => {
    if (!holds) problems.push(`packages/${folder}/package.json: ${rule}`);
  };
  expect(manifest.name === `@beluga/${folder}`, `"name" must be "@beluga/${folder}", as the folder`);
  expect(manifest.type === "module", `"type" must be "module"`);
  expect(manifest.license === "MIT", `"license" must be "MIT"`);
  expect(manifest.engines?.node === ">=22.12", `"engines.node" must be ">=22.12"`);
  if (folder !== "core") checkCore(manifest, folder, expect);
  if (manifest.private) return;

  expect(manifest.version, `"version" is missing`);
  expect(manifest.description, `"description" is missing`);
  expect(existsSync(join(path, "README.md")), "README.md is missing beside it");
  expect(manifest.files?.includes("dist"), `"files" must hold "dist"`);
  expect(!manifest.files?.some((entry) => entry.startsWith("src")), `"files" must not hold sources`);
  expect(manifest.publishConfig?.access === "public", `"publishConfig.access" must be "public"`);
  if (isProvider(folder) || observers.includes(folder)) {
    expect(
      JSON.stringify(manifest.sideEffects) === '["./dist/**/*.js"]',
      `"sideEffects" must be ["./dist/**/*.js"]: else bundlers drop the registration`,
    );
  }

  const exports = Object.entries(manifest.exports ?? {});
  const published = Object.fromEntries(exports.map(([subpath, target]) => [subpath, withoutSource(target)]));
  for (const [subpath, target] of exports) {
    if (typeof target === "string") continue;
    const [first] = Object.keys(target);
    const source = target["@beluga/source"];
    expect(first === "@beluga/source", `"exports" of "${subpath}" must have "@beluga/source" first`);
    expect(
      source && existsSync(join(path, source)),
      `"exports" of "${subpath}" name a source that is not there`,
    );
  }
  expect(
    JSON.stringify(manifest.publishConfig?.exports ?? {}) === JSON.stringify(published),
    `"publishConfig.exports" must be "exports" without "@beluga/source"`,
  );
}

/**
 * A provider shares the application's copy of core, so core is its peer. An application brings core along.
 *
 * @param {Manifest} manifest
 * @param {string} folder
 * @param {(holds: unknown, rule: string) => void} expect
 */
function checkCore(manifest, folder, expect) {
  if (applications.includes(folder)) return;
  const asPeer = manifest.peerDependencies?.["@beluga/core"] === "workspace:^";
  const forWork = manifest.devDependencies?.["@beluga/core"] === "workspace:^";
  expect(
    asPeer && forWork,
    `"@beluga/core" must be "workspace:^" in "peerDependencies" and "devDependencies"`,
  );
}

/** @param {Package} package_ */
function checkDependencies({ folder, manifest }) {
  const report = (/** @type {string} */ rule) => problems.push(`packages/${folder}/package.json: ${rule}`);
  const {
    dependencies = {},
    peerDependencies = {},
    optionalDependencies = {},
    devDependencies = {},
  } = manifest;
  const atRunTime = [...Object.entries(dependencies), ...Object.entries(peerDependencies)];
  const all = [...atRunTime, ...Object.entries(optionalDependencies), ...Object.entries(devDependencies)];

  for (const [name] of atRunTime) {
    if (!mayDepend(folder, name)) report(`${folder} must not depend on ${name}`);
  }
  for (const [name] of Object.entries(devDependencies)) {
    if (!mayDepend(folder, name, { forTests: true }))
      report(`${folder} must not depend on ${name}, nor its tests`);
  }
  const catalog = /^catalog:\n((?: .*\n)+)/m.exec(workspace)?.[1] ?? "";
  for (const [name, range] of all) {
    if (name.startsWith("@beluga/") && !range.startsWith("workspace:"))
      report(`${name} must be "workspace:^"`);
    const inCatalog = catalog.includes(`\n  ${name}:`) || catalog.includes(`\n  "${name}":`);
    if (inCatalog && range !== "catalog:" && !(name in peerDependencies))
      report(`${name} must be "catalog:"`);
  }
}

/**
 * The dependency rule of the design, for what a package publishes and for its tests.
 *
 * @param {string} from a folder
 * @param {string} name the name of any package
 * @param {{ forTests?: boolean }} [options]
 */
function mayDepend(from, name, { forTests = false } = {}) {
  if (!name.startsWith("@beluga/") || applications.includes(from)) return true;
  const to = name.slice("@beluga/".length);
  if (from === "core") return false;
  if (to === "core") return true;
  if (applications.includes(to)) return false;
  if (isProvider(to)) return isBase(to) && !isBase(from) && capability(from) === capability(to);
  // A base may serve one vendor's providers of several capabilities, under the vendor's name.
  if (from === `${capability(from)}-${to}`) return true;
  return forTests || !isProvider(from);
}

function capability(/** @type {string} */ folder) {
  return capabilities.find((prefix) => folder.startsWith(`${prefix}-`));
}

function isProvider(/** @type {string} */ folder) {
  return capability(folder) !== undefined;
}

/** What several vendors of one wire format build on, such as llm-openai-compatible. */
function isBase(/** @type {string} */ folder) {
  return isProvider(folder) && folder.endsWith("-compatible");
}

/**
 * What is imported must be declared: the bundler would copy a development dependency into the package.
 *
 * @param {Package} package_
 * @param {string} file
 */
function checkImports({ folder, path, manifest }, file) {
  // src/replay.ts is what the replay of recordings reads; nothing that is published imports it.
  const isTest = /\.test\.ts$|[\\/]testing[\\/]|^src[\\/]replay\.ts$/.test(file);
  const declared = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
    builtIn[`${folder}/${file.replaceAll("\\", "/")}`],
  ]);
  for (const specifier of importsOf(join(path, file))) {
    const report = (/** @type {string} */ rule) => problems.push(`packages/${folder}/${file}: ${rule}`);
    if (specifier.startsWith(".")) {
      const target = resolve(path, dirname(file), specifier);
      if (!target.startsWith(path + sep)) report(`"${specifier}" is outside of the package`);
      continue;
    }
    if (specifier.startsWith("node:") || builtinModules.includes(specifier)) continue;
    const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
    if (!mayDepend(folder, name, { forTests: isTest })) report(`${folder} must not import "${specifier}"`);
    if (!isTest && !declared.has(name)) report(`"${name}" is imported and not among the dependencies`);
  }
}

/** Every module that a file names, as a value or as a type. */
function importsOf(/** @type {string} */ path) {
  const { program, module } = parseSync(path, readFileSync(path, "utf8"));
  /** @type {Set<string>} */
  const found = new Set();
  for (const { moduleRequest } of module.staticImports) found.add(moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) found.add(moduleRequest.value);
  }
  new Visitor({
    ImportExpression: ({ source }) => source.type === "Literal" && found.add(String(source.value)),
    TSImportType: ({ source: { value } }) => found.add(value),
  }).visit(program);
  return found;
}

function withoutSource(/** @type {Export} */ target) {
  if (typeof target === "string") return target;
  const { "@beluga/source": source, ...published } = target;
  return published;
}

/**
 * A package with native parts has one optional dependency per platform. Where the registry lacked one when the lockfile was
 * written, pnpm left it out without a word, and that platform's users would get nothing.
 */
function checkLockfile() {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  const overrides = /^overrides:\n((?: .*\n)+)/m.exec(workspace)?.[1] ?? "";
  const store = join(root, "node_modules/.pnpm");
  // The real folder of a package stands in the store; those of its dependencies beside it are links.
  const folders = readdirSync(store, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const manifests = folders.flatMap(({ name }) => {
    const cwd = join(store, name, "node_modules");
    return globSync(["*/package.json", "@*/*/package.json"], { cwd }).map((file) => join(cwd, file));
  });
  for (const file of manifests) {
    /** @type {Manifest} */
    const { name, version, optionalDependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
    // The store keeps what was installed before.
    if (!lockfile.includes(`${name}@${version}`)) continue;
    for (const [part, range] of Object.entries(optionalDependencies)) {
      const exact = /^\d/.test(range) && !overrides.includes(part);
      const wanted = exact ? `${part}@${range}` : `${part}@`;
      if (!lockfile.includes(wanted))
        problems.push(`pnpm-lock.yaml: ${name}@${version} lacks its part ${wanted}`);
    }
  }
}
