import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ask } from "./ask-session.js";
import type { Context } from "./context.js";
import { defaultEmbedder } from "./provider-id.js";

const question = "What happens when a stream ends early?";

/** What `npm start` does: an answer about Beluga from its own Markdown. */
export async function demo(checkout: string, context: Context): Promise<void> {
  const { terminal } = context;
  terminal.line(terminal.bold(question));
  terminal.line();
  await ask(
    {
      folder: checkout,
      question,
      model: undefined,
      baseURL: undefined,
      embedder: defaultEmbedder(),
      store: undefined,
      reranker: undefined,
      k: 3,
      passagesOnly: false,
      rebuild: false,
      showUsage: false,
      json: false,
    },
    context,
  );
}

/** The repository that this command was built in, if it was not installed. */
export function findCheckout(moduleURL: string): string | undefined {
  const root = join(dirname(fileURLToPath(moduleURL)), "../../..");
  if (!existsSync(join(root, "pnpm-workspace.yaml"))) return undefined;
  const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name?: string };
  return name === "beluga" ? root : undefined;
}
