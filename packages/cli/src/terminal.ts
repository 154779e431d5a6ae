import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";

type Stream = Writable & { isTTY?: boolean | undefined; columns?: number | undefined };

export interface TerminalOptions {
  input: Readable & { isTTY?: boolean | undefined };
  /** What was asked for. */
  output: Stream;
  /** Everything else: progress, notices, errors. */
  errors: Stream;
  env: Readonly<Record<string, string | undefined>>;
}

/** What the command writes and reads, and how much of it a person sees. */
export class Terminal {
  readonly #options: TerminalOptions;
  #bar = "";
  #history: string[] = [];

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** Whether someone sits there and can be asked. */
  get isInteractive(): boolean {
    const { input, output } = this.#options;
    return input.isTTY === true && output.isTTY === true;
  }

  /** Whether standard input comes from a file or another program. */
  get isPiped(): boolean {
    return this.#options.input.isTTY !== true;
  }

  /** Writes what was asked for. */
  write(text: string): void {
    this.#clearBar();
    this.#options.output.write(text);
  }

  line(text = ""): void {
    this.write(`${text}\n`);
  }

  json(value: unknown): void {
    this.line(JSON.stringify(value));
  }

  /** A remark beside what was asked for. */
  note(text: string): void {
    this.#clearBar();
    this.#options.errors.write(`${this.dim(text, this.#options.errors)}\n`);
  }

  warn(text: string): void {
    this.#clearBar();
    this.#options.errors.write(`${style(this.#options.errors, this.#options.env, yellow, text)}\n`);
  }

  error(text: string): void {
    this.#clearBar();
    this.#options.errors.write(`${style(this.#options.errors, this.#options.env, red, text)}\n`);
  }

  bold(text: string): string {
    return style(this.#options.output, this.#options.env, bold, text);
  }

  dim(text: string, stream: Stream = this.#options.output): string {
    return style(stream, this.#options.env, faint, text);
  }

  /**
   * Shows how far a task is: a bar that is drawn over again on a terminal, elsewhere one line at its beginning.
   *
   * @returns What is called at each step; with `total` steps the bar is gone.
   */
  progress(task: string, total: number): (done: number) => void {
    const { errors, env } = this.#options;
    if (errors.isTTY !== true || env["TERM"] === "dumb") {
      this.note(`${task} ...`);
      return () => undefined;
    }
    let drawnAt = -Infinity;
    const draw = (done: number): void => {
      if (done >= total) return this.#clearBar();
      const now = performance.now();
      if (now - drawnAt < 50) return;
      drawnAt = now;
      this.#clearBar();
      // A terminal that does not know its width says 0.
      const { columns = 0 } = errors;
      this.#bar = barOf(task, done, total, columns > 0 ? columns : 80);
      errors.write(this.#bar);
    };
    draw(0);
    return draw;
  }

  /** A line that someone types. `undefined` where they want to end: an empty line, or the end of the input. */
  async ask(prompt: string, signal: AbortSignal): Promise<string | undefined> {
    const { input, output } = this.#options;
    const lines = createInterface({ input, output, history: this.#history });
    lines.on("history", (history) => (this.#history = history));
    try {
      const ended = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
      // While it waits, readline takes Ctrl-C for itself.
      lines.once("SIGINT", () => process.emit("SIGINT"));
      const typed = await Promise.race([lines.question(prompt, { signal }), ended]);
      if (typed === undefined) output.write("\n");
      return typed?.trim() === "" ? undefined : typed?.trim();
    } finally {
      lines.close();
    }
  }

  /** All of standard input, where it comes from a file or another program. */
  async readAll(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#options.input) chunks.push(Buffer.from(chunk as Uint8Array));
    return new TextDecoder().decode(Buffer.concat(chunks));
  }

  #clearBar(): void {
    if (this.#bar === "") return;
    this.#bar = "";
    this.#options.errors.write("\r\u{1b}[2K");
  }
}

const bold = 1;
const faint = 2;
const red = 31;
const yellow = 33;

/** Colours only where someone sees them and has not said no: {@link https://no-color.org}. */
function style(stream: Stream, env: TerminalOptions["env"], code: number, text: string): string {
  const isWanted = env["FORCE_COLOR"]
    ? env["FORCE_COLOR"] !== "0"
    : stream.isTTY === true && env["TERM"] !== "dumb";
  return isWanted && !env["NO_COLOR"] ? `\u{1b}[${code}m${text}\u{1b}[0m` : text;
}

/** `Indexing ━━━━━━────── 12/30` */
export function barOf(task: string, done: number, total: number, columns: number): string {
  const count = `${done}/${total}`;
  const width = Math.max(0, Math.min(40, columns - task.length - count.length - 3));
  const filled = Math.round((width * done) / Math.max(1, total));
  return `${task} ${"━".repeat(filled)}${"─".repeat(width - filled)} ${count}`;
}
