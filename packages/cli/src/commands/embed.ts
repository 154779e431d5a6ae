import { embedders } from "@beluga/core";
import { printable } from "../answering.js";
import { UsageError, defineSpec, helpOf, parseArguments } from "../arguments.js";
import type { Context } from "../context.js";
import { loaderOf } from "../loader.js";
import { defaultEmbedder, providerOf } from "../provider-id.js";

const spec = defineSpec({
  usage: "embed [text ...]",
  description: "Turns texts into vectors: those of the command line, else each line that is piped in.",
  options: {
    embedder: {
      value: "provider/model",
      short: "e",
      description: "Default: BELUGA_EMBEDDER, or hash, which runs in process and knows words, not meaning",
    },
    dimensions: {
      value: "count",
      type: "count",
      description: "The width of the vectors, where the model can shorten them",
    },
    json: { description: "Print the whole vectors, as JSON" },
  },
  examples: [
    'beluga embed "hello" "world" --json',
    "beluga embed -e openai/text-embedding-3-small < lines.txt",
  ],
});

export async function run(args: readonly string[], context: Context): Promise<void> {
  const { options, positionals } = parseArguments(spec, args);
  const { terminal, signal } = context;
  if (options.help) return terminal.line(helpOf(spec));

  const id = options.embedder ?? defaultEmbedder();
  const provider = providerOf(id, "embedder");
  const texts = positionals.length > 0 ? positionals : await pipedLines(context);
  await loaderOf(context).load("embed", provider);
  const embedder = embedders.createDynamic(id);
  const { embeddings, usage, warnings } = await embedder.embed(texts, {
    signal,
    dimensions: options.dimensions,
  });

  for (const { message } of warnings) terminal.warn(message);
  if (options.json) {
    const { raw, ...counts } = usage;
    terminal.json({
      embedder: embedder.id,
      dimensions: embeddings[0]?.length ?? embedder.dimensions,
      embeddings: embeddings.map((embedding) => [...embedding]),
      usage: counts,
    });
    return;
  }
  for (const [at, embedding] of embeddings.entries()) {
    const text = printable(texts[at] ?? "").replaceAll(/\s+/g, " ");
    const start = [...embedding.subarray(0, 4)].map((number) => number.toFixed(4)).join(" ");
    terminal.line(
      `${cut(text, 40).padEnd(40)}  ${terminal.dim(`${embedding.length} dimensions`)}  ${start} …`,
    );
  }
}

async function pipedLines({ terminal }: Context): Promise<string[]> {
  if (!terminal.isPiped) throw new UsageError("there is no text: pass some, or pipe in one a line");
  const lines = (await terminal.readAll()).split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new UsageError("there is no text: pass some, or pipe in one a line");
  return lines;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
