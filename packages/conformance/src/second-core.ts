import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as loaded from "@beluga/core";
import { vi } from "vitest";

type Core = typeof loaded;

/**
 * A copy of `@beluga/core` beside the one that is loaded, as two versions in one tree give it. Vitest makes one of sources by forgetting
 * the modules it has; what it leaves to Node, the built package, is copied to a temporary folder.
 */
export async function secondCore(): Promise<{ core: Core } & AsyncDisposable> {
  vi.resetModules();
  const fresh = await import("@beluga/core");
  if (fresh.BelugaError !== loaded.BelugaError)
    return { core: fresh, [Symbol.asyncDispose]: async () => undefined };

  const folder = await mkdtemp(join(tmpdir(), "beluga-core-"));
  const entry = fileURLToPath(import.meta.resolve("@beluga/core"));
  const root = entry.slice(0, entry.lastIndexOf("dist"));
  await cp(join(root, "dist"), join(folder, "dist"), { recursive: true });
  const manifest = await readFile(join(root, "package.json"), "utf8");
  await cp(join(root, "package.json"), join(folder, "package.json"));
  await mkdir(join(folder, "node_modules"));
  for (const name of Object.keys(
    (JSON.parse(manifest) as { dependencies: Record<string, string> }).dependencies,
  )) {
    await symlink(folderOf(name, entry), join(folder, "node_modules", name), "junction");
  }
  const core = (await import(
    /* @vite-ignore */ pathToFileURL(join(folder, entry.slice(root.length))).href
  )) as Core;
  return { core, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** Where a package stands that another can import. */
function folderOf(name: string, from: string): string {
  const entry = createRequire(from).resolve(name);
  return (
    entry.slice(0, entry.lastIndexOf(join("node_modules", name)) + join("node_modules", name).length) ||
    dirname(entry)
  );
}
