import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Light, ours, weighOurs } from "./compared.js";
import { pages, readFigures, stale } from "./figures.js";
import { table, withTable } from "./markdown.js";
import { everythingInstalled } from "./packages.js";
import type { Project } from "./project.js";

const figures = readFigures();

let project: Project;
beforeAll(async () => {
  project = await everythingInstalled();
});
afterAll(() => project[Symbol.asyncDispose]());

test.each(Object.entries(ours()))(
  "the sizes in the README are those of the packages: %s (`npm run sizes -- --update` writes them anew)",
  async (name, packages) => {
    expect(stale(name, figures.compared[name], await weighOurs(project, packages))).toEqual([]);
  },
);

test("the tables of the READMEs are made of figures.json (`npm run sizes -- --update` writes them anew)", () => {
  for (const { path, text } of pages(figures)) expect(readFileSync(path, "utf8")).toBe(text);
});

const said: Light = {
  packages: ["@beluga/core", "@beluga/llm-acme"],
  bundle: { total: 20_000, withoutZod: 10_000 },
  install: { packages: 4, bytes: 1_000_000 },
};

test("figures that are off by more than 3 % are stale, and so are those of other packages", () => {
  const near = { ...said, bundle: { total: 20_500, withoutZod: 9_800 } };
  expect(stale("ours", said, near)).toEqual([]);
  const off = {
    ...said,
    bundle: { total: 20_700, withoutZod: 9_600 },
    install: { packages: 5, bytes: 900_000 },
  };
  expect(stale("ours", said, off)).toEqual([
    "ours: its bundle: 20700, and not 20000",
    "ours: its bundle without zod: 9600, and not 10000",
    "ours: the packages installed: 5, and not 4",
    "ours: the bytes installed: 900000, and not 1000000",
  ]);
  expect(stale("ours", undefined, said)).toEqual(["ours: other packages"]);
});

test("a table takes the place of the one between its marks, and of nothing else", () => {
  const page =
    "a\n\n<!-- figures:one -->\n\nold\n\n<!-- figures:end -->\n\nb <!-- figures:two --><!-- figures:end -->\n";
  expect(withTable(page, "one", table(["x", "y"], [["long", ""]]))).toBe(
    "a\n\n<!-- figures:one -->\n\n| x    | y   |\n| ---- | --- |\n| long |     |\n\n<!-- figures:end -->\n\nb <!-- figures:two --><!-- figures:end -->\n",
  );
  expect(() => withTable(page, "three", "")).toThrow("<!-- figures:three -->");
});
