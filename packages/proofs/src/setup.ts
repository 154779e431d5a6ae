import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { outputOf } from "./commands.js";
import { publishTarballs, startRegistry } from "./registry.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the registry that every public package of this repository was published to. */
    registry: string;
    /** The folder of their tarballs: `beluga-core-1.0.0.tgz`. */
    tarballs: string;
    /** A folder that is removed after the last test. */
    scratch: string;
  }
}

/** Packs every public package once, publishes the tarballs to a registry on this machine, and removes all of it after the last test. */
export async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  const scratch = mkdtempSync(join(tmpdir(), "beluga-proofs-"));
  const remove = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  // For a run that ends before its teardown.
  process.once("exit", remove);

  const tarballs = await pack(join(scratch, "tarballs"));
  const place = await startRegistry(scratch);
  const end = async () => {
    await place[Symbol.asyncDispose]();
    remove();
  };
  try {
    await publishTarballs(tarballs, place.registry);
  } catch (error) {
    await end();
    throw error;
  }

  provide("registry", place.registry);
  provide("tarballs", tarballs);
  provide("scratch", scratch);
  return end;
}

const root = resolve(import.meta.dirname, "../../..");
const privatePackages = ["beluga", "@beluga/bench", "@beluga/proofs"];

async function pack(folder: string): Promise<string> {
  const unbuilt = readdirSync(join(root, "packages")).filter(
    (name) => name !== "proofs" && !existsSync(join(root, "packages", name, "dist")),
  );
  if (unbuilt.length > 0) {
    throw new Error(`Not built: ${unbuilt.join(", ")}. \`npm run proofs\` builds everything first.`);
  }
  mkdirSync(folder);
  const filters = privatePackages.map((name) => `--filter=!${name}`);
  await outputOf("pnpm", ["--recursive", ...filters, "pack", "--pack-destination", folder], { cwd: root });
  return folder;
}
