import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const packageFolder = join(import.meta.dirname, "../..");
const main = join(packageFolder, "dist/main.js");

export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
  /** What is piped in. Default: nothing. */
  input?: string;
}

export interface Outcome {
  /** `null` where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run of the built command that is under way. */
export class Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly done: Promise<Outcome>;
  #stderr = "";

  constructor(args: readonly string[], { cwd, env = {}, input = "" }: RunOptions) {
    if (!existsSync(main))
      throw new Error(`${main} is missing: the command has to be built first (npm run build)`);
    // Of the developer's own environment nothing: no keys, no colours, and no Ollama, for nothing listens on port 1.
    const clean = { PATH: process.env["PATH"] ?? "", HOME: cwd, OLLAMA_HOST: "127.0.0.1:1", ...env };
    this.child = spawn(process.execPath, [main, ...args], { cwd, env: clean });
    let stdout = "";
    this.child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    this.child.stderr.setEncoding("utf8").on("data", (chunk: string) => (this.#stderr += chunk));
    this.child.stdin.on("error", () => undefined); // the command may end without reading it
    this.child.stdin.end(input);
    this.done = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (code) => resolve({ code, stdout, stderr: this.#stderr }));
    });
  }

  /** Resolves when the command has said this on standard error. */
  async says(words: string): Promise<void> {
    while (!this.#stderr.includes(words)) {
      if (this.child.exitCode !== null)
        throw new Error(`it ended without saying "${words}":\n${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Runs the built command to its end. */
export function beluga(args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Running(args, options).done;
}

/** A folder of its own, outside of any checkout. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), "beluga-cli-"));

  /** Writes a file, and the folders that it is in. */
  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), content);
  }

  /** Installs a package of someone else, as a project of a user would have it; it sees core. */
  installPackage(name: string, source: string): void {
    const manifest = { name, version: "2.0.0", type: "module", exports: { ".": { import: "./index.js" } } };
    this.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
    this.write(`node_modules/${name}/index.js`, source);
    const core = join(this.path, "node_modules/@beluga/core");
    mkdirSync(dirname(core), { recursive: true });
    if (!existsSync(core)) symlinkSync(join(packageFolder, "../core"), core, "junction");
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
