import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFiles, readText } from "./files.js";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "beluga-files-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array = "text"): string {
  const absolutePath = join(folder, path);
  mkdirSync(dirname(absolutePath), { recursive: true });
  writeFileSync(absolutePath, content);
  return absolutePath;
}

async function paths(): Promise<string[]> {
  const { files } = await findFiles(folder);
  return files.map(({ path }) => path);
}

test("texts are found in every folder but those that others wrote, and those that are marked", async () => {
  for (const path of ["b.md", "a/x.TXT", "a/y.rst", "a/b/z.mdx", "picture.png", "code.ts", "LICENSE"])
    write(path);
  for (const path of [
    ".hidden.md",
    ".git/a.md",
    "node_modules/p/README.md",
    "a/dist/a.md",
    ".beluga/a.md",
    "own/.belugaignore",
    "own/a.md",
  ])
    write(path);
  expect(await paths()).toEqual(["a/b/z.mdx", "a/x.TXT", "a/y.rst", "b.md"]);
});

test("links are followed, also out of the folder, and in a circle only once; what cannot be followed is reported", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "beluga-elsewhere-"));
  writeFileSync(join(elsewhere, "far.md"), "text");
  write("a/note.md");
  symlinkSync(elsewhere, join(folder, "link"));
  symlinkSync(folder, join(folder, "a/up"));
  symlinkSync(join(folder, "a/self"), join(folder, "a/self"));
  symlinkSync(join(folder, "gone.md"), join(folder, "broken.md"));
  symlinkSync(join(folder, "gone"), join(folder, "broken"));
  const { files, skipped, unreadable } = await findFiles(folder);
  rmSync(elsewhere, { recursive: true });
  expect(files.map(({ path }) => path)).toEqual(["a/note.md", "link/far.md"]);
  expect(skipped).toEqual([
    { path: "a/self", reason: "a link that leads to itself" },
    { path: "broken.md", reason: "a link to something that is not there" },
  ]);
  expect(unreadable).toEqual(["a/self"]);
});

test("a file that is too large is reported, and not opened", async () => {
  truncateSync(write("huge.txt"), 9 * 2 ** 20);
  expect(await findFiles(folder)).toEqual({
    files: [],
    skipped: [{ path: "huge.txt", reason: "larger than 8 MiB" }],
    unreadable: [],
  });
});

test("a folder that is not there is an error", async () => {
  await expect(findFiles(join(folder, "nowhere"))).rejects.toMatchObject({ code: "ENOENT" });
});

test.each([
  ["UTF-8", Buffer.from("Grüße 🐋"), { text: "Grüße 🐋", replaced: 0 }],
  ["UTF-8 with a mark", Buffer.from("\u{feff}Grüße"), { text: "Grüße", replaced: 0 }],
  ["UTF-16", Buffer.from("\u{feff}Grüße", "utf16le"), { text: "Grüße", replaced: 0 }],
  ["a U+FFFD that was written", Buffer.from("a\u{fffd}b"), { text: "a\u{fffd}b", replaced: 0 }],
  [
    "a character that is not UTF-8",
    Buffer.from("a long enough word and then Gr\xfc\xdfe", "latin1"),
    { text: "a long enough word and then Gr\u{fffd}\u{fffd}e", replaced: 2 },
  ],
  ["binary data", Buffer.from([80, 75, 3, 4, 0, 1]), { reason: "not a text: it holds binary data" }],
  [
    "binary data behind a text",
    Buffer.from(`${"word ".repeat(2_000)}\0`),
    { reason: "not a text: it holds binary data" },
  ],
  ["another encoding", Buffer.from("\xc4\xd6\xdc\xe4\xf6\xfc", "latin1"), { reason: "not a text in UTF-8" }],
  ["nothing", Buffer.alloc(0), { text: "", replaced: 0 }],
])("a file with %s is read for what it is", async (_, content, expected) => {
  expect(await readText({ absolutePath: write("a.txt", content) })).toMatchObject(expected);
});

test("the hash is that of the content", async () => {
  const hashes = await Promise.all(
    ["one", "one", "two"].map((text, at) => readText({ absolutePath: write(`${at}.md`, text) })),
  );
  const [a, b, c] = hashes.map((read) => ("hash" in read ? read.hash : undefined));
  expect(a).toMatch(/^[0-9a-f]{32}$/);
  expect([b === a, c === a]).toEqual([true, false]);
});
