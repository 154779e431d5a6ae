import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A program that npm brings in a package of its own for each platform. */
export type Program = "bun" | "deno" | "node-22" | "workerd";

/** Where a program is on this machine, or why it cannot be here. */
export type Found = string | { missing: string };

/** Gives the program, or skips the test and says why, also where the test's report does not. */
export function orSkip(found: Found, skip: (reason: string) => never): string {
  if (typeof found === "string") return found;
  process.stderr.write(`skipped: ${found.missing}\n`);
  return skip(found.missing);
}

/**
 * Where a program is: inside of the package for this platform, which the program's own package names as an optional dependency. That package would
 * link it when it is installed, but install scripts do not run here.
 *
 * @throws Error where there is one for this platform, and it was not installed.
 */
export function executable(program: Program): Found {
  const platform = `${process.platform}-${process.arch}`;
  const place = places[program][platform];
  if (place === undefined) return { missing: `npm has no ${program} for ${platform}` };
  const [platformPackage, file] = place;
  const here = createRequire(import.meta.url);
  const from = platformPackage === program ? here : createRequire(here.resolve(`${program}/package.json`));
  return join(dirname(from.resolve(`${platformPackage}/package.json`)), file);
}

const places: Record<Program, Record<string, readonly [platformPackage: string, file: string]>> = {
  bun: {
    "linux-x64": ["@oven/bun-linux-x64", "bin/bun"],
    "linux-arm64": ["@oven/bun-linux-aarch64", "bin/bun"],
    "darwin-x64": ["@oven/bun-darwin-x64", "bin/bun"],
    "darwin-arm64": ["@oven/bun-darwin-aarch64", "bin/bun"],
    "win32-x64": ["@oven/bun-windows-x64", "bin/bun.exe"],
  },
  deno: {
    "linux-x64": ["@deno/linux-x64-glibc", "deno"],
    "linux-arm64": ["@deno/linux-arm64-glibc", "deno"],
    "darwin-x64": ["@deno/darwin-x64", "deno"],
    "darwin-arm64": ["@deno/darwin-arm64", "deno"],
    "win32-x64": ["@deno/win32-x64", "deno.exe"],
  },
  // Of Node, the manifest has one platform's package: there is none that brings them all without an install script.
  "node-22": { "linux-x64": ["node-22", "bin/node"] },
  workerd: {
    "linux-x64": ["@cloudflare/workerd-linux-64", "bin/workerd"],
    "linux-arm64": ["@cloudflare/workerd-linux-arm64", "bin/workerd"],
    "darwin-x64": ["@cloudflare/workerd-darwin-64", "bin/workerd"],
    "darwin-arm64": ["@cloudflare/workerd-darwin-arm64", "bin/workerd"],
    "win32-x64": ["@cloudflare/workerd-windows-64", "bin/workerd.exe"],
  },
};
