// Says in the manifest of each public package where its sources are: npm takes a provenance only from there. What that is called, the
// workflow that publishes knows. The packages are those of the current folder.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
if (!server || !repository) throw new Error("GITHUB_SERVER_URL and GITHUB_REPOSITORY are not set.");
const url = `git+${server}/${repository}.git`;

for (const file of globSync("packages/*/package.json")) {
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  if (manifest.private) continue;
  const directory = dirname(file).replaceAll("\\", "/");
  const located = { ...manifest, repository: { type: "git", url, directory } };
  writeFileSync(file, `${JSON.stringify(located, undefined, 2)}\n`);
}
