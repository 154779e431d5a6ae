import { basename, dirname } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { build } from "vite";
import webpack from "webpack";

/** Bundles the module `entry`, with all that it imports, into the file `output`, as for production. */
export type Bundler = (entry: string, output: string) => Promise<unknown>;

export const bundlers: Record<"esbuild" | "rollup" | "vite" | "webpack", Bundler> = {
  esbuild: (entry, output) =>
    esbuild.build({ entryPoints: [entry], outfile: output, bundle: true, minify: true, format: "esm" }),

  async rollup(entry, output) {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve()], logLevel: "silent" });
    await bundle.write({ file: output, inlineDynamicImports: true });
  },

  vite: (entry, output) =>
    build({
      configFile: false,
      logLevel: "error",
      root: dirname(entry),
      build: {
        outDir: dirname(output),
        emptyOutDir: false,
        rolldownOptions: { input: entry, output: { entryFileNames: basename(output) } },
      },
    }),

  webpack: (entry, output) =>
    new Promise<void>((resolve, reject) => {
      const compiler = webpack({
        mode: "production",
        target: "es2022",
        context: dirname(entry),
        entry,
        output: { path: dirname(output), filename: basename(output), module: true },
        experiments: { outputModule: true },
      });
      compiler.run((error, stats) => {
        if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else compiler.close((error) => (error ? reject(error) : resolve()));
      });
    }),
};
