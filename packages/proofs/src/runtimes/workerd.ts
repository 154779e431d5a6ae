import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import type { Project } from "../project.js";
import type { Addresses } from "../vendor.js";
import { bundle } from "./bundle.js";
import type { Result } from "./program.js";
import { timeLimit } from "./time-limit.js";

/** The newest that this workerd knows. */
const { compatibilityDate } = createRequire(import.meta.url)("workerd") as { compatibilityDate: string };

// Without the flag nodejs_compat, so that nothing of Node's is there.
const config = (script: string): string => `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "program", worker = (
      modules = [(name = "program.js", esModule = embed "${script}")],
      compatibilityDate = "${compatibilityDate}",
    )),
    # Other machines are out of its reach.
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "program")],
);
`;

const worker = `
import { program } from "./program.ts";
export default {
  async fetch(request) {
    return Response.json(await program(await request.json()));
  },
};
`;

/** Runs the program as the handler of a request in workerd. */
export async function runWorkerd(project: Project, file: string, addresses: Addresses): Promise<Result> {
  const script = await bundle(project, "workerd.js", worker, ["workerd", "worker", "browser"]);
  project.write("config.capnp", config(basename(script)));
  const workerd = spawn(file, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: timeLimit,
    killSignal: "SIGKILL",
  });
  const kill = (): boolean => workerd.kill("SIGKILL");
  process.once("exit", kill);
  const closed = once(workerd, "close");
  const end = async (): Promise<void> => {
    kill();
    await closed;
    process.off("exit", kill);
  };
  let output = "";
  for (const stream of [workerd.stdout, workerd.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  try {
    const port = await portOf(workerd);
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: "POST",
      body: JSON.stringify(addresses),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`status ${response.status}: ${text}`);
    return JSON.parse(text) as Result;
  } catch (cause) {
    await end();
    throw new Error(`workerd: ${String(cause)}\n${output}`, { cause });
  } finally {
    await end();
  }
}

/** workerd says where it listens: `{"event":"listen","socket":"http","port":1234}`. */
async function portOf(workerd: ChildProcess): Promise<number> {
  const control = workerd.stdio[3] as Readable;
  let text = "";
  for await (const chunk of control.setEncoding("utf8")) {
    text += chunk as string;
    const port = /"port":\s*(\d+)/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error("it ended before it listened");
}
