import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { outputOf } from "./commands.js";
import { readTarball } from "./tarball.js";

/** Where a registry on this machine is, and a folder that is removed with it. */
export interface Place {
  registry: string;
  scratch: string;
}

/**
 * Starts Verdaccio, which has our packages only when they are published to it, and all others from the registry that this machine's npm is
 * set to. Anyone may publish. What it stores stands in `scratch`.
 */
export async function startRegistry(scratch: string): Promise<Place & AsyncDisposable> {
  const { runServer } = await import("verdaccio");
  const above = await npmSettings();
  const open = { access: "$all", publish: "$all" };
  mkdirSync(scratch, { recursive: true });
  const server: Server = await runServer({
    self_path: scratch,
    storage: join(scratch, "registry"),
    uplinks: {
      above: {
        url: above.registry,
        timeout: "60s",
        maxage: "1h",
        ...(above.cafile && { ca: readFileSync(above.cafile, "utf8") }),
        strict_ssl: above["strict-ssl"],
      },
    },
    ...(above["https-proxy"] && { https_proxy: above["https-proxy"] }),
    ...(above.proxy && { http_proxy: above.proxy }),
    no_proxy: "127.0.0.1",
    packages: { "@beluga/*": open, "**": { ...open, proxy: "above" } },
    max_body_size: "100mb",
    log: { type: "stdout", level: "fatal" },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `//127.0.0.1:${(server.address() as AddressInfo).port}/`;
  // Of the token npm only wants to see that there is some.
  const lines = [`registry=http:${host}`, `@beluga:registry=http:${host}`, `${host}:_authToken=anyone`];
  writeFileSync(npmrcIn(scratch), `${lines.join("\n")}\n`);
  return {
    registry: `http:${host}`,
    scratch,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** How this machine reaches the registry above: npm may be told of it by files alone, which Verdaccio does not read. */
interface NpmSettings {
  registry: string;
  cafile: string | null;
  "strict-ssl": boolean;
  "https-proxy": string | null;
  proxy: string | null;
}

async function npmSettings(): Promise<NpmSettings> {
  const settings = await outputOf("npm", ["config", "list", "--json"], { cwd: import.meta.dirname });
  return JSON.parse(settings) as NpmSettings;
}

/**
 * The environment in which npm and pnpm read from this registry, and publish to no other, whatever this machine's own settings are. pnpm
 * does not read `npm_config_registry`.
 */
export function environmentOf({ registry, scratch }: Place): NodeJS.ProcessEnv {
  return {
    NPM_CONFIG_REGISTRY: undefined,
    PNPM_CONFIG_REGISTRY: undefined,
    NPM_CONFIG_USERCONFIG: undefined,
    npm_config_registry: registry,
    pnpm_config_registry: registry,
    npm_config_userconfig: npmrcIn(scratch),
    // No cache from before, which may hold an older 1.0.0 of ours.
    npm_config_cache: join(scratch, "npm-cache"),
    pnpm_config_cache_dir: join(scratch, "pnpm-cache"),
    pnpm_config_state_dir: join(scratch, "pnpm-state"),
    pnpm_config_store_dir: join(scratch, "pnpm-store"),
    npm_config_noproxy: "127.0.0.1",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  };
}

function npmrcIn(scratch: string): string {
  return join(scratch, "npmrc");
}

/** Publishes each tarball of a folder as npm does, without its processes, of which each takes half a second. */
export async function publishTarballs(folder: string, registry: string): Promise<void> {
  for (const file of readdirSync(folder)) {
    const data = readFileSync(join(folder, file));
    const { manifest } = await readTarball(data);
    const { name, version } = manifest;
    const dist = {
      shasum: createHash("sha1").update(data).digest("hex"),
      integrity: `sha512-${createHash("sha512").update(data).digest("base64")}`,
      tarball: `${registry}${name}/-/${file}`,
    };
    const attachment = {
      content_type: "application/octet-stream",
      data: data.toString("base64"),
      length: data.length,
    };
    const response = await fetch(packageURL(registry, name), {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        _id: name,
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
        _attachments: { [file]: attachment },
      }),
    });
    if (!response.ok)
      throw new Error(`${file} was not published: ${response.status} ${await response.text()}`);
  }
}

/** The versions of a package that a registry has, in the order in which they were published. */
export async function publishedVersions(registry: string, name: string): Promise<string[]> {
  const response = await fetch(packageURL(registry, name));
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  const { versions } = (await response.json()) as { versions: Record<string, unknown> };
  return Object.keys(versions);
}

function packageURL(registry: string, name: string): string {
  return `${registry}${name.replace("/", "%2f")}`;
}
