import { resolve } from "node:path";
import { UsageError, defineSpec, helpOf, parseArguments } from "../arguments.js";
import { ask } from "../ask-session.js";
import type { Context } from "../context.js";
import { defaultEmbedder, defaultReranker } from "../provider-id.js";

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
        "sqlite/<file>, memory, or an index for this folder alone, made where it is missing: pgvector/<table>, qdrant/<collection>. Default: sqlite in <folder>/.beluga",
    },
    rerank: {
      value: "provider/model",
      description:
        "Finds more passages, and has this reranker pick from them. Default: BELUGA_RERANKER, or none",
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
    'beluga ask "..." --store pgvector/notes --embedder voyage/voyage-3.5 --rerank cohere/rerank-v3.5',
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
      reranker: options.rerank ?? defaultReranker(),
      k: options.k ?? 5,
      passagesOnly: options["passages-only"] === true,
      rebuild: options.rebuild === true,
      showUsage: options.usage === true,
      json: options.json === true,
    },
    context,
  );
}
