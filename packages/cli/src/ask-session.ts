import { answerPrompt, describeUsage, remark, streamAnswer } from "./answering.js";
import { showPassage, showReport } from "./ask-report.js";
import type { Context } from "./context.js";
import { describeFailure } from "./failure.js";
import { Library } from "./library.js";
import { loaderOf } from "./loader.js";
import { type ModelChoice, chooseModel } from "./model-choice.js";

export interface AskSettings {
  folder: string;
  /** Absent where it is to be asked for. */
  question: string | undefined;
  model: string | undefined;
  baseURL: string | undefined;
  embedder: string;
  store: string | undefined;
  /** Absent where the nearest passages will do. */
  reranker: string | undefined;
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
    if (!settings.json) showReport(report, library, terminal);
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
      if (!terminal.isInteractive) return;
      terminal.line();
      question = await terminal.ask("Your next question: ", signal);
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
