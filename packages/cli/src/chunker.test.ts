import { expect, test } from "vitest";
import { chunkDocument } from "./chunker.js";

const words = (count: number, word = "word"): string => Array.from({ length: count }, () => word).join(" ");

test("each section is a passage with its headings and lines", () => {
  const text = `# Guide\n\n${words(80)}\n\n## Install\n\n${words(80)}\n\n### On Windows\n\n${words(80)}\n\n## Use\n\n${words(80)}\n`;
  expect(
    chunkDocument(text, "markdown").map(({ heading, line, endLine }) => ({ heading, line, endLine })),
  ).toEqual([
    { heading: "Guide", line: 1, endLine: 3 },
    { heading: "Guide > Install", line: 5, endLine: 7 },
    { heading: "Guide > Install > On Windows", line: 9, endLine: 11 },
    { heading: "Guide > Use", line: 13, endLine: 15 },
  ]);
});

test("a passage keeps its text, the heading included", () => {
  const text = "# Guide\n\nFirst.\n\n\n\n- one\n- two\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\nAfter.";
  expect(chunkDocument(text, "markdown")).toEqual([
    {
      text: "# Guide\n\nFirst.\n\n- one\n- two\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\nAfter.",
      heading: "Guide",
      line: 1,
      endLine: 15,
    },
  ]);
});

test("short sections of one parent share a passage, under their parent's heading", () => {
  const text = "# Guide\n\n## A\n\nShort.\n\n## B\n\nShort.\n\n# Other\n\nShort.";
  expect(chunkDocument(text, "markdown").map(({ heading, text }) => ({ heading, text }))).toEqual([
    { heading: "Guide", text: "# Guide\n\n## A\n\nShort.\n\n## B\n\nShort." },
    { heading: "Other", text: "# Other\n\nShort." },
  ]);
});

test("titles that follow each other without a text between them are one heading of the text below", () => {
  expect(chunkDocument(`# Guide\n\n## Install\n\n${words(80)}`, "markdown")).toMatchObject([
    { heading: "Guide > Install", line: 1, endLine: 5 },
  ]);
});

test("paragraphs are put together up to the target, and one that is longer is cut between lines, sentences or words", () => {
  const paragraphs = chunkDocument(Array.from({ length: 10 }, () => words(60)).join("\n\n"), "plain");
  expect(paragraphs.map(({ text }) => text.length)).toEqual([1_202, 1_202, 600]);

  const sentences = chunkDocument(
    Array.from({ length: 100 }, () => "This is one sentence.").join(" "),
    "plain",
  );
  for (const { text } of sentences) expect(text).toMatch(/^This .*sentence\.$/);

  const lines = chunkDocument(Array.from({ length: 200 }, (_, at) => `- item ${at}`).join("\n"), "plain");
  expect(
    lines
      .map(({ text }) => text)
      .join("\n")
      .split("\n"),
  ).toHaveLength(200);
  for (const { text, line } of lines) expect(text.startsWith(`- item ${line - 1}\n`)).toBe(true);
});

test("nothing is lost, and no character is cut in two", () => {
  for (const character of ["🐋", "x", "字", "👩‍🚀"]) {
    const text = `a${character.repeat(4_000)}`;
    const chunks = chunkDocument(text, "plain");
    expect(chunks.map((chunk) => chunk.text).join("")).toBe(text);
    for (const chunk of chunks) expect(chunk.text).not.toMatch(/\p{Surrogate}/u);
  }
});

test("fenced code is kept whole where it is not very long, whatever is in it", () => {
  const code = `\`\`\`sh\n${"# not a heading\n\n".repeat(120)}\`\`\``;
  const chunks = chunkDocument(`# Title\n\n${words(150)}\n\n${code}\n\nEnd.`, "markdown");
  expect(chunks.map(({ text, heading }) => [heading, text.includes(code)])).toEqual([
    ["Title", false],
    ["Title", true],
    ["Title", false],
  ]);
  const long = chunkDocument(`~~~\n${"line\n".repeat(2_000)}~~~`, "markdown");
  expect(long.length).toBeGreaterThan(5);
  expect(long.at(-1)?.endLine).toBe(2_002);
});

test("front matter is no heading, and an unclosed fence reaches to the end", () => {
  expect(chunkDocument("---\n# a remark\n\ntitle: A\n---\n\n# Real\n\nText.", "markdown")).toMatchObject([
    { heading: "", text: "---\n# a remark\n\ntitle: A\n---" },
    { heading: "Real", text: "# Real\n\nText." },
  ]);
  expect(chunkDocument("```\n# code", "markdown")).toMatchObject([{ heading: "", text: "```\n# code" }]);
});

test("underlined titles are headings", () => {
  expect(
    chunkDocument(`Title\n=====\n\n${words(80)}\n\nPart\n----\n\nText.\n\n- item\n---\n`, "markdown"),
  ).toMatchObject([{ heading: "Title" }, { heading: "Title > Part" }]);
  expect(
    chunkDocument(
      `=====\nTitle\n=====\n\n${words(80)}\n\nPart\n~~~~\n\n${words(80)}\n\nNext\n~~~~\n\nText.`,
      "restructured",
    ),
  ).toMatchObject([
    { heading: "Title", line: 1 },
    { heading: "Title > Part", line: 7 },
    { heading: "Title > Next", line: 12 },
  ]);
});

test.each([
  ["", 0],
  [" \n\t\n", 0],
  ["# Only a heading", 1],
  ["\r\nText\r\n", 1],
])("%j gives %i passages", (text, count) => {
  expect(chunkDocument(text, "markdown")).toHaveLength(count);
});

test("a huge document is read in linear time, or this test times out", () => {
  expect(chunkDocument("word word word\n".repeat(300_000), "markdown").length).toBeGreaterThan(1_000);
  expect(chunkDocument("```\ncode\n```\n".repeat(100_000), "markdown").length).toBeGreaterThan(1_000);
});
