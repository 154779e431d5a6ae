import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ask, SoakServer } from "./server.js";

/** The server in a process of its own, so that its work and its memory are none of the client's. */
export async function forkServer(seed: number): Promise<SoakServer> {
  const child = fork(fileURLToPath(new URL("run-server.js", import.meta.url)), [String(seed)]);
  const { origin, refusing } = await nextMessage<Pick<SoakServer, "origin" | "refusing">>(child);
  // One question at a time: answers do not say to which they belong.
  const ask = (question: string): Promise<unknown> => {
    child.send(question);
    return nextMessage(child);
  };
  return { origin, refusing, ask: ask as Ask, close: () => void child.kill() };
}

/** An error where the process ends instead. */
async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as T),
      once(child, "exit", { signal }).then(([code, exitSignal]) => {
        throw new Error(`the process of the server ended (${String(code ?? exitSignal)})`);
      }),
    ]);
  } finally {
    answered.abort();
  }
}
