import { afterAll, beforeAll, expect, test } from "vitest";
import { problemsOf, readBudgets } from "./budgets.js";
import { everythingInstalled, weighedPackages } from "./packages.js";
import { type Project, installed } from "./project.js";
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
  const program = `import "@beluga/otel";`;
  const one = await bundle(project.folder, program);
  const two = await bundle(project.folder, `${program} import "@beluga/llm-anthropic";`);
  const less = await bundle(project.folder, program, ["@opentelemetry/api"]);
  expect(two.bytes).toBeGreaterThan(one.bytes + 2000);
  expect(less.bytes).toBeLessThan(one.bytes - 2000);
  expect(one.packages.filter((name) => !less.packages.includes(name))).toEqual(["@opentelemetry/api"]);
});

test("zod's part is what is built into core, and nothing where it is not used", async () => {
  const provider = `import "@beluga/llm-openai";`;
  const [withIt, without] = [
    await bundle(project.folder, provider),
    await bundle(project.folder, provider, ["zod"]),
  ];
  expect(without.bytes).toBeLessThan(withIt.bytes - 3000);
  expect(without.packages).toEqual(withIt.packages);
  const registry = `import { chatModels } from "@beluga/core"; console.log(chatModels.list());`;
  expect(await bundle(project.folder, registry, ["zod"])).toEqual(await bundle(project.folder, registry));
});

test.each([
  ["that says nothing of zod", `// src/index.ts\nexport const a = 1;\n`, "No script of "],
  [
    "that mixes zod with its own code",
    `// ../../node_modules/zod/v4/core/core.js\nconst z = 1;\n// src/index.ts\nexport const a = z;\n`,
    " holds more than zod: src/index.ts",
  ],
])("a core %s is not weighed", async (_, code, problem) => {
  await using built = await installed([]);
  built.write("node_modules/@beluga/core/package.json", `{ "main": "dist/index.js" }`);
  built.write("node_modules/@beluga/core/dist/index.js", code);
  await expect(bundle(built.folder, `import "@beluga/core";`, ["zod"])).rejects.toThrow(problem);
});
