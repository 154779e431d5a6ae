import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ContenderName } from "./contender.js";
import type { Measurement } from "./scenarios.js";

/** The server, in a process of its own. */
export async function forkServer(): Promise<{ origin: string; end(): void }> {
  const child = fork(fileURLToPath(new URL("run-server.js", import.meta.url)));
  const origin = await answerOf<string>(child, "the server");
  return { origin, end: () => child.kill() };
}

/** One contender in one scenario, in a process of its own. */
export class Runner {
  readonly #child: ChildProcess;
  readonly #name: string;

  private constructor(child: ChildProcess, name: string) {
    this.#child = child;
    this.#name = name;
  }

  static async start(contender: ContenderName, scenario: number, origin: string): Promise<Runner> {
    const file = fileURLToPath(new URL("run-one.js", import.meta.url));
    const child = fork(file, [contender, String(scenario), origin]);
    const runner = new Runner(child, contender);
    await answerOf(child, contender);
    return runner;
  }

  /** One round. */
  measure(size: number): Promise<Measurement> {
    this.#child.send(size);
    return answerOf<Measurement>(this.#child, this.#name);
  }

  end(): void {
    this.#child.kill();
  }
}

/** The child's next message; an error where it ends instead. */
export async function answerOf<T>(child: ChildProcess, name: string): Promise<T> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as T),
      once(child, "exit", { signal }).then(([code, exitSignal]) => {
        throw new Error(`the process of ${name} ended (${String(code ?? exitSignal)})`);
      }),
    ]);
  } finally {
    answered.abort();
  }
}
