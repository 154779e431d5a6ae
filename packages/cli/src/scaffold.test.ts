import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TemporaryFolder, beluga, packageFolder } from "./testing/run-cli.js";

const root = join(packageFolder, "../..");
const templates = ["llm", "embed", "rerank", "vector"];

describe("a package in a checkout", () => {
  let folder = "";
  beforeAll(async () => {
    mkdirSync(join(root, ".beluga"), { recursive: true });
    folder = mkdtempSync(join(root, ".beluga/new-"));
    // What pnpm would install below packages.
    mkdirSync(join(folder, "node_modules/@beluga"), { recursive: true });
    for (const name of ["core", "conformance"]) {
      symlinkSync(join(root, "packages", name), join(folder, "node_modules/@beluga", name), "junction");
    }
    for (const template of templates) {
      const args = ["new", template, "acme-cloud", "--dir", join(folder, `${template}-acme-cloud`)];
      expect(await beluga(args, { cwd: root })).toMatchObject({ code: 0, stderr: "" });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("has everything that a manifest here needs", () => {
    const manifest = JSON.parse(readFileSync(join(folder, "llm-acme-cloud/package.json"), "utf8")) as object;
    expect(manifest).toMatchObject({
      name: "@beluga/llm-acme-cloud",
      keywords: ["acme-cloud", "ai", "beluga", "llm", "provider"],
      sideEffects: ["./dist/**/*.js"],
      devDependencies: { "@beluga/conformance": "workspace:^", "@beluga/core": "workspace:^" },
      peerDependencies: { "@beluga/core": "workspace:^" },
    });
  });

  test("type-checks, and names itself after the provider everywhere", async () => {
    const config = { extends: "../../tsconfig.package.json", include: ["*/src", "../../types"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    expect(await node("typescript/bin/tsc", ["--project", folder], folder)).toEqual({ code: 0, output: "" });
    const index = readFileSync(join(folder, "llm-acme-cloud/src/index.ts"), "utf8");
    expect(index).toContain('"acme-cloud": AcmeCloudConfig;');
    expect(index).toContain('env: { apiKey: "ACME_CLOUD_API_KEY" }');
    expect(index).toContain("export function createAcmeCloud(config: AcmeCloudConfig): ChatModel");
    expect(index).toContain("acmeCloudConfig");
  }, 60_000);

  test("builds, and registers when it is imported", async () => {
    for (const template of templates) {
      const own = join(folder, `${template}-acme-cloud`);
      expect(await node("tsup/dist/cli-default.js", [], own)).toMatchObject({ code: 0 });
      expect(await node("typescript/bin/tsc", ["--project", "tsconfig.build.json"], own)).toEqual({
        code: 0,
        output: "",
      });
    }
    const { stdout } = await beluga(["providers", "--json"], {
      cwd: folder,
      env: { INIT_CWD: join(folder, "llm-acme-cloud") },
    });
    expect(stdout).not.toContain("acme-cloud"); // a folder of any name is no package that is installed
    mkdirSync(join(folder, "packages"));
    for (const template of templates)
      symlinkSync(
        join(folder, `${template}-acme-cloud`),
        join(folder, `packages/${template}-acme-cloud`),
        "junction",
      );
    const listed = await beluga(["providers"], { cwd: folder });
    expect(
      listed.stdout.match(/@beluga\/\w+-acme-cloud +1\.0\.0 +missing: ACME_CLOUD_API_KEY/g),
    ).toHaveLength(templates.length);
  }, 60_000);

  test("passes its conformance suite", async () => {
    const report = join(folder, "report.json");
    const config = `
      import base from "../../vitest.config.ts";
      export default { ...base, test: { ...base.test, include: ["*/src/**/*.test.ts"], reporters: ["json"], outputFile: ${JSON.stringify(report)} } };
    `;
    writeFileSync(join(folder, "vitest.config.ts"), config);
    await node("vitest/vitest.mjs", ["run"], folder);
    const { numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const failed = testResults.flatMap(({ name, message, assertionResults }) => [
      ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
      ...assertionResults
        .filter(({ status }) => status === "failed")
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join("\n")}`),
    ]);
    expect(failed).toEqual([]);
    expect(testResults.length).toBeGreaterThan(templates.length);
    expect(numPassedTests).toBeGreaterThan(300);
  }, 120_000);
});

test("elsewhere it is a package of one's own, with versions in place of the workspace's", async () => {
  const folder = new TemporaryFolder();
  const { code, stdout } = await beluga(["new", "vector", "acme", "--json"], { cwd: folder.path });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    packageName: "beluga-vector-acme",
    folder: join(folder.path, "beluga-vector-acme"),
  });
  const read = (path: string): string => readFileSync(join(folder.path, "beluga-vector-acme", path), "utf8");
  const manifest = read("package.json");
  expect(JSON.parse(manifest)).toMatchObject({
    name: "beluga-vector-acme",
    peerDependencies: { "@beluga/core": expect.stringMatching(/^\^\d+\.\d+\.\d+$/) as string },
    devDependencies: { "@beluga/conformance": expect.stringMatching(/^\^\d+\.\d+\.\d+$/) as string },
  });
  expect(manifest).not.toMatch(/workspace:|catalog:|@beluga\/source/);
  expect(read(".gitignore")).toBe("node_modules/\ndist/\n");
  expect(read("tsconfig.json")).not.toContain("extends");
  expect(read("src/package-json.d.ts")).toContain('declare module "*/package.json"');
  folder.remove();
});

test("a folder that is not empty is left alone", async () => {
  const folder = new TemporaryFolder();
  folder.write("beluga-llm-acme/mine.txt", "mine");
  const { code, stderr } = await beluga(["new", "llm", "acme"], { cwd: folder.path });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `beluga: ${join(folder.path, "beluga-llm-acme")} is there already, and not empty. See beluga new --help.\n`,
  });
  folder.remove();
});

/** Of vitest, in JSON. */
interface Report {
  numPassedTests: number;
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs a tool of the repository. */
function node(
  tool: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | null; output: string }> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [join(root, "node_modules", tool), ...args], {
    cwd,
    env: { PATH, NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
