#!/usr/bin/env node
import { version } from "../package.json";
import { UsageError, columns, suggestion } from "./arguments.js";
import type { Context } from "./context.js";
import { Terminal } from "./terminal.js";

type Run = (args: readonly string[], context: Context) => Promise<void>;

/** Loaded when they are asked for. */
const commands: Readonly<Record<string, { summary: string; load(): Promise<{ run: Run }> }>> = {
  ask: { summary: "Answer a question from a folder of texts", load: () => import("./commands/ask.js") },
  chat: { summary: "Talk with a chat model", load: () => import("./commands/chat.js") },
  embed: { summary: "Turn texts into vectors", load: () => import("./commands/embed.js") },
  providers: {
    summary: "List the providers that are installed",
    load: () => import("./commands/providers.js"),
  },
  new: { summary: "Begin a provider package of your own", load: () => import("./commands/new.js") },
};

const help = `beluga <command>

${columns(Object.entries(commands).map(([name, { summary }]) => [name, summary] as const))}

beluga <command> --help tells the options of each, beluga --version the version.
Models are named as provider/model (anthropic/claude-sonnet-4-5), and come from packages of your project:
npm install @beluga/llm-anthropic. Without one, a running Ollama is used.`;

const terminal = new Terminal({
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  env: process.env,
});
const interruption = new AbortController();
let exitCode = 0;

// What reads our output may stop doing so: `beluga ... | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCode);
});
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => {
    // Asked for the second time: without waiting for anything.
    if (interruption.signal.aborted) process.exit(code);
    exitCode = code;
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

await main(process.argv.slice(2));
process.exitCode = exitCode;

async function main(args: readonly string[]): Promise<void> {
  try {
    const [first, ...rest] = args;
    if (first === "--version" || first === "-v") return terminal.line(version);
    if (first === "--help" || first === "-h" || first === "help") return terminal.line(help);
    const context: Context = { terminal, signal: interruption.signal, directory: process.cwd() };
    if (first === undefined) return await runWithoutArguments(context);
    if (!Object.hasOwn(commands, first)) throw unknownCommand(first);
    const { run } = await (commands[first] as (typeof commands)[string]).load();
    await run(rest, context);
  } catch (error) {
    await fail(error, args);
  }
}

/** In a checkout of Beluga: its own Markdown, as an example. */
async function runWithoutArguments(context: Context): Promise<void> {
  const { demo, findCheckout } = await import("./demo.js");
  const checkout = findCheckout(import.meta.url);
  if (checkout === undefined) return terminal.line(help);
  await demo(checkout, context);
}

function unknownCommand(typed: string): UsageError {
  if (/\s/.test(typed)) return new UsageError(`unknown command: did you mean beluga ask "${typed}"?`);
  return new UsageError(`unknown command "${typed}"${suggestion(typed, Object.keys(commands))}`);
}

async function fail(error: unknown, args: readonly string[]): Promise<void> {
  if (interruption.signal.aborted) return terminal.note("Interrupted.");
  if (error instanceof UsageError) {
    exitCode = 2;
    const command = args[0] !== undefined && Object.hasOwn(commands, args[0]) ? ` ${args[0]}` : "";
    const end = error.message.endsWith("?") ? "" : ".";
    return terminal.error(`beluga: ${error.message}${end} See beluga${command} --help.`);
  }
  exitCode = 1;
  const { describeFailure, explainFailure, failureAsJSON } = await import("./failure.js");
  if (args.includes("--json")) terminal.json(failureAsJSON(error));
  terminal.error(`beluga: ${describeFailure(error)}`);
  if (args.includes("--verbose") || process.env["BELUGA_DEBUG"]) terminal.note(explainFailure(error));
}
