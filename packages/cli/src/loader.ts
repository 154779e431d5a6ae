import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  BelugaError,
  type ProviderDefinition,
  audioTransports,
  chatModels,
  embedders,
  rerankers,
  speechToSpeech,
  speechToText,
  textToSpeech,
  vectorStores,
  voiceActivityDetectors,
} from "@beluga/core";
import { readEnvironment } from "@beluga/core/provider";

import type { Context } from "./context.js";

/** What the providers of each capability do, by the prefix of their packages. */
export const capabilities = {
  llm: { title: "chat", registry: chatModels },
  embed: { title: "embeddings", registry: embedders },
  vector: { title: "vector store", registry: vectorStores },
  rerank: { title: "reranking", registry: rerankers },
  stt: { title: "speech to text", registry: speechToText },
  tts: { title: "text to speech", registry: textToSpeech },
  s2s: { title: "speech to speech", registry: speechToSpeech },
  vad: { title: "voice activity", registry: voiceActivityDetectors },
  transport: { title: "audio transport", registry: audioTransports },
} as const;

export type Capability = keyof typeof capabilities;

/** What comes with this command. All other packages are the user's own. */
const bundled: Readonly<Record<string, () => Promise<unknown>>> = {
  "@beluga/embed-hash": () => import("@beluga/embed-hash"),
  "@beluga/llm-ollama": () => import("@beluga/llm-ollama"),
  "@beluga/llm-openai-compatible": () => import("@beluga/llm-openai-compatible"),
  "@beluga/vector-memory": () => import("@beluga/vector-memory"),
  "@beluga/vector-sqlite": () => import("@beluga/vector-sqlite"),
};

/** A provider's package that is there. */
export interface InstalledPackage {
  name: string;
  capability: Capability;
  /** Where it is; absent for what comes with this command. */
  folder?: string;
}

interface Manifest {
  name?: string;
  exports?: unknown;
  main?: string;
}

/** What is installed where the user is; in a script of npm also where that was called from. */
export function loaderOf({ directory }: Context): ProviderLoader {
  const caller = readEnvironment("INIT_CWD");
  return new ProviderLoader(caller === undefined ? [directory] : [directory, caller]);
}

/** Finds provider packages in the user's project, and imports them, whereupon they register. */
export class ProviderLoader {
  readonly #places: readonly string[];

  /** @param directories - Where the user is: packages are looked for from there upwards, as Node itself does it. */
  constructor(directories: readonly string[]) {
    this.#places = [...new Set(directories.flatMap(ancestors))];
  }

  /**
   * Makes a provider's name known to its registry. Of a name that is registered already nothing is loaded.
   *
   * @throws BelugaError `not_found` that tells which package to install, `invalid_input` where a package does not load.
   */
  async load(capability: Capability, name: string): Promise<void> {
    const { registry } = capabilities[capability];
    if (registry.get(name)) return;
    const packages = packageNames(capability, name);
    for (const packageName of packages) {
      const found = this.#find(packageName);
      if (!found && !Object.hasOwn(bundled, packageName)) continue;
      await importPackage({ name: packageName, capability, ...(found && { folder: found }) });
      if (registry.get(name)) return;
    }
    const op = `${capability}.create`;
    throw new BelugaError({
      op,
      code: "not_found",
      provider: name,
      message: `${op}: the provider "${name}" is not installed: npm install ${packages[0]}`,
    });
  }

  /** All provider packages that are there, sorted by name. */
  installed(): InstalledPackage[] {
    const found = new Map<string, InstalledPackage>();
    for (const place of this.#places) {
      for (const folder of [
        ...subfolders(join(place, "node_modules/@beluga")),
        ...subfolders(join(place, "node_modules")).filter((entry) => /[\\/]beluga-[^\\/]*$/.test(entry)),
        ...subfolders(join(place, "packages")),
      ]) {
        const { name = "" } = readManifest(folder) ?? {};
        const capability = capabilityOf(name);
        if (capability && !found.has(name)) found.set(name, { name, capability, folder });
      }
    }
    for (const name of Object.keys(bundled)) {
      const capability = capabilityOf(name);
      if (capability && !found.has(name)) found.set(name, { name, capability });
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The folder of a package: in `node_modules`, or in a workspace's `packages`. */
  #find(packageName: string): string | undefined {
    for (const place of this.#places) {
      const installed = join(place, "node_modules", packageName);
      if (existsSync(join(installed, "package.json"))) return installed;
      const own = join(place, "packages", packageName.replace(/^@beluga\//, ""));
      if (readManifest(own)?.name === packageName) return own;
    }
    return undefined;
  }
}

/** Imports a package. @throws BelugaError `invalid_input` where it is not built, or breaks. */
export async function importPackage({ name, capability, folder }: InstalledPackage): Promise<void> {
  const fail = (problem: string, cause?: unknown): BelugaError =>
    new BelugaError({
      op: `${capability}.create`,
      code: "invalid_input",
      message: `${name} ${problem}`,
      cause,
    });
  const entry = folder === undefined ? undefined : join(folder, entryOf(readManifest(folder) ?? {}));
  if (entry !== undefined && !existsSync(entry))
    throw fail(`is in ${folder}, but not built: ${entry} is missing`);
  try {
    await (entry === undefined ? bundled[name]?.() : import(pathToFileURL(entry).href));
  } catch (error) {
    throw fail(`does not load: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** The definitions that a package registered. */
export function definitionsOf({
  name,
  capability,
}: InstalledPackage): readonly ProviderDefinition<unknown>[] {
  const all: readonly ProviderDefinition<unknown>[] = capabilities[capability].registry.list();
  return all.filter(({ packageName }) => packageName === name);
}

/** The package of a provider by this project, and by someone else. */
function packageNames(capability: Capability, name: string): [string, string] {
  return [`@beluga/${capability}-${name}`, `beluga-${capability}-${name}`];
}

function capabilityOf(packageName: string): Capability | undefined {
  const [, prefix = ""] = /^(?:@beluga\/|beluga-)([a-z0-9]+)-/.exec(packageName) ?? [];
  return Object.hasOwn(capabilities, prefix) ? (prefix as Capability) : undefined;
}

function ancestors(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}

function subfolders(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((entry) => join(folder, entry))
    : [];
}

function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Manifest;
  } catch {
    return undefined; // whatever it is, it is no package that could be loaded
  }
}

/** The file that `import` of a package loads: {@link https://nodejs.org/api/packages.html#exports}. */
function entryOf({ exports, main = "index.js" }: Manifest): string {
  const root = typeof exports === "object" && exports !== null && "." in exports ? exports["."] : exports;
  return targetOf(root) ?? main;
}

const conditions: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

function targetOf(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(targetOf).find((found) => found !== undefined);
  if (typeof target !== "object" || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? targetOf(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
