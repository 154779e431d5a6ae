import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { type CommandOptions, outputOf } from "./commands.js";
import { type Place, environmentOf } from "./registry.js";
import { type Manifest, type Tarball, readTarball } from "./tarball.js";

/** A copy of this repository that can be versioned and released, to a registry on this machine. */
export interface WorkspaceCopy {
  folder: string;
  /** The version of each public package, by its name. */
  versions(): Record<string, string>;
  /** Adds a changeset, and gives every package its next version by it. */
  version(releases: Releases): Promise<void>;
  /** Builds one package, as is done with all before a release. */
  build(name: string): Promise<void>;
  /** Packs one package as it would be published. */
  pack(name: string): Promise<Tarball>;
  /** Publishes what the registry does not have, by the commands of the workflow "Release". */
  publish(): Promise<void>;
}

/** What a changeset says of each package that it is about. */
export type Releases = Readonly<Record<string, "patch" | "minor" | "major">>;

const root = resolve(import.meta.dirname, "../../..");
const rootFiles = ["package.json", "pnpm-workspace.yaml", "LICENSE", "tsup.base.ts", "tsconfig.base.json"];

/** Whatever has been released by now, and waits for its release: in the copy all are at 1.0.0, and there is no changeset. */
export function copyWorkspace(folder: string, place: Place): WorkspaceCopy {
  for (const file of [...rootFiles, "tsconfig.build.json", ".changeset/config.json", "types"])
    cpSync(join(root, file), join(folder, file), { recursive: true });
  linkFolder(join(root, "node_modules"), join(folder, "node_modules"));
  const folders = readdirSync(join(root, "packages"));
  for (const name of folders) copyPackage(name, folder);

  const manifests = () =>
    folders
      .map((name) => readManifest(join(folder, "packages", name)))
      .filter((manifest) => !manifest.private);
  const folderOf = (name: string) => join(folder, "packages", name.slice("@beluga/".length));
  const options: CommandOptions = { cwd: folder, env: environmentOf(place) };
  const changeset = (...args: string[]) =>
    outputOf(process.execPath, [bin("@changesets/cli", "changeset"), ...args], options);

  return {
    folder,
    versions: () => Object.fromEntries(manifests().map(({ name, version }) => [name, version])),

    async version(releases) {
      const lines = Object.entries(releases).map(([name, bump]) => `"${name}": ${bump}`);
      writeFileSync(
        join(folder, ".changeset/a-change.md"),
        ["---", ...lines, "---", "", "A change.", ""].join("\n"),
      );
      await changeset("version");
    },

    async build(name) {
      const cwd = folderOf(name);
      await outputOf(process.execPath, [bin("tsup", "tsup")], { ...options, cwd });
      await outputOf(process.execPath, [bin("typescript", "tsc"), "-p", "tsconfig.build.json"], {
        ...options,
        cwd,
      });
    },

    async pack(name) {
      const file = join(folder, "packed.tgz");
      await outputOf("pnpm", ["pack", "--out", file], { ...options, cwd: folderOf(name) });
      return readTarball(readFileSync(file));
    },

    async publish() {
      // Nothing of a test may ever reach another registry.
      const registry = await outputOf("pnpm", ["config", "get", "registry"], options);
      if (registry.trim() !== place.registry) throw new Error(`pnpm would publish to ${registry}`);
      const [plan, packs] = [join(folder, "publish-plan.json"), mkdtempSync(join(folder, "packs-"))];
      await changeset("publish-plan", "--output", plan);
      await changeset("pack", "--out-dir", packs, "--from-publish-plan", plan);
      await changeset("publish", "--from-pack-dir", packs, "--no-git-tag");
    },
  };
}

/** A package with all that it is built from, and what it depends on: packages of ours as the copy has them, all others as they are here. */
function copyPackage(name: string, folder: string): void {
  const from = join(root, "packages", name);
  const to = join(folder, "packages", name);
  const left = [join(from, "node_modules"), join(from, "testdata")];
  cpSync(from, to, { recursive: true, filter: (path) => !left.includes(path) });
  writeFileSync(
    join(to, "package.json"),
    JSON.stringify({ ...readManifest(from), version: "1.0.0" }, undefined, 2),
  );
  for (const dependency of installedIn(from)) {
    const own = dependency.startsWith("@beluga/") && join(folder, "packages", basename(dependency));
    linkFolder(own || join(from, "node_modules", dependency), join(to, "node_modules", dependency));
  }
}

function installedIn(folder: string): string[] {
  const { dependencies, devDependencies } = readManifest(folder);
  return Object.keys({ ...dependencies, ...devDependencies });
}

function linkFolder(target: string, path: string): void {
  mkdirSync(resolve(path, ".."), { recursive: true });
  symlinkSync(target, path, "junction");
}

function readManifest(folder: string): Manifest & { private?: boolean } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest & { private?: boolean };
}

/** The script behind a command that the root depends on. */
function bin(packageName: string, command: string): string {
  const folder = join(root, "node_modules", packageName);
  const file = readManifest(folder).bin?.[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(folder, file);
}
