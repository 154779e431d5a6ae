import { join } from "node:path";
import type { Project } from "../project.js";
import type { Addresses } from "../vendor.js";
import type { Result } from "./program.js";
import { timeLimit } from "./time-limit.js";

const main = `
import { program } from "./program.ts";
console.log(JSON.stringify(await program(JSON.parse(process.argv[2]))));
`;

/** Runs the program from its source and the installed packages, in a process of Node, Bun or Deno. */
export async function runProcess(
  project: Project,
  file: string,
  addresses: Addresses,
  args: readonly string[] = [],
): Promise<Result> {
  project.write("main.js", main);
  const env = {
    OPENAI_API_KEY: undefined,
    OPENAI_BASE_URL: undefined,
    OPENAI_ORG_ID: undefined,
    OPENAI_PROJECT_ID: undefined,
    // What they keep and ask for beside the program.
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    DO_NOT_TRACK: "1",
    DENO_DIR: join(project.folder, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
  };
  return JSON.parse(
    await project.output(file, [...args, "main.js", JSON.stringify(addresses)], { env, timeout: timeLimit }),
  ) as Result;
}

/** Nothing but the address of the vendor and the variables of the config are granted. */
export function denoArguments({ vendor, nobody }: Addresses): string[] {
  const hosts = [vendor, nobody].map((address) => new URL(address).host);
  const variables = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"];
  return [
    "run",
    "--no-remote",
    "--no-prompt",
    `--allow-net=${hosts.join()}`,
    `--allow-env=${variables.join()}`,
  ];
}
