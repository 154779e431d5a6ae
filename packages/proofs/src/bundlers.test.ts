import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Bundler, bundlers } from "./bundlers.js";
import { versionFor } from "./packages.js";
import { type Project, installed } from "./project.js";
import { type Tarball, readTarball } from "./tarball.js";
import { startVendor } from "./vendor.js";

/** All packages that register something when they are imported. */
let registering: Tarball[];
let project: Project;
beforeAll(async () => {
  const folder = inject("tarballs");
  const tarballs = await Promise.all(
    readdirSync(folder).map((file) => readTarball(readFileSync(join(folder, file)))),
  );
  registering = tarballs.filter(({ manifest }) => Array.isArray(manifest.sideEffects));
  const names = registering.map(({ manifest }) => manifest.name);
  project = await installed(["@beluga/core", ...names.filter((name) => name !== transformers)]);
  // Without what it needs, which is hundreds of megabytes, and loaded when it is used.
  const { files } = registering.find(({ manifest }) => manifest.name === transformers) ?? { files: [] };
  for (const [path, text] of files) project.write(`node_modules/${transformers}/${path}`, text);
});
afterAll(() => project[Symbol.asyncDispose]());

const transformers = "@beluga/embed-transformers";
const everyBundler = Object.entries(bundlers);

describe("an import for nothing but the side effect survives", () => {
  /** One for each capability that has providers, and the observer. */
  const names = ["embed-openai", "llm-openai", "otel", "rerank-cohere", "vector-memory"].map(scoped);

  test.for(everyBundler)("%s", async ([name, bundler]) => {
    const imports = names.map((name) => `import "${name}";\n`).join("");
    const program = `${lookAtRegistered}${imports}console.log(JSON.stringify(registered()));`;
    expect(JSON.parse(await run(await bundled(`bare-${name}`, program, bundler)))).toEqual(names);
  });

  test("of every package, in a bundle of its own", async () => {
    const names = registering.map(({ manifest }) => manifest.name).sort();
    expect(names.length).toBeGreaterThan(40);
    const folder = await bundledAlone(names);
    const program = `
      let before = [];
      const seen = {};
      for (const name of ${JSON.stringify(names)}) {
        await import("${folder}/" + name + ".mjs");
        const now = registered();
        seen[name] = now.filter((name) => !before.includes(name));
        before = now;
      }
      console.log(JSON.stringify(seen));`;
    // With a copy of core of its own, as each of the bundles has.
    const output = await run(project.write("all.js", lookAtRegistered + program));
    expect(JSON.parse(output)).toEqual(Object.fromEntries(names.map((name) => [name, [name]])));
  });
});

/** A function that gives the names of the packages that have registered something, sorted. */
const lookAtRegistered = `
import { chatModels, embedders, rerankers, vectorStores } from "@beluga/core";
const registered = () => [
  ...[chatModels, embedders, rerankers, vectorStores].flatMap((registry) => registry.list().map((provider) => provider.packageName)),
  ...(globalThis[Symbol.for("@beluga/otel/v1")] ? ["@beluga/otel"] : []),
].sort();
`;

