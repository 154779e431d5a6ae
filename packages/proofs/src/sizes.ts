import * as esbuild from "esbuild";
import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { inlinedIn, isOfZod } from "./modules.js";

/** Bytes of a bundle: minified, and compressed by gzip at its best. */
export interface Size {
  total: number;
  /** Of the same program with zod left outside of it, the one in core and the package. What the two differ by counts as zod's part. */
  withoutZod: number;
}

/** A package in a program, and what the program then weighs. */
export interface Weight extends Size {
  /** Of the program that asks no registry, but calls `createX`. */
  explicit?: number;
  /** As for zod: the part of each other package that is not ours. */
  parts: Record<string, number>;
}

/**
 * Weighs core with one package, which are installed in `folder`, in the program that a user writes: imports the package for its side effect, asks the
 * registry, and reads a stream, or whatever the package is for. Of core itself: in a program without a provider.
 */
export async function weigh(folder: string, packageName: string): Promise<Weight> {
  const { program, explicit } = programsFor(folder, packageName);
  const { bytes: total, packages } = await bundle(folder, program);
  const without = async (name: string) => (await bundle(folder, program, [name])).bytes;
  const parts: Record<string, number> = {};
  for (const name of packages) {
    if (name !== "zod" && !name.startsWith("@beluga/")) parts[name] = total - (await without(name));
  }
  return {
    total,
    withoutZod: await without("zod"),
    ...(explicit !== undefined && { explicit: (await bundle(folder, explicit)).bytes }),
    parts,
  };
}

/** What a program of each kind does, with an instance that is made by `create`. */
interface Kind {
  registry: string;
  config: string;
  use(create: string): string;
}

const chat: Kind = {
  registry: "chatModels",
  config: '{ model: "whale-1" }',
  use: (create) =>
    `for await (const part of ${create}.stream("Why do belugas sing?")) if (part.type === "text") console.log(part.text);`,
};

const kinds: Record<string, Kind> = {
  llm: chat,
  embed: {
    registry: "embedders",
    config: '{ model: "whale-1" }',
    use: (create) => `console.log((await ${create}.embed(["Belugas sing."])).embeddings);`,
  },
  rerank: {
    registry: "rerankers",
    config: '{ model: "whale-1" }',
    use: (create) => `console.log((await ${create}.rerank("Who sings?", ["Belugas sing."])).results);`,
  },
  vector: {
    registry: "vectorStores",
    config: '{ index: "whales" }',
    use: (create) => `console.log(await ${create}.search([1, 0], { k: 3 }));`,
  },
};

/** The program of a package, and the one that calls its `createX`. */
function programsFor(folder: string, packageName: string): { program: string; explicit?: string } {
  if (packageName === "@beluga/core") {
    const { use } = chat;
    return {
      program: `import { chatModels } from "@beluga/core";\n${use(`chatModels.createDynamic("whale-1")`)}`,
    };
  }
  const kind = kinds[/^@beluga\/(\w+)-/.exec(packageName)?.[1] ?? ""];
  // An observer, which only has to be there.
  if (!kind) return { program: `import "${packageName}";` };

  const { registry, config, use } = kind;
  const declarations = readFileSync(join(folder, "node_modules", packageName, "dist/index.d.ts"), "utf8");
  const createX = /export declare function (create\w+)/.exec(declarations)?.[1];
  const name = /interface \w+Providers \{\s*"?([\w-]+)"?:/.exec(declarations)?.[1];
  if (createX === undefined || name === undefined)
    throw new Error(`${packageName} exports no createX, or registers nothing`);
  return {
    program: `import { ${registry} } from "@beluga/core";\nimport "${packageName}";\n${use(`${registry}.create("${name}", ${config})`)}`,
    explicit: `import { ${createX} } from "${packageName}";\n${use(`${createX}(${config})`)}`,
  };
}

/** Nobody bundles them: they have native parts, or run on Node alone. */
const neverBundled = ["pg", "sqlite-vec"];

/**
 * Bundles a program as for a browser or an edge worker: one file that has nothing of Node's. Gives its size, and the packages in it.
 *
 * @param leftOut - Packages that stay outside; with zod, so does the zod that is built into core.
 */
export async function bundle(
  folder: string,
  program: string,
  leftOut: readonly string[] = [],
): Promise<{ bytes: number; packages: string[] }> {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents: program, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    platform: "neutral",
    mainFields: ["module", "main"],
    external: [...neverBundled, ...leftOut].flatMap((name) => [name, `${name}/*`]),
    plugins: [nodeOutside, ...(leftOut.includes("zod") ? [coresZodOutside(folder)] : [])],
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  const packages = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { bytes: gzipSync(code, { level: 9 }).length, packages: [...new Set(packages)].sort() };
}

/** Modules of Node stay outside of every bundle. */
const nodeOutside: esbuild.Plugin = {
  name: "node-outside",
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) => (isBuiltin(path) ? { path, external: true } : undefined));
  },
};

/** The zod that is built into core stays outside. */
function coresZodOutside(folder: string): esbuild.Plugin {
  const scripts = coresZod(folder);
  return {
    name: "cores-zod-outside",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) =>
        scripts.includes(resolve(resolveDir, path))
          ? { path, external: true, sideEffects: false }
          : undefined,
      );
    },
  };
}

/**
 * The scripts of an installed core that hold zod's modules. They hold nothing else, as zod is what the entries that describe configs share. None
 * where core is not installed.
 */
function coresZod(folder: string): string[] {
  const dist = join(folder, "node_modules/@beluga/core/dist");
  if (!existsSync(dist)) return [];
  const scripts = readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(realpathSync(dist), file));
  const holding = scripts.filter((script) => inlinedIn(readFileSync(script, "utf8")).some(isOfZod));
  if (holding.length === 0) throw new Error(`No script of ${dist} says that it holds zod's modules`);
  for (const script of holding) {
    const others = inlinedIn(readFileSync(script, "utf8")).filter((module) => !isOfZod(module));
    if (others.length > 0)
      throw new Error(`${script} holds more than zod: ${others.join(", ")}. Its part cannot be told`);
  }
  return holding;
}
