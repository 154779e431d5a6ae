import { afterAll, beforeAll, expect, test } from "vitest";
import { problemsOf, readBudgets } from "./budgets.js";
import { everythingInstalled, weighedPackages } from "./packages.js";
import type { Project } from "./project.js";
import { bundle, weigh } from "./sizes.js";

const names = weighedPackages();
const budgets = readBudgets();

let project: Project;
beforeAll(async () => {
  project = await everythingInstalled();
});
afterAll(() => project[Symbol.asyncDispose]());

test.each(names)(
  "%s weighs what its budget says, whether the registry is asked or createX called",
  async (name) => {
    const { total, withoutZod, explicit = total } = await weigh(project.folder, name);
    expect(problemsOf({ total, withoutZod }, budgets[name])).toEqual([]);
    expect(explicit).toBeLessThanOrEqual(budgets[name]?.total ?? 0);
  },
);

test("no budget is left of a package that is gone", () => {
  expect(Object.keys(budgets)).toEqual(names);
});

test("what is imported more weighs more, and what is left outside is not counted", async () => {
  const program = `import "@beluga/llm-openai";`;
  const one = await bundle(project.folder, program);
  const two = await bundle(project.folder, `${program} import "@beluga/llm-anthropic";`);
  const less = await bundle(project.folder, program, ["zod"]);
  expect(two.bytes).toBeGreaterThan(one.bytes + 2000);
  expect(less.bytes).toBeLessThan(one.bytes - 2000);
  expect(one.packages.filter((name) => !less.packages.includes(name))).toEqual(["zod"]);
});
