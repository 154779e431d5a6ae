import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { readFileSync, readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { publint } from "publint";
import { describe, expect, inject, test } from "vitest";
import { importsOf, inlinedIn, isOfZod, statementsOf } from "./modules.js";
import { type Manifest, readTarball } from "./tarball.js";

const folder = inject("tarballs");
const packs = await Promise.all(
  readdirSync(folder).map(async (file) => {
    const data = readFileSync(join(folder, file));
    return { data, ...(await readTarball(data)) };
  }),
);
const core = "@beluga/core";
const cases = packs.map((pack) => ({ name: pack.manifest.name, ...pack }));

test("all public packages are packed", () => {
  const root = join(import.meta.dirname, "../..");
  const manifests = readdirSync(root).map(
    (name) =>
      JSON.parse(readFileSync(join(root, name, "package.json"), "utf8")) as Manifest & { private?: boolean },
  );
  const names = manifests.filter((manifest) => !manifest.private).map(({ name }) => name);
  expect(packs.map(({ manifest }) => manifest.name).sort()).toEqual(names.sort());
});

describe.each(cases)("$name", ({ data, manifest, files }) => {
  const scripts = [...files].filter(([path]) => /^dist\/.*\.js$/.test(path));
  const declarations = [...files].filter(([path]) => /^dist\/.*\.d\.ts$/.test(path));

  test("has what was built, a README, the licence and its manifest, and no tests, sources or test data", () => {
    // Of its own a manifest may list templates: what `beluga new` writes does have sources and tests.
    const listed = (manifest.files ?? []).filter((entry) => entry !== "dist");
    const others = [...files.keys()].filter(
      (path) =>
        !/^dist\/.*\.(?:js|d\.ts)$/.test(path) && !listed.some((entry) => path.startsWith(`${entry}/`)),
    );
    const ofZod = manifest.name === core ? ["dist/zod/zod-license.txt"] : [];
    expect(others.sort()).toEqual(["LICENSE", "README.md", ...ofZod, "package.json"].sort());
    expect(
      [...files.keys()].filter((path) => path.startsWith("dist/") && /\.test\.|testdata|testing/.test(path)),
    ).toEqual([]);
    expect(listed.filter((entry) => entry !== "templates")).toEqual([]);
    expect(files.get("LICENSE")).toMatch(/^MIT License\n/);
    expect(files.get("README.md")).toContain(manifest.name);
  });

  test("has every file that its manifest names", () => {
    const named = filesOf(manifest);
    expect(named).toContain("dist/" + (manifest.bin ? "main.js" : "index.js"));
    expect(named.filter((path) => !files.has(path))).toEqual([]);
  });

  test("has a manifest that means the same outside of the workspace", () => {
    expect(files.get("package.json")).not.toMatch(
      /"(?:workspace|catalog|link|file):|@beluga\/source|\.\/src\//,
    );
  });

  test("has its own modules inlined, and no others but core those of zod", () => {
    const modules = scripts.flatMap(([, text]) => inlinedIn(text));
    const others = modules.filter((module) => !/^src\/|^package\.json$/.test(module));
    expect(others.filter((module) => manifest.name !== core || !isOfZod(module))).toEqual([]);
    // A build that no longer said it would pass everything.
    const silent = scripts.filter(
      ([, text]) => inlinedIn(text).length === 0 && statementsOf(text).length > 0,
    );
    expect(silent).toEqual([]);
  });

  test("imports only what it depends on, in its scripts and in its types", () => {
    const known = [
      manifest.name,
      ...Object.keys({
        ...manifest.dependencies,
        ...manifest.peerDependencies,
        ...manifest.optionalDependencies,
      }),
    ];
    const unknown = [...scripts, ...declarations].flatMap(([path, text]) =>
      importsOf(path, text)
        .filter((specifier) => !specifier.startsWith(".") && !isBuiltin(specifier))
        .filter((specifier) => !known.some((name) => specifier === name || specifier.startsWith(`${name}/`)))
        .map((specifier) => `${path}: ${specifier}`),
    );
    expect(unknown).toEqual([]);
  });

  test("was built at its version", () => {
    const built = scripts.flatMap(
      ([, text]) => /^\/\/ package\.json\n(?:var name.*\n)?var version.* = "(.*)";$/m.exec(text)?.[1] ?? [],
    );
    expect(built.filter((version) => version !== manifest.version)).toEqual([]);
  });

  test("has nothing that publint remarks on", async () => {
    const tarball = Uint8Array.from(data).buffer;
    const { messages } = await publint({ pack: { tarball }, strict: true, level: "suggestion" });
    expect(messages).toEqual([]);
  });

  test("has types that TypeScript resolves, for an ES module", async () => {
    const result = await checkPackage(createPackageFromTarballData(data));
    if (!result.types) {
      // A command is not imported.
      expect(manifest.bin).toBeDefined();
      return;
    }
    const asModule = ["node16-esm", "bundler"];
    expect(
      result.problems.filter(
        (problem) => !("resolutionKind" in problem) || asModule.includes(problem.resolutionKind),
      ),
    ).toEqual([]);
  });
});

describe("zod is built into core alone", () => {
  test("with its modules, its declarations and its licence", () => {
    const { files } = packs.find(({ manifest }) => manifest.name === core) ?? {
      files: new Map<string, string>(),
    };
    const modules = [...files.values()].flatMap((text) => inlinedIn(text)).filter(isOfZod);
    expect(modules.map((module) => module.replace(/.*\/node_modules\//, ""))).toContain(
      "zod/v4/mini/schemas.js",
    );
    expect(files.get("dist/zod/zod-license.txt")).toMatch(
      /^MIT License\n\nCopyright \(c\) \d+ Colin McDonnell\n/,
    );

    const path = "dist/schema.d.ts";
    const start = "./zod/mini/index.js";
    expect(new Set(importsOf(path, files.get(path) ?? ""))).toEqual(new Set([start]));
    const declarations = [...files].filter(
      ([path]) => path.startsWith("dist/zod/") && path.endsWith(".d.ts"),
    );
    expect(declarations.length).toBeGreaterThan(20);
    const missing = declarations.flatMap(([path, text]) =>
      importsOf(path, text)
        .map((specifier) => posix.join(path, "..", specifier).replace(/\.js$/, ".d.ts"))
        .filter((imported) => !files.has(imported)),
    );
    expect(missing).toEqual([]);
    expect(files.has("dist/zod/mini/index.d.ts")).toBe(true);
  });

  test("and no other package has it, or depends on it, but the conformance suite", () => {
    const having = packs.filter(({ files }) => [...files.keys()].some((path) => /(?:^|\/)zod\//.test(path)));
    expect(having.map(({ manifest }) => manifest.name)).toEqual([core]);
    const depending = packs.filter(({ manifest: { dependencies, peerDependencies, optionalDependencies } }) =>
      Object.hasOwn({ ...dependencies, ...peerDependencies, ...optionalDependencies }, "zod"),
    );
    expect(depending.map(({ manifest }) => manifest.name)).toEqual(["@beluga/conformance"]);
  });
});

// Without the build's word for it: functions and classes that stand in another package too, wherever the bundler could have met them.
test("no package holds code of those that it depends on", () => {
  const codeOf = new Map(packs.map(({ manifest, files }) => [manifest.name, definitionsOf(files)]));
  const copies = packs.flatMap(({ manifest: { name } }) =>
    dependenciesOf(name).flatMap((dependency) =>
      [...(codeOf.get(name) ?? [])]
        .filter((statement) => codeOf.get(dependency)?.has(statement))
        .map((statement) => `${name} holds of ${dependency}: ${statement.slice(0, 80)}`),
    ),
  );
  expect(codeOf.get("@beluga/core")?.size).toBeGreaterThan(100);
  expect(copies).toEqual([]);
});

function definitionsOf(files: ReadonlyMap<string, string>): Set<string> {
  const scripts = [...files].filter(([path]) => /^dist\/.*\.js$/.test(path));
  return new Set(
    scripts
      .flatMap(([, text]) => statementsOf(text))
      .filter(
        (statement) => statement.length > 100 && /^(?:async )?function|^(?:var \w+ = )?class/.test(statement),
      ),
  );
}

/** The packages of this repository that one depends on, for whatever purpose and by however many steps. */
function dependenciesOf(name: string, found = new Set<string>()): string[] {
  const manifest = packs.find((pack) => pack.manifest.name === name)?.manifest;
  const direct = {
    ...manifest?.dependencies,
    ...manifest?.peerDependencies,
    ...manifest?.optionalDependencies,
    ...manifest?.devDependencies,
  };
  for (const dependency of Object.keys(direct)) {
    if (!dependency.startsWith("@beluga/") || found.has(dependency)) continue;
    found.add(dependency);
    dependenciesOf(dependency, found);
  }
  return [...found].filter((dependency) => dependency !== name);
}

function filesOf({ exports = {}, bin = {} }: Manifest): string[] {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target),
  );
  return [...targets, ...Object.values(bin)].map((path) => path.replace(/^\.\//, ""));
}
