import { BelugaError, type ChatModel, chatModels } from "@beluga/core";
import { isCredential, readEnvironment } from "@beluga/core/provider";
import { UsageError } from "./arguments.js";
import { type InstalledPackage, type ProviderLoader, definitionsOf, importPackage } from "./loader.js";
import { providerOf } from "./provider-id.js";

/**
 * What is asked where nobody named a model, in this order: the first vendor whose key is in the environment and whose package is there. A
 * small model of each, as an answer from one's own notes needs no large one.
 */
const preferred: readonly { provider: string; variable: string; model: string }[] = [
  { provider: "anthropic", variable: "ANTHROPIC_API_KEY", model: "claude-haiku-4-5" },
  { provider: "openai", variable: "OPENAI_API_KEY", model: "gpt-5-mini" },
  { provider: "google", variable: "GOOGLE_API_KEY", model: "gemini-flash-latest" },
  { provider: "google", variable: "GEMINI_API_KEY", model: "gemini-flash-latest" },
  { provider: "mistral", variable: "MISTRAL_API_KEY", model: "mistral-small-latest" },
  { provider: "groq", variable: "GROQ_API_KEY", model: "openai/gpt-oss-20b" },
  { provider: "deepseek", variable: "DEEPSEEK_API_KEY", model: "deepseek-flash" },
  { provider: "xai", variable: "XAI_API_KEY", model: "grok-4.3" },
  { provider: "cohere", variable: "CO_API_KEY", model: "command-a-03-2025" },
  { provider: "perplexity", variable: "PERPLEXITY_API_KEY", model: "sonar" },
  { provider: "openrouter", variable: "OPENROUTER_API_KEY", model: "openrouter/auto" },
];

export interface ModelRequest {
  /** `provider/model`, as it was typed. */
  id: string | undefined;
  /** Where a server of one's own is. */
  baseURL: string | undefined;
  loader: ProviderLoader;
  signal: AbortSignal;
}

/** A model, or in a line why there is none. */
export type ModelChoice = { model: ChatModel; missing?: undefined } | { model?: undefined; missing: string };

/**
 * The model that was named, else the first that is at hand: a key in the environment whose package is installed, or a running Ollama.
 *
 * @throws UsageError, or BelugaError, where the model that was named cannot be had.
 */
export async function chooseModel({ id, baseURL, loader, signal }: ModelRequest): Promise<ModelChoice> {
  const named = id ?? readEnvironment("BELUGA_MODEL");
  if (named !== undefined) return { model: await createModel(named, loader, baseURL) };
  if (baseURL !== undefined) throw new UsageError("--base-url needs a --model: openai-compatible/<model>");

  const problems: string[] = [];
  for (const { provider, variable, model } of preferred) {
    if (readEnvironment(variable) === undefined) continue;
    try {
      return { model: await createModel(`${provider}/${model}`, loader) };
    } catch (error) {
      if (!BelugaError.is(error)) throw error;
      problems.push(`${variable} is set, but ${error.message}`);
    }
  }
  const ollama = await firstOllamaModel(loader, signal);
  if (ollama !== undefined) return { model: await createModel(`ollama/${ollama}`, loader) };

  const provider = await otherConfiguredProvider(loader);
  if (provider !== undefined)
    problems.push(`of ${provider} a model has to be named: --model ${provider}/<model>`);
  if (problems.length === 0)
    problems.push("set a key (ANTHROPIC_API_KEY, OPENAI_API_KEY, ...) or start Ollama");
  return { missing: `No chat model is at hand: ${problems.join("; ")}.` };
}

async function createModel(id: string, loader: ProviderLoader, baseURL?: string): Promise<ChatModel> {
  await loader.load("llm", providerOf(id, "model"));
  return chatModels.createDynamic(id, baseURL === undefined ? {} : { baseURL });
}

/** How long a local server may take to answer that it is there, in milliseconds. */
const probeTime = 700;

interface OllamaModel {
  name?: unknown;
  details?: { family?: unknown };
}

/** The model of a running Ollama that was changed last: {@link https://docs.ollama.com/api/tags}. */
async function firstOllamaModel(loader: ProviderLoader, signal: AbortSignal): Promise<string | undefined> {
  await loader.load("llm", "ollama");
  const { config } = chatModels.get("ollama") ?? {};
  const checked = await config?.["~standard"].validate({
    model: "any",
    baseURL: readEnvironment("OLLAMA_HOST"),
  });
  if (!checked || checked.issues) return undefined;
  const { baseURL } = checked.value as { baseURL: string };
  try {
    const timeout = AbortSignal.timeout(probeTime);
    const response = await fetch(`${baseURL}/api/tags`, {
      redirect: "error",
      signal: AbortSignal.any([signal, timeout]),
    });
    const { models } = (await response.json()) as { models?: OllamaModel[] };
    const name = models?.find(isForChat)?.name;
    return typeof name === "string" ? name : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined; // nothing listens there, or it is not Ollama
  }
}

/** Ollama does not say what a model is for, but those for embeddings are named so, or of one family. */
function isForChat({ name, details }: OllamaModel): boolean {
  return !/embed|minilm|bert|\bbge\b/i.test(JSON.stringify([name, details?.family]));
}

/** An installed provider whose key is in the environment, of which no model is preferred. */
async function otherConfiguredProvider(loader: ProviderLoader): Promise<string | undefined> {
  const known = new Set(["ollama", ...preferred.map(({ provider }) => provider)]);
  for (const installed of loader.installed()) {
    if (installed.capability !== "llm" || !(await isLoadable(installed))) continue;
    for (const { name, env = {} } of definitionsOf(installed)) {
      const variables = Object.entries(env).filter(([option]) => isCredential(option));
      const isConfigured = variables.some(([, variable]) => readEnvironment(variable) !== undefined);
      if (isConfigured && !known.has(name)) return name;
    }
  }
  return undefined;
}

/** What is wrong with a package that is not, `beluga providers` tells. */
async function isLoadable(installed: InstalledPackage): Promise<boolean> {
  return importPackage(installed).then(
    () => true,
    () => false,
  );
}
