import type { Options } from "tsup";

/**
 * How every package is bundled: ES modules that run wherever there is a `fetch` (Node, Bun, Deno, workerd, browsers).
 * Declarations come from `tsc -p tsconfig.build.json`.
 */
export function library(options: Options = {}): Options {
  return {
    entry: ["src/index.ts"],
    format: "esm",
    platform: "neutral",
    target: "es2023",
    dts: false,
    clean: true,
    silent: true,
    removeNodeProtocol: false,
    ...options,
  };
}
