import { resolve } from "node:path";
import type { SearchHit } from "@beluga/core";
import {
  answerPrompt,
  describeUsage,
  headingOf,
  placeOf,
  printable,
  remark,
  streamAnswer,
} from "../answering.js";
import { UsageError, defineSpec, helpOf, parseArguments } from "../arguments.js";
import type { Context } from "../context.js";
import { describeFailure } from "../failure.js";
import type { SkippedFile } from "../files.js";
import type { IndexReport } from "../indexer.js";
import { Library } from "../library.js";
import { loaderOf } from "../loader.js";
import { type ModelChoice, chooseModel } from "../model-choice.js";
import { defaultEmbedder } from "../provider-id.js";
import type { Terminal } from "../terminal.js";

const spec = defineSpec({
  usage: "ask [question]",
  description: `Answers a question from a folder of texts (.md .mdx .txt .rst .adoc .org): finds the passages that fit best,
shows them, and has a chat model answer from them. The folder is indexed at the first time, later only what changed.
Without a question it asks for one.`,
  options: {
    dir: { value: "folder", short: "d", description: "The folder. Default: the current one" },
    model: {
      value: "provider/model",
      short: "m",
      description: "Default: BELUGA_MODEL, or the first at hand",
    },
    "base-url": { value: "url", description: "Where your own server is, for openai-compatible/<model>" },
    embedder: {
      value: "provider/model",
      short: "e",
      description: "Default: BELUGA_EMBEDDER, or hash, which runs in process and knows words, not meaning",
    },
    store: {
      value: "provider/index",
      description:
        "sqlite/<file>, memory, or an index for this folder alone. Default: sqlite in <folder>/.beluga",
    },
    k: { value: "count", short: "k", type: "count", description: "How many passages. Default: 5" },
    "passages-only": { description: "Show the passages, and ask no model" },
    rebuild: { description: "Index everything anew" },
    usage: { description: "Tell the tokens that the answer took" },
    json: { description: "Print passages and answer as JSON" },
  },
  examples: [
    'beluga ask "What did we decide about the release?" --dir ~/notes',
    'beluga ask "..." --model anthropic/claude-sonnet-4-5 --embedder openai/text-embedding-3-small',
  ],
});

export async function run(args: readonly string[], context: Context): Promise<void> {
  const { options, positionals } = parseArguments(spec, args);
  const { terminal, directory } = context;
  if (options.help) return terminal.line(helpOf(spec));

  const question = positionals.join(" ").trim();
  if (question === "" && (options.json || !terminal.isInteractive))
    throw new UsageError("there is no question");
  await ask(
    {
      folder: resolve(directory, options.dir ?? "."),
      question: question || undefined,
      model: options.model,
      baseURL: options["base-url"],
      embedder: options.embedder ?? defaultEmbedder(),
      store: options.store,
      k: options.k ?? 5,
      passagesOnly: options["passages-only"] === true,
      rebuild: options.rebuild === true,
      showUsage: options.usage === true,
      json: options.json === true,
    },
    context,
  );
}

export interface AskSettings {
  folder: string;
  /** Absent where it is to be asked for. */
  question: string | undefined;
  model: string | undefined;
  baseURL: string | undefined;
  embedder: string;
  store: string | undefined;
  k: number;
  passagesOnly: boolean;
  rebuild: boolean;
  showUsage: boolean;
  json: boolean;
}

/** Brings the index up to date, and answers one question after the other. */
export async function ask(settings: AskSettings, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const library = await Library.open(settings, context);
  try {
    // Beside the indexing: a server that is not there takes a moment to say so.
    const choosing = settings.passagesOnly ? Promise.resolve(undefined) : choose(settings, context);
    choosing.catch(() => undefined); // awaited below, unless the indexing fails before
    const report = await library.update(settings.rebuild);
    if (!settings.json) showReport(report, library, context);
    const choice = await choosing;

    let question = settings.question ?? (await terminal.ask("Your question: ", signal));
    if (settings.json) {
      const answer = await answerAsJSON(question ?? "", library, choice, settings, context);
      return terminal.json({ ...answer, index: { ...library.description, ...report } });
    }
    for (let isFirst = true; question !== undefined; isFirst = false) {
      try {
        await answerQuestion(question, library, choice, settings, context);
      } catch (error) {
        // One failed answer is no reason to end, where someone can ask again.
        if (isFirst || signal.aborted) throw error;
        terminal.error(describeFailure(error));
      }
      question = terminal.isInteractive ? await terminal.ask("\nYour next question: ", signal) : undefined;
    }
  } finally {
    await library.close();
  }
}

