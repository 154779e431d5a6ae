import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Format } from "./chunker.js";

/** A text in the folder that is indexed. */
export interface FoundFile {
  /** Below the folder, with `/` on every system. */
  path: string;
  absolutePath: string;
  size: number;
  /** When it was last written, in milliseconds since 1970. */
  modified: number;
}

/** Something that looked like a text and is not read, with the reason. */
export interface SkippedFile {
  path: string;
  reason: string;
}

export interface FoundFiles {
  /** Sorted by path. */
  files: FoundFile[];
  skipped: SkippedFile[];
  /** Files and folders that could not be looked at. What is in the index of them is neither renewed nor removed. */
  unreadable: string[];
}

const formats: Readonly<Record<string, Format>> = {
  ".md": "markdown",
  ".mdx": "markdown",
  ".markdown": "markdown",
  ".rst": "restructured",
  ".txt": "plain",
  ".text": "plain",
  ".adoc": "plain",
  ".org": "plain",
};

/** Folders that hold what others wrote, or what a program made; besides them, all whose names begin with a dot. */
const ignoredFolders: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "dist",
  "coverage",
  "__pycache__",
  "venv",
]);

const maxSize = 8 * 2 ** 20;

/** How a file's text is to be cut. `undefined` for what is no text by its name. */
export function formatOf(path: string): Format | undefined {
  return formats[extname(path).toLowerCase()];
}

/**
 * All texts below a folder, but for folders that hold a file `.belugaignore`. Links are followed, and each folder is entered once, so that
 * links in a circle end.
 */
export async function findFiles(folder: string, signal?: AbortSignal): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], skipped: [], unreadable: [] };
  const entered = new Set<string>();

  const visit = async (absolutePath: string, path: string): Promise<void> => {
    signal?.throwIfAborted();
    try {
      const real = await realpath(absolutePath);
      if (entered.has(real)) return;
      entered.add(real);
      const entries = await readdir(absolutePath, { withFileTypes: true });
      if (entries.some(({ name }) => name === ".belugaignore")) return;
      for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        if (!name.startsWith("."))
          await consider(join(absolutePath, name), path === "" ? name : `${path}/${name}`);
      }
    } catch (error) {
      if (path === "") throw error;
      note(path, error);
    }
  };

  const consider = async (absolutePath: string, path: string): Promise<void> => {
    const isText = formatOf(path) !== undefined;
    try {
      const stats = await stat(absolutePath);
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (stats.isDirectory()) {
        if (!ignoredFolders.has(name)) await visit(absolutePath, path);
      } else if (isText && stats.isFile()) {
        if (stats.size <= maxSize) {
          found.files.push({ path, absolutePath, size: stats.size, modified: Math.trunc(stats.mtimeMs) });
        } else {
          found.skipped.push({ path, reason: `larger than ${maxSize / 2 ** 20} MiB` });
        }
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      // A link whose target is gone is of interest only where it names a text.
      if (isText || codeOf(error) !== "ENOENT") note(path, error);
    }
  };

  const note = (path: string, error: unknown): void => {
    if (signal?.aborted || codeOf(error) === undefined) throw error;
    const isGone = codeOf(error) === "ENOENT";
    found.skipped.push({
      path,
      reason: isGone ? "a link to something that is not there" : describeReadError(error),
    });
    if (!isGone) found.unreadable.push(path);
  };

  await visit(folder, "");
  found.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return found;
}

export interface FileText {
  text: string;
  /** Of the bytes. */
  hash: string;
  /** How many characters could not be read, and stand as U+FFFD in the text. */
  replaced: number;
}

/**
 * The text of a file, in UTF-8, or UTF-16 with its mark.
 *
 * @returns The reason, where it is no text.
 */
export async function readText({
  absolutePath,
}: Pick<FoundFile, "absolutePath">): Promise<FileText | { reason: string }> {
  // Without blocking: it may be a pipe by now.
  const file: FileHandle = await open(absolutePath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  let bytes: Buffer;
  try {
    bytes = await file.readFile();
  } finally {
    await file.close();
  }
  if (bytes.length > maxSize) return { reason: `larger than ${maxSize / 2 ** 20} MiB` };
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes); // takes the mark off
  // No text has it, and not every store can keep it.
  if (text.includes("\0")) return { reason: "not a text: it holds binary data" };
  const replaced = encoding === "utf-8" ? countReplaced(text, bytes) : 0;
  if (replaced > text.length / 10) return { reason: "not a text in UTF-8" };
  return { text, hash: createHash("sha256").update(bytes).digest("hex").slice(0, 32), replaced };
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

/** U+FFFD may also stand in the file itself. */
function countReplaced(text: string, bytes: Buffer): number {
  if (!text.includes("\u{fffd}")) return 0;
  return countOf("\u{fffd}", text) - countOf("\xef\xbf\xbd", bytes.toString("latin1"));
}

function countOf(part: string, text: string): number {
  return text.split(part).length - 1;
}

/** In words of one's own for what happens often, else as the system says it. */
export function describeReadError(error: unknown): string {
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return "no permission to read it";
    case "ENOENT":
      return "it is not there any more";
    case "ELOOP":
      return "a link that leads to itself";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** The system's name of what went wrong; `undefined` for errors of another kind. */
export function codeOf(error: unknown): string | undefined {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return typeof code === "string" ? code : undefined;
}