/** Bundles an import of each of these packages by itself, without the packages of others that have native parts, or are not installed. */
async function bundledAlone(names: readonly string[]): Promise<string> {
  await esbuild.build({
    entryPoints: names.map((name) => ({
      in: project.write(`alone/${name}.js`, `import "${name}";`),
      out: name,
    })),
    outdir: join(project.folder, "alone"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    external: ["@huggingface/transformers", "pg", "sqlite-vec"],
  });
  return "./alone";
}

describe("what is not used is dropped", () => {
  const createOpenAI = `
    import { createOpenAI } from "@beluga/llm-openai";
    console.log(createOpenAI({ model: "whale-1", apiKey: "sk-proofs" }).id);`;

  test.for(everyBundler)("by %s, where only createOpenAI is imported", async ([name, bundler]) => {
    const file = await bundled(`explicit-${name}`, createOpenAI, bundler);
    expect(await run(file)).toBe("openai/whale-1\n");
    expect(marksIn(file)).toEqual(["HTTP", "chat models", "registries", "errors of OpenAI"]);
  });

  test.for<[string, string, string[]]>([
    [
      "an embedder",
      `import { createOpenAIEmbedder } from "@beluga/embed-openai"; createOpenAIEmbedder({ model: "whale-1" });`,
      ["HTTP", "embedders", "registries", "errors of OpenAI"],
    ],
    [
      "a reranker",
      `import { createCohereReranker } from "@beluga/rerank-cohere"; createCohereReranker({ model: "whale-1" });`,
      ["HTTP", "rerankers", "registries"],
    ],
    [
      "the store in memory",
      `import { createMemoryStore } from "@beluga/vector-memory"; createMemoryStore();`,
      ["vector stores", "checks of filters", "dialects of filters", "registries"],
    ],
    [
      "a registry",
      `import { chatModels } from "@beluga/core"; console.log(chatModels.list());`,
      ["registries"],
    ],
    [
      "the builders of filters",
      `import { filter } from "@beluga/core"; console.log(filter.eq("kind", "whale"));`,
      [],
    ],
  ])("where only %s is imported", async ([name, program, kept]) => {
    expect(marksIn(await bundled(name, program, bundlers.esbuild))).toEqual(kept);
  });

  test("where everything is used, everything is kept: the marks are in the code", async () => {
    const everything = `
      import * as core from "@beluga/core";
      import * as provider from "@beluga/core/provider";
      console.log(core, provider);`;
    expect(marksIn(await bundled("everything", everything, bundlers.esbuild))).toEqual(Object.keys(marks));
  });
});

describe("an application that has a zod of its own describes its tools with that one", () => {
  const program = `
    import { BelugaError, runTools, tool } from "@beluga/core";
    import { createOpenAI } from "@beluga/llm-openai";
    import * as z from "zod";

    const config = { model: "weather", apiKey: "sk-proofs", baseURL: process.argv[2] };
    const weather = (city) => tool({
      name: "weather",
      parameters: z.object({ city }),
      execute: ({ city }) => "Sunny in " + city,
    });
    const resultOf = async (tool) => {
      const { steps } = await runTools(createOpenAI(config), "Hello", { tools: [tool], maxSteps: 1 }).result();
      return steps[0].results[0].message;
    };
    const refusal = () => {
      try {
        createOpenAI({ ...config, maxRetries: "two" });
      } catch (error) {
        return [BelugaError.is(error) && error.code, error.message];
      }
    };
    const fits = await resultOf(weather(z.string().toUpperCase()));
    const doesNot = await resultOf(weather(z.string().max(2)));
    console.log(JSON.stringify({ fits, doesNot, refusal: refusal() }));`;

  const message = { role: "tool", toolCallId: "call_1", toolName: "weather" };
  const misfit = "The arguments are not valid: city: Too big: expected string to have <=2 characters";
  const expected = {
    fits: { ...message, content: "Sunny in ZÜRICH" },
    doesNot: { ...message, content: misfit, isError: true },
    refusal: [
      "invalid_input",
      "openai llm.create: invalid config: maxRetries: expected an integer of at least 0",
    ],
  };
  const declared = [{ type: "string" }, { type: "string", maxLength: 2 }].map((city) => [
    {
      type: "function",
      name: "weather",
      parameters: { type: "object", properties: { city }, required: ["city"] },
      strict: false,
    },
  ]);

  let application: Project;
  beforeAll(async () => {
    const zod = `zod@${versionFor("@beluga/core", "zod")}`;
    application = await installed(["@beluga/core", "@beluga/llm-openai", zod]);
  });
  afterAll(() => application[Symbol.asyncDispose]());

  test.for(everyBundler)("%s", async ([name, bundler]) => {
    await using vendor = await startVendor();
    const file = join(application.folder, "bundles", `zod-${name}.mjs`);
    await bundler(application.write("zod.js", program), file);
    const output = await application.output(process.execPath, [file, vendor.addresses.vendor]);
    expect(JSON.parse(output)).toEqual(expected);
    expect(vendor.requests.map(({ body }) => (body as { tools: unknown }).tools)).toEqual(declared);
    expect(readFileSync(file, "utf8").split(wordsOfZod).length - 1).toBe(2);
  });
});

/** Each copy of zod has them once. */
const wordsOfZod = "Encountered Promise during synchronous parse";

/** Words that only this part of core's code has. They stand in a bundle as they stand in the source. */
const marks = {
  HTTP: "connection failed: ",
  "chat models": "messages: expected a string or an array of messages",
  embedders: "the vendor refuses an empty text",
  rerankers: "documents: expected an array of strings",
  "vector stores": "the store is closed",
  importDocuments: "or something else to iterate over",
  "checks of filters": "expected a filter object",
  "dialects of filters": "there is no complement of ",
  cache: "it holds something else under this key",
  fallback: "no model answered: ",
  logging: " characters]",
  rateLimit: " ms that it may wait",
  router: "expected round-robin, least-latency or ",
  runTools: "maxSteps: expected a positive integer",
  generateObject: "the answer cannot be used (attempt ",
  registries: "Install its package and import it",
  "errors of OpenAI": "insufficient_quota",
  "errors of Google": "free tier is not available in your country",
  "errors of Hugging Face": "model not supported by provider",
};

/** The parts of core that a bundle has. */
function marksIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return Object.entries(marks).flatMap(([part, words]) => (text.includes(words) ? [part] : []));
}

/** Bundles a program of the project, and gives the file. */
async function bundled(name: string, program: string, bundler: Bundler): Promise<string> {
  const output = join(project.folder, "bundles", `${name}.mjs`);
  await bundler(project.write(`${name}.js`, program), output);
  return output;
}

function run(file: string): Promise<string> {
  return project.output(process.execPath, [file]);
}

function scoped(folder: string): string {
  return `@beluga/${folder}`;
}
