import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Result } from "./cores/program.js";
import { executable, orSkip } from "./executable.js";
import { type Project, installed } from "./project.js";
import { startVendor } from "./vendor.js";

// The application has one copy of core, and its provider another of another version: as where an application pins an old one, or a package is linked.

let project: Project;
beforeAll(async () => {
  project = await installed(["@beluga/core", "@beluga/llm-openai"]);
  nestSecondCore(join(project.folder, "node_modules/@beluga"));
  const source = new URL("cores/program.ts", import.meta.url);
  project.write("program.ts", readFileSync(source, "utf8"));
  for (const [file, text] of Object.entries(applications)) project.write(file, text);
});
afterAll(() => project[Symbol.asyncDispose]());

/** Moves a copy of core to where the provider, and the base that it builds upon, find it first. */
function nestSecondCore(scope: string): void {
  const nested = join(scope, "llm-openai/node_modules/@beluga");
  mkdirSync(nested, { recursive: true });
  cpSync(join(scope, "core"), join(nested, "core"), { recursive: true });
  renameSync(join(scope, "llm-openai-compatible"), join(nested, "llm-openai-compatible"));
  const manifest = join(nested, "core/package.json");
  writeFileSync(
    manifest,
    readFileSync(manifest, "utf8").replace(/"version": "[^"]*"/, '"version": "1.999.0"'),
  );
}

const run = `program(core, openai, JSON.parse(process.argv[2])).then((result) => console.log(JSON.stringify(result)));`;

/** The same program, by each way in which the two copies come to be loaded: imported or required, the application's first or the provider's. */
const applications = {
  "application-first.js": `
    import * as core from "@beluga/core";
    import * as openai from "@beluga/llm-openai";
    import { program } from "./program.ts";
    ${run}`,
  "provider-first.js": `
    import * as openai from "@beluga/llm-openai";
    import * as core from "@beluga/core";
    import { program } from "./program.ts";
    ${run}`,
  "application-first.cjs": `
    const core = require("@beluga/core");
    const openai = require("@beluga/llm-openai");
    const { program } = require("./program.ts");
    ${run}`,
  "provider-first.cjs": `
    const openai = require("@beluga/llm-openai");
    const core = require("@beluga/core");
    const { program } = require("./program.ts");
    ${run}`,
};

const nodes = { "Node of the tests": () => process.execPath, "Node 22": () => executable("node-22") };

describe.for(Object.entries(nodes))("two cores in one tree work in %s", ([_, find]) => {
  test.for(Object.keys(applications))("%s", async (file, { skip }) => {
    await expectToWork(orSkip(find(), skip), file);
  });

  test("bundled", async ({ skip }) => {
    const outfile = join(project.folder, "bundle.js");
    const entry = join(project.folder, "application-first.js");
    await esbuild.build({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node" });
    await expectToWork(orSkip(find(), skip), outfile);
  });
});

async function expectToWork(node: string, file: string): Promise<void> {
  await using vendor = await startVendor();
  const env = { OPENAI_API_KEY: undefined };
  const args = [file, JSON.stringify(vendor.addresses)];
  const output = await project.output(node, args, { env, timeout: 30_000 });
  expect(JSON.parse(output)).toEqual(expected);
}

const calls = [
  "start weather",
  "finish weather 77",
  "start denied",
  "error denied auth_error",
  "start endless",
  "abort endless",
];
const seen = {
  text: "Ich schaue nach: Zürich 🐋",
  toolCalls: ['weather {"city":"Zürich"}'],
  denied: "auth_error",
  withoutKey: "auth_error",
  abortedWithItsReason: true,
  hooks: calls,
};

const expected: Result = {
  hasTwoCores: true,
  registered: ["openai of @beluga/llm-openai"],
  registry: seen,
  explicit: seen,
  fallback: seen.text,
  // The call after the observer was removed is not among them.
  observed: [
    ...calls,
    ...calls,
    "start weather",
    "error weather provider_unavailable",
    "start weather",
    "finish weather 77",
  ],
};
