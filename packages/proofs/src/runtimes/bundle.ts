import { join } from "node:path";
import * as esbuild from "esbuild";
import type { Project } from "../project.js";

/** Bundles a module that imports the program and the installed packages, as one does for browsers and for workerd. Gives the file. */
export async function bundle(
  project: Project,
  name: string,
  entry: string,
  conditions: string[],
): Promise<string> {
  const outfile = join(project.folder, name);
  await esbuild.build({
    stdin: { contents: entry, resolveDir: project.folder },
    absWorkingDir: project.folder,
    bundle: true,
    minify: true,
    format: "esm",
    conditions,
    outfile,
  });
  return outfile;
}
