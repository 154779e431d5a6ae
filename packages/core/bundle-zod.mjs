// The second half of building zod in: its declarations and its licence, beside those of this package.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const zod = dirname(fileURLToPath(import.meta.resolve("zod/package.json")));
const dist = join(import.meta.dirname, "dist");

for (const part of ["core", "mini", "locales"]) {
  cpSync(join(zod, "v4", part), join(dist, "zod", part), {
    recursive: true,
    filter: (path) => !/\.[^/.]+$/.test(path) || path.endsWith(".d.ts"),
  });
}
// Not "LICENSE": pnpm would take it for this package's own, and leave that out.
cpSync(join(zod, "LICENSE"), join(dist, "zod/zod-license.txt"));

const declarations = join(dist, "schema.d.ts");
writeFileSync(
  declarations,
  readFileSync(declarations, "utf8").replaceAll('"zod/mini"', '"./zod/mini/index.js"'),
);
