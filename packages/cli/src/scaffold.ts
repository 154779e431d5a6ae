import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./arguments.js";

/** What there is a template for. */
export const templates = {
  llm: "chat models",
  embed: "embedding models",
  rerank: "rerankers",
  vector: "vector store",
} as const;

export type Template = keyof typeof templates;

export interface ScaffoldOptions {
  template: Template;
  /** Of the provider: `acme`, `acme-cloud`. */
  name: string;
  /** Where the user is. */
  directory: string;
  /** Where the package is to be. Default: by its name, in a checkout of Beluga in `packages`. */
  folder?: string | undefined;
}

export interface Scaffold {
  folder: string;
  packageName: string;
  /** The root of the checkout of Beluga that the package is in; `undefined` for a package of its own. */
  workspace: string | undefined;
  /** Relative to the folder, sorted. */
  files: string[];
}

// dist/<chunk>.js in the package as it is installed, src/scaffold.ts in tests: beside both.
const packageFolder = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Writes a provider's package that builds, registers and passes the conformance suite. Nothing that is there is overwritten. */
export function scaffold({ template, name, directory, folder: wanted }: ScaffoldOptions): Scaffold {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new UsageError(
      `"${name}" is no name for a provider: it has small letters, digits and single dashes, and begins with a letter`,
    );
  }
  const workspace = findWorkspace(directory);
  const packageName = `${workspace === undefined ? "beluga-" : "@beluga/"}${template}-${name}`;
  const folder = resolve(
    wanted === undefined && workspace !== undefined ? join(workspace, "packages") : directory,
    wanted ?? packageName.replace("@beluga/", ""),
  );
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${folder} is there already, and not empty`);

  const rename = renaming(name, template, packageName);
  // The files of a checkout are written for a folder below its packages.
  const place = (text: string): string =>
    workspace === undefined ? text : text.replaceAll("../../", `${upTo(workspace, folder)}/`);
  const files: Record<string, string> = {};
  for (const [path, text] of templateFiles(template)) files[path] = rename(text);
  for (const [path, text] of templateFiles(workspace === undefined ? "standalone" : "workspace"))
    files[path] = place(text);
  files["package.json"] = manifestOf(files["package.json"] ?? "", packageName, template, name);

  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, packageName, workspace, files: Object.keys(files).sort() };
}

/** The checkout of Beluga that a folder is in. */
function findWorkspace(folder: string): string | undefined {
  const core = join(folder, "packages/core/package.json");
  if (
    existsSync(join(folder, "pnpm-workspace.yaml")) &&
    existsSync(core) &&
    readManifest(core)["name"] === "@beluga/core"
  ) {
    return folder;
  }
  return dirname(folder) === folder ? undefined : findWorkspace(dirname(folder));
}

function upTo(root: string, folder: string): string {
  return relative(folder, root).split(sep).join("/");
}

/** The files of a template, each with its path. */
function templateFiles(template: string): [path: string, text: string][] {
  const root = join(packageFolder, "templates", template);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
      return [renamedFiles[path] ?? path, readFileSync(join(root, path), "utf8")];
    });
}

/** npm leaves a `.gitignore` out of packages, and a `package.json` within a package means something to those who resolve it. */
const renamedFiles: Readonly<Record<string, string>> = {
  gitignore: ".gitignore",
  "manifest.json": "package.json",
};

/** Templates are written for a provider "acme", so that they can be read, and tried, as they are. */
function renaming(name: string, template: Template, packageName: string): (text: string) => string {
  const words = name.split("-");
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const renamed: Readonly<Record<string, string>> = {
    [`@beluga/${template}-acme`]: packageName,
    '"acme":': words.length > 1 ? `"${name}":` : `${name}:`,
    acme: name,
    Acme: pascal,
    ACME: name.toUpperCase().replaceAll("-", "_"),
  };
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  const pattern = new RegExp(`@beluga/${template}-acme|"acme":|acme|Acme|ACME`, "g");
  return (text) =>
    text.replaceAll(pattern, (found, at: number) =>
      found === "acme" && /[A-Z]/.test(text.charAt(at + found.length)) ? camel : (renamed[found] ?? found),
    );
}

type Ranges = Record<string, string>;

function manifestOf(content: string, packageName: string, template: Template, name: string): string {
  const manifest = JSON.parse(content) as Record<string, unknown>;
  for (const kind of ["devDependencies", "peerDependencies"]) {
    const ranges = manifest[kind] as Ranges;
    if (!packageName.startsWith("@beluga/")) manifest[kind] = publishedRanges(ranges);
  }
  const filled = {
    ...manifest,
    name: packageName,
    description: `${name.charAt(0).toUpperCase()}${name.slice(1)} for Beluga: ${templates[template]}`,
    keywords: [...new Set([name, "ai", "beluga", "provider", template])].sort(),
  };
  return `${JSON.stringify(filled, undefined, 2)}\n`;
}

/** The versions of Beluga's packages that this command was published with. */
function publishedRanges(ranges: Ranges): Ranges {
  const { dependencies, devDependencies } = readManifest(join(packageFolder, "package.json")) as {
    dependencies: Ranges;
    devDependencies: Ranges;
  };
  const own: Ranges = { ...devDependencies, ...dependencies };
  return Object.fromEntries(
    Object.entries(ranges).map(([dependency, range]) => {
      const published = dependency.startsWith("@beluga/") ? (own[dependency] ?? range) : range;
      if (!published.startsWith("workspace:")) return [dependency, published];
      const sibling = join(packageFolder, "..", dependency.replace("@beluga/", ""), "package.json");
      return [dependency, `^${String(readManifest(sibling)["version"])}`];
    }),
  );
}

function readManifest(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
}
