import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import webpack from "webpack";

// An application that imports the provider for nothing but its side effect, bundled from the built packages as it would be from installed ones.
const application = `
import { chatModels } from "@beluga/core";
import "@beluga/llm-openai";
console.log(chatModels.list().map(({ name, packageName }) => name + " of " + packageName).join());
`;

/** Bundles `entry` into the file `output`. */
const bundlers: Record<string, (entry: string, output: string) => Promise<unknown>> = {
  esbuild: (entry, output) =>
    esbuild.build({ entryPoints: [entry], outfile: output, bundle: true, minify: true, format: "esm" }),

  async rollup(entry, output) {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve()], logLevel: "silent" });
    await bundle.write({ file: output, inlineDynamicImports: true });
  },

  vite: (entry, output) =>
    vite({
      configFile: false,
      logLevel: "error",
      root: join(entry, ".."),
      build: {
        outDir: join(output, ".."),
        emptyOutDir: false,
        rolldownOptions: { input: entry, output: { entryFileNames: "vite.js" } },
      },
    }),

  webpack: (entry, output) =>
    new Promise<void>((resolve, reject) => {
      const compiler = webpack({
        mode: "production",
        target: "es2022",
        entry,
        output: { path: join(output, ".."), filename: "webpack.js", module: true },
        experiments: { outputModule: true },
        optimization: { minimize: false }, // takes seconds, and drops nothing more
      });
      compiler?.run((error, stats) => {
        if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else resolve();
      });
    }),
};

describe("an import for the side effect survives", () => {
  let folder: string;
  beforeAll(async () => {
    // Within the package, so that its dependencies are found; itself it has to be shown.
    const root = fileURLToPath(new URL("..", import.meta.url));
    await mkdir(join(root, "node_modules/.bundles"), { recursive: true });
    folder = await mkdtemp(join(root, "node_modules/.bundles/run-"));
    await mkdir(join(folder, "node_modules/@beluga"), { recursive: true });
    await symlink(root, join(folder, "node_modules/@beluga/llm-openai"), "junction");
    await writeFile(join(folder, "application.js"), application);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.for(Object.entries(bundlers))("%s", { timeout: 60_000 }, async ([name, bundle]) => {
    const output = join(folder, `${name}.js`);
    await bundle(join(folder, "application.js"), output);
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      `import ${JSON.stringify(output)}`,
    ]);
    expect(stdout.trim().split(",")).toContain("openai of @beluga/llm-openai");
  });
});
