import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { installOf } from "./installs.js";
import { installed } from "./project.js";
import { publishedVersions, startRegistry } from "./registry.js";
import { startVendor } from "./vendor.js";
import { type Releases, type WorkspaceCopy, copyWorkspace } from "./workspace-copy.js";

const provider = "@beluga/llm-openai";

const require = createRequire(import.meta.url);
const compilers: Record<string, string> = {
  "TypeScript 7": join(require.resolve("typescript/package.json"), "../lib/tsc.js"),
  "TypeScript 5.4": join(require.resolve("typescript-5.4/package.json"), "../lib/tsc.js"),
};

describe("a user's first program", () => {
  test.each(["npm", "pnpm"] as const)(
    "runs where core and one provider were installed with %s",
    async (installer) => {
      await using vendor = await startVendor();
      await using project = await installed(["@beluga/core", provider], { installer });
      project.write("program.ts", testdata("first-program.ts").replace("BASE_URL", vendor.addresses.vendor));
      expect(JSON.parse(await project.output(process.execPath, ["program.ts"]))).toEqual({
        text: "Ich schaue nach: Zürich 🐋",
        total: 77,
        same: true,
      });
      const [version] = await publishedVersions(inject("registry"), provider);
      const agent = `beluga-llm-openai/${version}`;
      expect(vendor.requests.map(({ userAgent }) => userAgent)).toEqual([agent, agent]);
    },
  );

  test.each(
    Object.keys(compilers).flatMap((compiler) => [
      [compiler, "nodenext"],
      [compiler, "bundler"],
    ]),
  )(
    "compiles with %s, resolved by %s, and a mistyped name or option does not",
    async (compiler = "", resolution = "") => {
      await using project = await installed(["@beluga/core", provider]);
      // Its declarations come with core.
      expect(Object.keys(installOf(project.folder).parts)).not.toContain("zod");
      project.write("program.ts", testdata("first-program.ts"));
      project.write("mistakes.ts", testdata("mistakes.ts"));
      project.write("tsconfig.json", JSON.stringify({ compilerOptions: compilerOptions(resolution) }));
      const { stdout } = await project.run(process.execPath, [
        compilers[compiler] ?? "",
        "--pretty",
        "false",
      ]);
      const mistakes = stdout.matchAll(/^(\S+): error (TS\d+)/gm);
      expect(Array.from(mistakes, ([, place, code]) => `${place} ${code}`)).toEqual([
        "mistakes.ts(4,19) TS2345",
        "mistakes.ts(5,31) TS2561",
        "mistakes.ts(6,52) TS2322",
        "mistakes.ts(7,72) TS2561",
      ]);
    },
  );
});

function testdata(file: string): string {
  return readFileSync(join(import.meta.dirname, "../testdata", file), "utf8");
}

/** Strict, and the declarations of the packages are checked too. */
function compilerOptions(resolution: string): Record<string, unknown> {
  return {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    target: "es2022",
    lib: ["es2022", "dom"],
    types: [],
    module: resolution === "bundler" ? "esnext" : resolution,
    moduleResolution: resolution,
  };
}

describe("a release", () => {
  test("of one provider publishes that provider alone, and an update brings it", async () => {
    await using place = await startRegistry(join(inject("scratch"), "releases"));
    const workspace = copyWorkspace(join(place.scratch, "workspace"), place);
    const first = workspace.versions();
    const published = async () => {
      const names = Object.keys(first);
      const versions = names.map(
        async (name) => [name, await publishedVersions(place.registry, name)] as const,
      );
      return Object.fromEntries(await Promise.all(versions));
    };
    await workspace.publish();
    expect(await published()).toEqual(mapValues(first, (version) => [version]));

    await using project = await installed(["@beluga/core", provider], { place });
    await workspace.version({ [provider]: "patch" });
    await workspace.build(provider);
    await workspace.publish();
    expect(await published()).toEqual({
      ...mapValues(first, (version) => [version]),
      [provider]: ["1.0.0", "1.0.1"],
    });

    await project.output("npm", ["update"]);
    project.write(
      "version.js",
      `import { chatModels } from "@beluga/core";
      import "${provider}";
      console.log(chatModels.get("openai").version);`,
    );
    expect(await project.output(process.execPath, ["version.js"])).toBe("1.0.1\n");
    const { dependencies } = JSON.parse(await project.output("npm", ["ls", "--json"])) as {
      dependencies: Record<string, { version: string }>;
    };
    expect(mapValues(dependencies, ({ version }) => version)).toEqual({
      "@beluga/core": "1.0.0",
      [provider]: "1.0.1",
    });
  });

  test("of a base publishes no provider that is built on it", async () => {
    expect(await changedBy({ "@beluga/llm-openai-compatible": "minor" })).toEqual({
      "@beluga/llm-openai-compatible": "1.1.0",
    });
  });

  test("of a minor of core publishes core alone; a provider that is released later asks for that core", async () => {
    const workspace = copy();
    expect(await changedBy({ "@beluga/core": "minor" }, workspace)).toEqual({ "@beluga/core": "1.1.0" });
    expect(await changedBy({ [provider]: "patch" }, workspace)).toEqual({ [provider]: "1.0.1" });
    const { manifest, files } = await workspace.pack(provider);
    expect(manifest.peerDependencies).toEqual({ "@beluga/core": "^1.1.0" });
    expect([...files.keys()].filter((path) => !path.startsWith("dist/")).sort()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
    ]);
  });

  // What changesets makes of it would break users of a provider by a patch: CONTRIBUTING says what to do.
  test("of a major of core makes patches of its dependents, unless their majors are given by hand", async () => {
    const workspace = copy();
    const others = Object.keys(workspace.versions()).filter((name) => name !== "@beluga/core");
    expect(await changedBy({ "@beluga/core": "major" })).toEqual({
      ...Object.fromEntries(others.map((name) => [name, "1.0.1"])),
      "@beluga/core": "2.0.0",
    });
    const all = Object.fromEntries([...others, "@beluga/core"].map((name) => [name, "major" as const]));
    expect(await changedBy(all, workspace)).toEqual(mapValues(all, () => "2.0.0"));
    expect((await workspace.pack(provider)).manifest.peerDependencies).toEqual({ "@beluga/core": "^2.0.0" });
  });
});

function copy(): WorkspaceCopy {
  const place = { registry: inject("registry"), scratch: inject("scratch") };
  return copyWorkspace(mkdtempSync(join(place.scratch, "workspace-")), place);
}

/** The packages that a changeset gives a new version. */
async function changedBy(releases: Releases, workspace = copy()): Promise<Record<string, string>> {
  const before = workspace.versions();
  await workspace.version(releases);
  return Object.fromEntries(
    Object.entries(workspace.versions()).filter(([name, version]) => before[name] !== version),
  );
}

function mapValues<T, U>(values: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
