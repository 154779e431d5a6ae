import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installFor, installOf } from "./installs.js";
import { everythingInstalled, lockedVersions, weighedPackages } from "./packages.js";
import { type Project, installed } from "./project.js";

const mostPackages = 12;

/**
 * Beside zod. With it, 4 MB are aimed at, and are not to be had: zod 4.6 alone is 6.1 MB, its own sources and two builds of each file included, and
 * 4.0 was 3.8 MB.
 */
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
  test(`are at most ${mostPackages} packages, and 1 MB beside zod`, () => {
    const { packages, bytes, parts } = installFor(project.folder, ["@beluga/core", name]);
    expect(packages).toBeLessThanOrEqual(mostPackages);
    expect(bytes - (parts["zod"] ?? 0)).toBeLessThanOrEqual(mostBytes);
  });
});

test("what is said of a provider is what npm installs for it", async () => {
  await using alone = await installed(["@beluga/core", "@beluga/llm-openai"], {
    manifest: { overrides: lockedVersions() },
  });
  const expected = installFor(project.folder, ["@beluga/core", "@beluga/llm-openai"]);
  expect(installOf(alone.folder)).toEqual(expected);
  expect(Object.keys(expected.parts)).toContain("@beluga/llm-openai-compatible");
});
