import { existsSync, globSync, mkdtempSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { outputOf, run } from "./commands.js";
import { environmentOf, publishedVersions } from "./registry.js";
import { copyWorkspace } from "./workspace-copy.js";

interface Workflow {
  permissions?: Permissions;
  jobs: Record<string, Job>;
}
interface Job {
  needs?: string;
  uses?: string;
  permissions?: Permissions;
  env?: Record<string, string>;
  steps?: Step[];
}
interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
type Permissions = Record<string, "read" | "write">;

const root = resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, ".github", file), "utf8");
const workflow = (name: string) => parse(read(`workflows/${name}.yml`)) as Workflow;
const [ci, release] = [workflow("ci"), workflow("release")];
const jobs = [...Object.values(ci.jobs), ...Object.values(release.jobs)];
const stepsOf = ({ steps = [] }: Job) => steps;

describe.each(globSync("{workflows,actions/*}/*.yml", { cwd: join(root, ".github") }))("%s", (file) => {
  const text = read(file);

  test("uses actions by their full commit, and says of which version that is", () => {
    const uses = Array.from(text.matchAll(/^.*\buses: (.*)$/gm), ([, action = ""]) => action);
    const others = uses.filter((action) => !action.startsWith("./"));
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
    for (const action of uses) if (action.startsWith("./")) expect(existsSync(join(root, action))).toBe(true);
  });

  test("pastes nothing into a script", () => {
    expect(text.match(/run:[^\n]*\$\{\{|run: \|\n(?: {8,}.*\n)*.*\$\{\{/)).toBeNull();
  });
});

test("one version of an action stands everywhere", () => {
  const text = globSync("{workflows,actions/*}/*.yml", { cwd: join(root, ".github") })
    .map(read)
    .join("\n");
  const versions = new Map<string, Set<string>>();
  for (const [, repository = "", version = ""] of text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(\S+ # \S+)/g))
    versions.set(repository, (versions.get(repository) ?? new Set()).add(version));
  expect([...versions].filter(([, all]) => all.size > 1)).toEqual([]);
});

test("a job may do what it is for, and nothing else", () => {
  expect([ci.permissions, release.permissions]).toEqual([{}, {}]);
  const permissions = Object.entries({ ...ci.jobs, ...release.jobs }).map(([name, job]) => [
    name,
    job.permissions,
  ]);
  expect(Object.fromEntries(permissions)).toEqual({
    gate: { contents: "read" },
    mode: { contents: "read" },
    version: { contents: "write", "pull-requests": "write" },
    pack: { contents: "read" },
    publish: { contents: "write", "id-token": "write" },
  });
  expect(ci.jobs["gate"]?.permissions).toEqual(release.jobs["gate"]?.permissions);
});

test("a job that may write runs nothing of the repository", () => {
  const writing = jobs.filter(({ permissions = {} }) => Object.values(permissions).includes("write"));
  expect(writing).toHaveLength(2);
  expect(writing.flatMap(stepsOf).filter((step) => step.run !== undefined)).toEqual([]);
});

test("no checkout leaves its token behind", () => {
  const checkouts = jobs.flatMap(stepsOf).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts).toHaveLength(5);
  expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
});

test("nothing is released that has not passed the gate", () => {
  expect(stepsOf(ci.jobs["gate"] ?? {}).map((step) => step.run)).toContain(".ci/run");
  expect(release.jobs["gate"]?.uses).toBe("./.github/workflows/ci.yml");
  const needs = Object.entries(release.jobs).map(([name, job]) => [name, job.needs]);
  expect(Object.fromEntries(needs)).toEqual({
    gate: undefined,
    mode: "gate",
    version: "mode",
    pack: "mode",
    publish: "pack",
  });
});

const place = () => ({ registry: inject("registry"), scratch: inject("scratch") });

// Where it did not read the variable, pnpm would publish here: it cannot say where a package comes from outside of a workflow.
test("pnpm publishes with provenance, or not at all, by the environment of the job", async () => {
  const { publish } = release.jobs;
  const tarball = join(inject("tarballs"), `beluga-core-${await coreVersion()}.tgz`);
  const notInWorkflow = { CI: undefined, GITHUB_ACTIONS: undefined, GITLAB_CI: undefined };
  const outcome = await run(
    "pnpm",
    ["publish", "--no-git-checks", "--force", "--registry", inject("registry"), tarball],
    {
      cwd: inject("scratch"),
      env: { ...environmentOf(place()), ...notInWorkflow, ...publish?.env },
    },
  );
  expect(outcome.code).toBe(1);
  expect(outcome.stdout + outcome.stderr).toContain("ERR_PNPM_PROVENANCE_UNSUPPORTED_PROVIDER");
});

async function coreVersion(): Promise<string | undefined> {
  return (await publishedVersions(inject("registry"), "@beluga/core")).at(0);
}

test("what is packed says in which repository its sources are, which npm compares with the provenance", async () => {
  const pack = stepsOf(release.jobs["pack"] ?? {});
  const script = "scripts/set-repository.mjs";
  const order = pack.flatMap((step) => step.run ?? (step.uses?.includes("/pack@") ? "pack" : []));
  expect(order).toEqual(["pnpm exec turbo run build", `node ${script}`, "pack"]);

  const workspace = copyWorkspace(mkdtempSync(join(inject("scratch"), "workspace-")), place());
  const env = { GITHUB_SERVER_URL: "https://github.example", GITHUB_REPOSITORY: "someone/beluga" };
  await outputOf(process.execPath, [join(root, script)], { cwd: workspace.folder, env });
  const { manifest } = await workspace.pack("@beluga/llm-openai");
  expect(manifest.repository).toEqual({
    type: "git",
    url: "git+https://github.example/someone/beluga.git",
    directory: "packages/llm-openai",
  });
});
