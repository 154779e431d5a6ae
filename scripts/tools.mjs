// What the scripts of this folder share: where things are, and how a child process is run.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The JavaScript file behind a command of a package that the root depends on. Running it with Node, and not the link in
 * node_modules/.bin, needs no shell on any system.
 *
 * @param {string} packageName
 * @param {string} [command] where it is not the package's own name
 */
export function bin(packageName, command = packageName) {
  const folder = join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/** Arguments for Node that run a TypeScript file against the sources of the packages. */
export function typescript(/** @type {string} */ file) {
  return [bin("tsx"), "--conditions=@beluga/source", join(root, file)];
}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

// A Ctrl-C on a terminal reaches the children by itself: handing it on would make two of one. What is sent to this process
// alone goes on to them. Either way this process stays until they are done, and leaves with their exit code.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    const fromTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    if (signal === "SIGINT" && fromTerminal) return;
    for (const child of running) child.kill(signal);
  });
}

/**
 * Runs a program to its end. By default it has this process's terminal and standard streams; with `onOutput` both of its
 * output streams are kept and handed over as they come.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv, shell?: boolean, onOutput?: ((chunk: string) => void) | undefined }} [options]
 * @returns {Promise<{ code: number, output: string }>} `code` is 128 + N where signal N ended it, as in a shell
 */
export function run(file, args, { cwd = root, env = process.env, shell = false, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env,
      shell,
      stdio: onOutput ? ["ignore", "pipe", "pipe"] : "inherit",
    });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
        onOutput?.(chunk);
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output });
    });
  });
}
