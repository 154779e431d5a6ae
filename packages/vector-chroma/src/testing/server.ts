import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** A Chroma server of our own, from the package of Chroma's client. */
interface ChromaServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server that tests run against: that of `BELUGA_LIVE_CHROMA`, or one of our own. `undefined` where none can run, which is said aloud, and is no
 * excuse in CI.
 */
export async function serverForTests(): Promise<ChromaServer | undefined> {
  const live = process.env["BELUGA_LIVE_CHROMA"];
  if (live) return { url: live, stop: () => dropCollections(live) };
  const reason = whyNoServer();
  if (reason === undefined) return startChroma();
  if (process.env["CI"] && `${process.platform}-${process.arch}` === "linux-x64") throw new Error(reason);
  process.stderr.write(`Tests against a real Chroma are skipped: ${reason}\n`);
  return undefined;
}

/** Leaves a server of others as it was. Collections of tests have the number of this process in their names. */
async function dropCollections(url: string): Promise<void> {
  const collections = `${url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const all = (await (await fetch(collections)).json()) as { name: string }[];
  for (const { name } of all) {
    if (/^[a-z]+(\d+)x\d+$/.exec(name)?.[1] !== String(process.pid)) continue;
    await fetch(`${collections}/${name}`, { method: "DELETE" });
  }
}

const require = createRequire(import.meta.url);

/**
 * Why no server can run on this machine; `undefined` where one can. The server is in a native package, which has no build for every machine.
 */
function whyNoServer(): string | undefined {
  const { platform, arch } = process;
  const name = `chromadb-js-bindings-${platform}-${arch}${platform === "linux" ? "-gnu" : platform === "win32" ? "-msvc" : ""}`;
  try {
    createRequire(require.resolve("chromadb"))(name);
    return undefined;
  } catch (error) {
    return `Chroma's server does not run on ${platform}-${arch}: ${String(error).split("\n", 1)[0]}`;
  }
}

/** Starts a server on a free port of 127.0.0.1, with its data in a temporary folder, and waits until it answers. */
async function startChroma(): Promise<ChromaServer> {
  const folder = mkdtempSync(join(tmpdir(), "beluga-chroma-"));
  const cli = join(dirname(require.resolve("chromadb")), "..", "cli.mjs");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [cli, "run", "--host", "127.0.0.1", "--port", String(port), "--path", folder];
  const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  const output: string[] = [];
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(url, server);
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${output.join("").slice(-2_000)}`, { cause: error });
  }
  return { url, stop };
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (const until = performance.now() + 30_000; performance.now() < until; await wait(50)) {
    if (server.exitCode !== null) throw new Error(`Chroma's server ended with ${server.exitCode}`);
    const isReady = await fetch(`${url}/api/v2/heartbeat`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
  }
  throw new Error("Chroma's server did not answer within 30 seconds");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
