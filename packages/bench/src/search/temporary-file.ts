import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file in a folder of its own, and what removes both. */
export function temporaryFile(name: string): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "beluga-bench-"));
  return { path: join(folder, name), remove: () => rmSync(folder, { recursive: true }) };
}
