/** A table, as the formatter would have it. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, at) =>
    Math.max(3, ...[header, ...rows].map((cells) => (cells[at] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** The page with another text between the marks `<!-- figures:NAME -->` and `<!-- figures:end -->`. */
export function withTable(page: string, name: string, text: string): string {
  const mark = `<!-- figures:${name} -->`;
  const end = "<!-- figures:end -->";
  const from = page.indexOf(mark);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`There is no ${mark} … ${end} on the page`);
  return `${page.slice(0, from)}${mark}\n\n${text}\n\n${page.slice(to)}`;
}
