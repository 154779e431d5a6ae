import { readFileSync, readdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Project, installed } from "./project.js";
import type { Place } from "./registry.js";
import type { Manifest } from "./tarball.js";

/** The public packages that are not weighed, with the reason. */
const notWeighed: Readonly<Record<string, string>> = {
  "@beluga/bedrock":
    "no application imports it: it is part of the providers of Amazon Bedrock, and weighed there",
  "@beluga/cli": "a command, which is not bundled",
  "@beluga/conformance": "for tests",
  "@beluga/embed-transformers":
    "brings a run time for models, of hundreds of megabytes, beside which its own size says nothing",
};

/** The names of all other public packages, sorted. */
export function weighedPackages(): string[] {
  return manifests()
    .filter((manifest) => !manifest.private && !(manifest.name in notWeighed))
    .map(({ name }) => name)
    .sort();
}

/**
 * A project with all packages that are weighed. What they need of others has the version of the lockfile, so that what is measured changes with
 * this repository alone.
 */
export function everythingInstalled(place?: Place): Promise<Project> {
  return installed(weighedPackages(), { manifest: { overrides: lockedVersions() }, ...(place && { place }) });
}

/** The exact version of each package of others that ours need, as the lockfile has it. */
export function lockedVersions(): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const { name, dependencies, peerDependencies } of manifests()) {
    for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (!needed.startsWith("@beluga/")) versions[needed] = versionFor(name, needed);
    }
  }
  return versions;
}

/** The version of a package of others that one of the packages here is worked on with. */
export function versionFor(packageName: string, needed: string): string {
  const from = join(packages, packageName.replace("@beluga/", ""), "package.json");
  const path = findPackageJSON(needed, pathToFileURL(from));
  if (!path) throw new Error(`${needed} is not installed for ${packageName}`);
  return (JSON.parse(readFileSync(path, "utf8")) as Manifest).version;
}

const packages = resolve(import.meta.dirname, "../..");

function manifests(): (Manifest & { private?: boolean })[] {
  return readdirSync(packages).map(
    (folder) => JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8")) as Manifest,
  );
}
