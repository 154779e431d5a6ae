import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Found } from "../executable.js";
import type { Project } from "../project.js";
import type { Addresses } from "../vendor.js";
import { bundle } from "./bundle.js";
import type { Result } from "./program.js";
import { timeLimit } from "./time-limit.js";

const page = `
import { program } from "./program.ts";
globalThis.program = program;
`;

/** Runs the program on a page, which is of another origin than the vendor, under this Content-Security-Policy. */
export async function runChromium(
  project: Project,
  file: string,
  addresses: Addresses,
  policy?: string,
): Promise<Result> {
  const script = await readFile(await bundle(project, "page.js", page, ["browser"]));
  await using site = await serve(script, policy);
  const context = await chromium.launchPersistentContext(join(project.folder, "profile"), {
    executablePath: file,
    headless: true,
    args,
    // It keeps things there too.
    env: { ...process.env, HOME: project.folder },
  });
  const limit = setTimeout(() => void context.close(), timeLimit);
  try {
    const tab = await context.newPage();
    await tab.goto(site.url);
    return await tab.evaluate((addresses) => (globalThis as unknown as Page).program(addresses), addresses);
  } finally {
    clearTimeout(limit);
    await context.close();
  }
}

interface Page {
  program(addresses: Addresses): Promise<Result>;
}

const args = [
  "--no-sandbox", // root cannot have it
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Where Chromium is on this machine: npm does not bring it. `.ci/run` does, so where continuous integration has none, that is an error. */
export function chromiumOnPath(): Found {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const files = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const file = files.find((file) => existsSync(file));
  if (file !== undefined) return file;
  const missing = "there is no chromium on the PATH: install it, on Debian by apt-get install chromium";
  if (process.env["CI"] && process.platform === "linux") throw new Error(missing);
  return { missing };
}

const names = ["chromium", "chromium-browser", "google-chrome"];

async function serve(script: Buffer, policy?: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    if (policy !== undefined) response.setHeader("content-security-policy", policy);
    if (request.url === "/program.js") response.setHeader("content-type", "text/javascript").end(script);
    else
      response
        .setHeader("content-type", "text/html")
        .end('<!doctype html><meta charset="utf-8"><script type="module" src="/program.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
