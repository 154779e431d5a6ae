import { expect, test } from "vitest";
import { helpOf, parseArguments, suggestion } from "./arguments.js";

const spec = {
  usage: "ask [question]",
  description: "Asks.",
  options: {
    dir: { value: "folder", description: "The folder" },
    k: { value: "count", short: "k", type: "count", description: "How many" },
    temperature: { value: "number", type: "number", description: "How wild" },
    json: { description: "As JSON" },
  },
  examples: ["beluga ask hello"],
} as const;

test("options and words may stand in any order", () => {
  expect(
    parseArguments(spec, [
      "what",
      "--dir",
      "notes",
      "is",
      "-k",
      "3",
      "--json",
      "--temperature=-0.5",
      "--",
      "--this",
    ]),
  ).toEqual({
    options: { dir: "notes", k: 3, json: true, temperature: -0.5 },
    positionals: ["what", "is", "--this"],
  });
});

test.each([
  [["--dri", "x"], "unknown option --dri: did you mean --dir?"],
  [["--jsno"], "unknown option --jsno: did you mean --json?"],
  [["--completely-else"], "unknown option --completely-else"],
  [["-x"], "unknown option -x"],
  [["--json=yes"], "the option --json takes no value"],
  [
    ["--dir"],
    "the option --dir needs a value: --dir <folder>, or --dir=<folder> where it begins with a dash",
  ],
  [
    ["--dir", "--json"],
    "the option --dir needs a value: --dir <folder>, or --dir=<folder> where it begins with a dash",
  ],
  [["-k", "0"], 'the option --k needs a whole number above zero, not "0"'],
  [["-k", "2.5"], 'the option --k needs a whole number above zero, not "2.5"'],
  [["--temperature", "warm"], 'the option --temperature needs a number, not "warm"'],
  [["--temperature="], 'the option --temperature needs a number, not ""'],
])("%j is refused in plain words", (args, message) => {
  expect(() => parseArguments(spec, args)).toThrow(message);
});

test("a suggestion is made for what is near, swapped letters included, and for nothing else", () => {
  expect(suggestion("chta", ["ask", "chat"])).toBe(": did you mean chat?");
  expect(suggestion("provider", ["ask", "providers"])).toBe(": did you mean providers?");
  expect(suggestion("summarise", ["ask", "chat"])).toBe("");
});

test("the help names every option with its value", () => {
  expect(helpOf(spec)).toBe(`beluga ask [question]

Asks.

Options:
      --dir <folder>          The folder
  -k, --k <count>             How many
      --temperature <number>  How wild
      --json                  As JSON
  -h, --help                  Show this help
      --verbose               Show where an error comes from

Examples:
  beluga ask hello`);
});
