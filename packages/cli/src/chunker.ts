/** A passage of a document: what is embedded, found and shown as one. */
export interface Chunk {
  text: string;
  /** The titles over it, from the outermost: `Install > On Windows`. Empty where there are none. */
  heading: string;
  /** Where it begins and ends, counted from 1. */
  line: number;
  endLine: number;
}

/** How a text marks its headings and code. */
export type Format = "markdown" | "restructured" | "plain";

/** In characters. A passage grows up to `target`; a section shorter than `small` is joined by the next one of its parent. */
const target = 1_200;
const small = 300;
/** A code block stays whole up to this. */
const maxCode = 3_000;

interface Block {
  kind: "heading" | "text" | "code";
  text: string;
  line: number;
  endLine: number;
  /** Of headings. */
  level: number;
  title: string;
}

/** Cuts a document into passages, at its headings first, then between its paragraphs, and never inside of a character. */
export function chunkDocument(text: string, format: Format): Chunk[] {
  const chunks: Chunk[] = [];
  let path: Block[] = [];
  let open: Block[] = [];
  let openPath: Block[] = [];

  const flush = (): void => {
    const [first, last] = [open[0], open.at(-1)];
    if (first && last) {
      const heading = openPath.map(({ title }) => title).filter((title) => title !== "");
      chunks.push({
        text: join(open),
        heading: heading.join(" > "),
        line: first.line,
        endLine: last.endLine,
      });
    }
    open = [];
  };

  for (const block of blocksOf(text, format).flatMap(split)) {
    if (block.kind === "heading") {
      path = [...path.filter(({ level }) => level < block.level), block];
      const shared = sharedPath(openPath, path);
      const joins = sizeOf(open) < small && shared.length >= Math.max(openPath.length - 1, 1);
      if (open.length === 0 || !joins) flush();
      else openPath = hasBody(open) ? shared : path;
    } else if (hasBody(open) && sizeOf(open) + block.text.length > target) {
      flush();
    }
    if (open.length === 0) openPath = path;
    open.push(block);
  }
  flush();
  return chunks;
}

function hasBody(blocks: readonly Block[]): boolean {
  return blocks.some(({ kind }) => kind !== "heading");
}

function sharedPath(a: readonly Block[], b: readonly Block[]): Block[] {
  const end = a.findIndex((block, at) => block !== b[at]);
  return a.slice(0, end < 0 ? a.length : end);
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((size, { text }) => size + text.length + 1, 0);
}

/** Blocks that stood on neighbouring lines do so again; of blank lines between them one is left. */
function join(blocks: readonly Block[]): string {
  return blocks
    .map(({ text, line }, at) => {
      const before = blocks[at - 1];
      if (!before) return text;
      return (line <= before.endLine + 1 ? "\n" : "\n\n") + text;
    })
    .join("");
}

function blocksOf(text: string, format: Format): Block[] {
  const lines = text.split(/\r\n|\n|\r/);
  const underlines: string[] = [];
  const blocks: Block[] = [];
  const add = (kind: Block["kind"], start: number, end: number, level = 0, title = ""): number => {
    blocks.push({
      kind,
      text: lines.slice(start, end).join("\n"),
      line: start + 1,
      endLine: end,
      level,
      title,
    });
    return end;
  };
  const isBlank = (at: number): boolean => (lines[at] as string).trim() === "";

  for (let at = 0; at < lines.length;) {
    if (isBlank(at)) {
      at++;
      continue;
    }
    let end = codeEnd(lines, at, format);
    if (end !== undefined) {
      at = add("code", at, end);
      continue;
    }
    const heading = headingAt(lines, at, format, underlines);
    if (heading) {
      at = add("heading", at, at + heading.lines, heading.level, heading.title);
      continue;
    }
    end = at + 1;
    while (end < lines.length && !isBlank(end) && !beginsBlock(lines, end, format)) end++;
    at = add("text", at, end);
  }
  return blocks;
}

/** Whether a line ends the paragraph before it without a blank line between them. */
function beginsBlock(lines: readonly string[], at: number, format: Format): boolean {
  return codeEnd(lines, at, format) !== undefined || headingAt(lines, at, format, []) !== undefined;
}

