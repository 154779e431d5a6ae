import type { SearchHit } from "@beluga/core";
import { headingOf, placeOf, printable } from "./answering.js";
import type { SkippedFile } from "./files.js";
import type { IndexReport } from "./indexer.js";
import type { Library } from "./library.js";
import type { Terminal } from "./terminal.js";

/** A passage with its number, score and place, and its first lines. */
export function showPassage(number: number, hit: SearchHit, maxLines: number, terminal: Terminal): void {
  const heading = headingOf(hit);
  terminal.line(
    `${terminal.bold(`[${number}]`)} ${hit.score.toFixed(2)}  ${printable(placeOf(hit))}${heading && `  ${printable(heading)}`}`,
  );
  const lines = printable(hit.content)
    .split("\n")
    .filter((line) => line.trim() !== "");
  for (const line of lines.slice(0, maxLines)) terminal.line(`    ${terminal.dim(line)}`);
  if (lines.length > maxLines) terminal.line(`    ${terminal.dim("…")}`);
  terminal.line();
}

const mostShown = 5;

/** What the indexing did, and what it passed over. */
export function showReport(report: IndexReport, { description }: Library, terminal: Terminal): void {
  const { added, changed, removed, files, embedded, skipped, damaged, rebuilt } = report;
  if (rebuilt) terminal.note(`There was no index by ${description.embedder}: everything was indexed anew.`);
  const changes = [
    [added, "new"],
    [changed, "changed"],
    [removed, "removed"],
  ] as const;
  const news = changes.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  const details =
    news.length > 0
      ? `${news.join(", ")}; ${count(embedded, "passage")} embedded with ${description.embedder}`
      : "none changed";
  terminal.note(`${count(files, "file")}: ${details} (${description.store})`);
  showFiles("Not read", skipped, terminal);
  showFiles("Not all of it read", damaged, terminal);
}

function showFiles(title: string, files: readonly SkippedFile[], terminal: Terminal): void {
  for (const { path, reason } of files.slice(0, mostShown))
    terminal.warn(`${title}: ${printable(path)}: ${reason}`);
  if (files.length > mostShown) terminal.warn(`${title}: ${files.length - mostShown} more`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
