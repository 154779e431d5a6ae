import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { outputOf } from "./commands.js";
import { readTarball } from "./tarball.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the registry that every public package of this repository was published to. */
    registry: string;
    /** The folder of their tarballs: `beluga-core-1.0.0.tgz`. */
    tarballs: string;
    /** A folder that is removed after the last test. */
    scratch: string;
  }
}

/** Packs every public package once, publishes the tarballs to a registry on this machine, and removes all of it after the last test. */
export async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  const scratch = mkdtempSync(join(tmpdir(), "beluga-proofs-"));
  const remove = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  // For a run that ends before its teardown.
  process.once("exit", remove);

  const tarballs = await pack(join(scratch, "tarballs"));
  const server = await startRegistry(join(scratch, "registry"));
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await publish(tarballs, registry);

  provide("registry", registry);
  provide("tarballs", tarballs);
  provide("scratch", scratch);
  return async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    remove();
  };
}

const root = resolve(import.meta.dirname, "../../..");
const privatePackages = ["beluga", "@beluga/bench", "@beluga/proofs"];

async function pack(folder: string): Promise<string> {
  const unbuilt = readdirSync(join(root, "packages")).filter(
    (name) => name !== "proofs" && !existsSync(join(root, "packages", name, "dist")),
  );
  if (unbuilt.length > 0) {
    throw new Error(`Not built: ${unbuilt.join(", ")}. \`npm run proofs\` builds everything first.`);
  }
  mkdirSync(folder);
  const filters = privatePackages.map((name) => `--filter=!${name}`);
  await outputOf("pnpm", ["--recursive", ...filters, "pack", "--pack-destination", folder], { cwd: root });
  return folder;
}

/**
 * Verdaccio, which has our packages from the tarballs alone, and all others from the registry that this machine's npm is set to.
 * Anyone may publish.
 */
async function startRegistry(folder: string): Promise<Server> {
  const { runServer } = await import("verdaccio");
  const url = (await outputOf("npm", ["config", "get", "registry"], { cwd: root })).trim();
  const open = { access: "$all", publish: "$all" };
  mkdirSync(folder);
  const server = await runServer({
    self_path: folder,
    storage: join(folder, "storage"),
    uplinks: { above: { url, timeout: "60s", maxage: "1h" } },
    packages: { "@beluga/*": open, "**": { ...open, proxy: "above" } },
    max_body_size: "100mb",
    log: { type: "stdout", level: "fatal" },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** As `npm publish` does it, which would start a process a package, and could be talked into publishing somewhere else. */
async function publish(tarballs: string, registry: string): Promise<void> {
  for (const file of readdirSync(tarballs)) {
    const data = readFileSync(join(tarballs, file));
    const { manifest } = await readTarball(data);
    const { name, version } = manifest;
    const dist = {
      shasum: createHash("sha1").update(data).digest("hex"),
      integrity: `sha512-${createHash("sha512").update(data).digest("base64")}`,
      tarball: `${registry}${name}/-/${file}`,
    };
    const response = await fetch(`${registry}${name.replace("/", "%2f")}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        _id: name,
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
        _attachments: {
          [file]: {
            content_type: "application/octet-stream",
            data: data.toString("base64"),
            length: data.length,
          },
        },
      }),
    });
    if (!response.ok)
      throw new Error(`${file} was not published: ${response.status} ${await response.text()}`);
  }
}