/** Where a block that begins on this line ends, if it is one that blank lines do not end: fenced code, front matter. */
function codeEnd(lines: readonly string[], at: number, format: Format): number | undefined {
  if (format !== "markdown") return undefined;
  const line = lines[at] as string;
  if (at === 0 && line.trimEnd() === "---") return lineAfter(lines, at, /^(---|\.\.\.)\s*$/);
  const [, fence, info = ""] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (!fence || (fence.startsWith("`") && info.includes("`"))) return undefined;
  return lineAfter(lines, at, new RegExp(`^\\s*${fence}${fence[0]}*\\s*$`)) ?? lines.length;
}

/** The number of the line after the next one that looks like this. */
function lineAfter(lines: readonly string[], at: number, pattern: RegExp): number | undefined {
  for (let next = at + 1; next < lines.length; next++)
    if (pattern.test(lines[next] as string)) return next + 1;
  return undefined;
}

interface Heading {
  level: number;
  title: string;
  lines: number;
}

function headingAt(
  lines: readonly string[],
  at: number,
  format: Format,
  underlines: string[],
): Heading | undefined {
  const line = lines[at] as string;
  const next = lines[at + 1] ?? "";
  const isAlone = (lines[at - 1] ?? "").trim() === "" && line.trim() !== "";
  if (format === "markdown") {
    const [hashed, hashes = "", title = ""] =
      /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line) ?? [];
    if (hashed !== undefined) return { level: hashes.length, title: title.trim(), lines: 1 };
    if (
      isAlone &&
      /^ {0,3}\S/.test(line) &&
      /^ {0,3}(=+|-{2,})[ \t]*$/.test(next) &&
      !/^\s*([-*+>|]|\d+[.)])/.test(line)
    ) {
      return { level: next.trim().startsWith("=") ? 1 : 2, title: line.trim(), lines: 2 };
    }
  } else if (format === "restructured" && isAlone) {
    // A title is underlined by one character, at its full length, and may be overlined by the same.
    const over = isRuler(line) && (lines[at + 2] ?? "") === line && next.trim() !== "" ? 1 : 0;
    const title = lines[at + over] as string;
    const under = lines[at + over + 1] ?? "";
    if (!isRuler(under) || isRuler(title) || under.trimEnd().length < title.trimEnd().length)
      return undefined;
    const mark = (over ? "over" : "under") + under[0];
    if (!underlines.includes(mark)) underlines.push(mark);
    return { level: underlines.indexOf(mark) + 1, title: title.trim(), lines: over + 2 };
  }
  return undefined;
}

function isRuler(line: string): boolean {
  return /^([!-/:-@[-`{-~])\1+\s*$/.test(line);
}

/** A block that is too long, as several. */
function split(block: Block): Block[] {
  const limit = block.kind === "code" ? maxCode : target;
  if (block.kind === "heading" || block.text.length <= limit) return [block];
  const pieces: Block[] = [];
  let { line } = block;
  for (let rest = block.text; rest !== "";) {
    const cut = rest.length <= target ? rest.length : cutBefore(rest, target);
    const whole = rest.slice(0, cut);
    const text = whole.trimEnd();
    if (text.trim() !== "") pieces.push({ ...block, text, line, endLine: line + lineEnds(text) });
    line += lineEnds(whole);
    rest = rest.slice(cut);
  }
  return pieces;
}

function lineEnds(text: string): number {
  return text.split("\n").length - 1;
}

/** The best place to cut at or before a limit: after a line, a sentence, a word, or at least not inside of a character. */
function cutBefore(text: string, limit: number): number {
  const window = text.slice(0, limit);
  const newline = window.lastIndexOf("\n") + 1;
  if (newline > limit / 3) return newline;
  const sentence = Math.max(
    ...[...window.matchAll(/[.!?…]["'”’)\]]*\s+|[。！？]/g)].map((end) => end.index + end[0].length),
    0,
  );
  if (sentence > limit / 3) return sentence;
  const space = /^[\s\S]*\s/.exec(window)?.[0].length ?? 0;
  if (space > limit / 3) return space;
  return /[\uD800-\uDBFF]/.test(text[limit - 1] as string) ? limit - 1 : limit;
}
