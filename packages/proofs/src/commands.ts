import { spawn } from "node:child_process";

/** What a program wrote, and how it ended. */
export interface Outcome {
  /** `null` where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd: string;
  /** Laid over this process's environment; `undefined` takes a variable away. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed. Default: two minutes. */
  timeout?: number;
}

/** Runs a program to its end. */
export function run(
  file: string,
  args: readonly string[],
  { cwd, env, timeout = 120_000 }: CommandOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // On Windows npm and pnpm are .cmd files, which need a shell.
    const shell = process.platform === "win32" && !file.endsWith(".exe");
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      shell,
      timeout,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const outcome: Outcome = { code: null, stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        outcome[stream] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...outcome, code }));
  });
}

/** What a program wrote to its standard output. A failure throws all that it wrote. */
export async function outputOf(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[file, ...args].join(" ")} ended with ${code ?? "a signal"}:\n${stdout}${stderr}`);
}
