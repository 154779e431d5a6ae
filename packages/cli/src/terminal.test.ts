import { PassThrough } from "node:stream";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { startServer } from "@beluga/conformance";
import { expect, test, vi } from "vitest";
import { run as runAsk } from "./commands/ask.js";
import { run as runChat } from "./commands/chat.js";
import type { Context } from "./context.js";
import { Terminal, barOf } from "./terminal.js";

class FakeStream extends PassThrough {
  readonly isTTY = true;
  readonly columns = 60;
  text = "";
  constructor() {
    super();
    this.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
  }
}

/** Someone at a terminal: types each answer when its question is on the screen. */
function someone(env: Record<string, string> = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new FakeStream();
  const errors = new FakeStream();
  const controller = new AbortController();
  const terminal = new Terminal({ input, output, errors, env: { NO_COLOR: "1", ...env } });
  const context: Context = { terminal, signal: controller.signal, directory: tmpdir() };
  const type = async (prompt: string, text: string): Promise<void> => {
    await vi.waitFor(() => expect(stripVTControlCharacters(output.text).endsWith(prompt)).toBe(true), 4_000);
    output.text += "…"; // so that the same prompt is only seen again when it is there again
    input.write(text);
  };
  return { input, output, errors, context, terminal, type, controller };
}

test("on a terminal one question follows the other, until an empty line", async () => {
  const folder = mkdtempSync(join(tmpdir(), "beluga-ask-"));
  writeFileSync(join(folder, "whales.md"), "The beluga is a white whale.");
  writeFileSync(join(folder, "pasta.md"), "Boil the pasta in salted water.");
  const { output, context, type } = someone();
  const asking = runAsk(["--dir", folder, "--store", "memory", "--passages-only", "-k", "1"], context);
  await type("Your question: ", "white whale?\r");
  await type("Your next question: ", "salted pasta?\r");
  await type("Your next question: ", "\r");
  await asking;
  rmSync(folder, { recursive: true });
  expect(output.text).toMatch(/whales\.md:1[^]*pasta\.md:1/);
});

test("a conversation keeps its history, and a failed answer does not end it", async () => {
  const server = await startServer();
  const chunk = {
    id: "1",
    model: "m",
    choices: [{ index: 0, delta: { content: "Hello." }, finish_reason: "stop" }],
  };
  const sse = {
    headers: { "content-type": "text/event-stream" },
    body: `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`,
  };
  const route = server.route(
    sse,
    { status: 400, headers: { "content-type": "application/json" }, body: '{"error":{"message":"No."}}' },
    sse,
  );
  const { output, errors, context, type } = someone();
  const chatting = runChat(["--model", "openai-compatible/m", "--base-url", route.url], context);
  for (const text of ["one\r", "two\r", "three\r", "\u{4}"]) await type("> ", text); // the last is Ctrl-D
  await chatting;
  await server.close();
  expect(output.text.match(/Hello\./g)).toHaveLength(2);
  expect(errors.text).toContain("openai-compatible llm.stream: 400: No.");
  const sent = route.requests.map(({ body }) =>
    (body as { messages: { content: unknown }[] }).messages.map(({ content }) => content),
  );
  expect(sent).toEqual([["one"], ["one", "Hello.", "two"], ["one", "Hello.", "three"]]);
});

test("Ctrl-C at a question reaches the process", async () => {
  const { terminal, type, controller, input } = someone();
  const heard = vi.fn();
  process.once("SIGINT", heard);
  const asking = terminal.ask("Well? ", controller.signal);
  await type("Well? ", "\u{3}");
  await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
  controller.abort(new Error("interrupted"));
  await expect(asking).rejects.toThrow("aborted");
  input.end();
});

test("the end of the input ends a question", async () => {
  const { terminal, type, controller } = someone();
  const asking = terminal.ask("Well? ", controller.signal);
  await type("Well? ", "\u{4}");
  expect(await asking).toBeUndefined();
});

test("a progress bar is drawn over itself, and gone before anything else is written", () => {
  const { terminal, errors } = someone();
  const step = terminal.progress("Indexing", 4);
  terminal.note("A remark.");
  step(4);
  expect(errors.text).toBe(`${barOf("Indexing", 0, 4, 60)}\r\u{1b}[2KA remark.\n`);
  expect(barOf("Indexing", 1, 4, 24)).toBe("Indexing ━━━─────── 1/4");
  expect(barOf("Indexing", 1, 4, 5)).toBe("Indexing  1/4");
});

test("colours are for a terminal, and none where NO_COLOR says so", () => {
  const { terminal, errors } = someone({ NO_COLOR: "" });
  terminal.error("Oh.");
  expect(errors.text).toBe("\u{1b}[31mOh.\u{1b}[0m\n");
  const quiet = someone();
  quiet.terminal.error("Oh.");
  expect(quiet.errors.text).toBe("Oh.\n");
});