function choose({ model, baseURL }: AskSettings, context: Context): Promise<ModelChoice> {
  return chooseModel({ id: model, baseURL, loader: loaderOf(context), signal: context.signal });
}

async function answerQuestion(
  question: string,
  library: Library,
  choice: ModelChoice | undefined,
  { k, showUsage }: AskSettings,
  { terminal, signal }: Context,
): Promise<void> {
  const hits = await library.search(question, k);
  if (hits.length === 0) return terminal.line("No passage was found.");
  if (choice?.missing !== undefined) terminal.warn(choice.missing);
  for (const [at, hit] of hits.entries()) showPassage(at + 1, hit, choice?.model ? 4 : 12, terminal);
  if (!choice?.model) return;
  terminal.line(terminal.bold(choice.model.id));
  const { usage } = await streamAnswer(choice.model, answerPrompt(question, hits), { signal }, terminal);
  if (showUsage) terminal.note(describeUsage(usage));
}

async function answerAsJSON(
  question: string,
  library: Library,
  choice: ModelChoice | undefined,
  { k }: AskSettings,
  { terminal, signal }: Context,
): Promise<Record<string, unknown>> {
  const hits = await library.search(question, k);
  const passages = hits.map(({ content, metadata, score }) => {
    const { source, heading, line, endLine } = metadata;
    return { source, heading, line, endLine, score, text: content };
  });
  if (choice?.missing !== undefined) terminal.warn(choice.missing);
  if (!choice?.model || hits.length === 0) return { question, passages, answer: null };
  const response = await choice.model.generate(answerPrompt(question, hits), { signal });
  remark(response, terminal);
  const { raw, ...usage } = response.usage;
  const { text: answer, finishReason, model } = response;
  return { question, passages, answer, model: `${choice.model.provider}/${model}`, finishReason, usage };
}

function showPassage(number: number, hit: SearchHit, maxLines: number, terminal: Terminal): void {
  const heading = headingOf(hit);
  terminal.line(
    `${terminal.bold(`[${number}]`)} ${hit.score.toFixed(2)}  ${printable(placeOf(hit))}${heading && `  ${printable(heading)}`}`,
  );
  const lines = printable(hit.content)
    .split("\n")
    .filter((line) => line.trim() !== "");
  for (const line of lines.slice(0, maxLines)) terminal.line(`    ${terminal.dim(line)}`);
  if (lines.length > maxLines) terminal.line(`    ${terminal.dim("…")}`);
  terminal.line();
}

const mostShown = 5;

function showReport(report: IndexReport, { description }: Library, { terminal }: Context): void {
  const { added, changed, removed, files, embedded, skipped, damaged, rebuilt } = report;
  if (rebuilt)
    terminal.note("The index was made in another way, or with another embedder: it was made anew.");
  const changes = [
    [added, "new"],
    [changed, "changed"],
    [removed, "removed"],
  ] as const;
  const news = changes.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const details =
    news.length > 0
      ? `${news.join(", ")}; ${embedded} passages embedded with ${description.embedder}`
      : "none changed";
  terminal.note(`${files} files: ${details} (${description.store})`);
  showFiles("Not read", skipped, terminal);
  showFiles("Not all of it read", damaged, terminal);
}

function showFiles(title: string, files: readonly SkippedFile[], terminal: Terminal): void {
  for (const { path, reason } of files.slice(0, mostShown))
    terminal.warn(`${title}: ${printable(path)}: ${reason}`);
  if (files.length > mostShown) terminal.warn(`${title}: ${files.length - mostShown} more`);
}
