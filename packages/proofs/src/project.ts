import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { type CommandOptions, type Outcome, outputOf, run } from "./commands.js";
import { type Place, environmentOf } from "./registry.js";

/** A user's project, in a folder of its own. `await using` removes it at the end of the test; after the last test all are. */
export interface Project extends AsyncDisposable {
  folder: string;
  /** The environment in which npm and pnpm use the registry of the proofs. */
  env: NodeJS.ProcessEnv;
  /** Writes a file, and gives its absolute path. */
  write(file: string, text: string): string;
  /** Runs a program in the folder. A failure is an outcome like others. */
  run(file: string, args: readonly string[], options?: Partial<CommandOptions>): Promise<Outcome>;
  /** Runs a program in the folder, and gives what it wrote to its standard output. A failure throws. */
  output(file: string, args: readonly string[], options?: Partial<CommandOptions>): Promise<string>;
}

export interface InstalledOptions {
  installer?: "npm" | "pnpm";
  /** Further entries of its package.json. Default: it is an ES module. */
  manifest?: Record<string, unknown>;
  /** Where a script has the registry, which has no test around it. Default: that of the tests. */
  place?: Place;
}

/**
 * An empty project in which these packages were installed, as a user does: `["@beluga/core", "@beluga/llm-openai@^1.0.0", "zod"]`. With none, nothing
 * is installed.
 */
export async function installed(
  dependencies: readonly string[],
  { installer = "npm", manifest = {}, place = placeOfTests() }: InstalledOptions = {},
): Promise<Project> {
  const project = emptyProject(place);
  const base = { name: "someone", version: "0.0.0", private: true, type: "module" };
  project.write("package.json", JSON.stringify({ ...base, ...manifest }, undefined, 2));
  if (dependencies.length > 0)
    await project.output(installer, [...installArguments[installer], ...dependencies]);
  return project;
}

const installArguments = {
  npm: ["install", "--no-progress", "--prefer-offline"],
  pnpm: ["add", "--config.minimumReleaseAge=0"],
};

function placeOfTests(): Place {
  return { registry: inject("registry"), scratch: inject("scratch") };
}

function emptyProject(place: Place): Project {
  const folder = mkdtempSync(join(place.scratch, "project-"));
  const env = environmentOf(place);
  const within = (options: Partial<CommandOptions> = {}): CommandOptions => ({
    cwd: folder,
    ...options,
    env: { ...env, ...options.env },
  });
  return {
    folder,
    env,
    write(file, text) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    run: (file, args, options) => run(file, args, within(options)),
    output: (file, args, options) => outputOf(file, args, within(options)),
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
