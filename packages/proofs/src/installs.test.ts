import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installFor, installOf } from "./installs.js";
import { everythingInstalled, lockedVersions, weighedPackages } from "./packages.js";
import { type Project, installed } from "./project.js";

/** What is aimed at for core and a provider over HTTP, the whole install. */
const aim = { packages: 12, bytes: 4_000_000 };

/** Our own line, which is far below the aim since zod is built into core: so that what was won is not lost again. */
const mostBytes = 1_000_000;

/** What is not held to that, since it is no provider over HTTP. */
const exempt: Readonly<Record<string, string>> = {
  "@beluga/otel": "an observer; brings OpenTelemetry's API",
  "@beluga/vector-pgvector": "speaks Postgres's own protocol, by `pg`",
  "@beluga/vector-sqlite": "has a native part, `sqlite-vec`",
};
const providers = weighedPackages().filter((name) => name !== "@beluga/core" && !(name in exempt));

let project: Project;
beforeAll(async () => {
  project = await everythingInstalled();
});
afterAll(() => project[Symbol.asyncDispose]());

describe.each(providers)("@beluga/core and %s", (name) => {
  test("are at most 12 packages and 4 MB, which is the aim, and 1 MB, which is our line", () => {
    const { packages, bytes } = installFor(project.folder, ["@beluga/core", name]);
    expect(packages).toBeLessThanOrEqual(aim.packages);
    expect(bytes).toBeLessThanOrEqual(aim.bytes);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });
});

test("what is said of a provider is what npm installs for it", async () => {
  await using alone = await installed(["@beluga/core", "@beluga/llm-openai"], {
    manifest: { overrides: lockedVersions() },
  });
  const expected = installFor(project.folder, ["@beluga/core", "@beluga/llm-openai"]);
  expect(installOf(alone.folder)).toEqual(expected);
  expect(Object.keys(expected.parts).sort()).toEqual([
    "@beluga/core",
    "@beluga/llm-openai",
    "@beluga/llm-openai-compatible",
  ]);
});

test("zod is installed for none of them", () => {
  expect(Object.keys(installOf(project.folder).parts)).not.toContain("zod");
});
