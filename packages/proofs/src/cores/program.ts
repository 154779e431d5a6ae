// An application whose copy of core is not that of its provider. It is given both packages as its modules were loaded.
import type * as Core from "@beluga/core";
import type * as OpenAI from "@beluga/llm-openai";
import type { Addresses } from "../vendor.js";

/** What the application saw. */
export interface Result {
  /** Whether the provider's errors are of another class, which is how one sees that there are two copies. */
  hasTwoCores: boolean;
  registered: string[];
  registry: Seen;
  explicit: Seen;
  /** Of a call to a model that nobody answers, with another to fall back on. */
  fallback: string;
  /** What the application's observer saw. */
  observed: string[];
}

/** What came of a model's streams. */
export interface Seen {
  text: string;
  toolCalls: string[];
  /** The code of a refused key's error, if `BelugaError.is` knows it. */
  denied: string | undefined;
  /** Likewise where the key is missing. */
  withoutKey: string | undefined;
  abortedWithItsReason: boolean;
  /** What hooks around the model saw. */
  hooks: string[];
}

export async function program(
  core: typeof Core,
  openai: typeof OpenAI,
  addresses: Addresses,
): Promise<Result> {
  const observed: string[] = [];
  const removeObserver = core.addObserver(recorder(observed));
  const byName = (config: OpenAI.OpenAIConfig): Core.ChatModel => core.chatModels.create("openai", config);
  const config = { baseURL: addresses.vendor, apiKey: "sk-proofs", maxRetries: 0 };

  const result: Result = {
    hasTwoCores: !(refusalOf(() => openai.createOpenAI({ model: "weather" })) instanceof core.BelugaError),
    registered: core.chatModels.list().map(({ name, packageName }) => `${name} of ${packageName}`),
    registry: await look(core, (model) => byName({ ...config, ...model })),
    explicit: await look(core, (model) => openai.createOpenAI({ ...config, ...model })),
    fallback: "",
    observed,
  };
  const unreachable = byName({ ...config, model: "weather", baseURL: addresses.nobody });
  const other = byName({ ...config, model: "weather" });
  const { text } = await finished(core.applyMiddleware(unreachable, core.fallback([other])).stream("Hello"));
  removeObserver();
  await finished(other.stream("Hello"));
  return { ...result, fallback: text };
}

async function look(
  core: typeof Core,
  create: (config: { model: string; apiKey?: string | undefined }) => Core.ChatModel,
): Promise<Seen> {
  const hooks: string[] = [];
  const watched = (model: string): Core.ChatModel =>
    core.applyMiddleware(create({ model }), core.withHooks(recorder(hooks)));
  const weather = core.tool({ name: "weather", parameters: { type: "object" } });

  const { text, toolCalls } = await finished(watched("weather").bindTools([weather]).stream("Hello"));
  const denied = await finished(watched("denied").stream("Hello")).catch((error: unknown) => error);
  const withoutKey = refusalOf(() => create({ model: "weather", apiKey: undefined }));
  const caller = new AbortController();
  const reason = new Error("enough");
  const aborted = await finished(watched("endless").stream("Hello", { signal: caller.signal }), () =>
    caller.abort(reason),
  ).catch((error: unknown) => error);
  const codeOf = (error: unknown): string | undefined =>
    core.BelugaError.is(error) ? error.code : undefined;

  return {
    text,
    toolCalls: toolCalls.map((call) => `${call.name} ${JSON.stringify(call.arguments)}`),
    denied: codeOf(denied),
    withoutKey: codeOf(withoutKey),
    abortedWithItsReason: aborted === reason,
    hooks,
  };
}

/** The response that a stream ends with. */
async function finished(
  stream: AsyncIterable<Core.ChatStreamPart>,
  onText?: () => void,
): Promise<Core.ChatResponse> {
  for await (const part of stream) {
    if (part.type === "text") onText?.();
    if (part.type === "finish") return part.response;
  }
  throw new Error("A stream ended without its finish.");
}

/** Notes each call's begin and end: `start weather`, `error denied auth_error`. */
function recorder(notes: string[]): Core.Hooks {
  return {
    onStart: ({ model }) => void notes.push(`start ${model}`),
    onFinish: ({ model }, { usage }) => void notes.push(`finish ${model} ${usage?.totalTokens}`),
    onError: ({ model }, { code }) => void notes.push(`error ${model} ${code}`),
    onAbort: ({ model }) => void notes.push(`abort ${model}`),
  };
}

function refusalOf(create: () => unknown): unknown {
  try {
    create();
  } catch (error) {
    return error;
  }
  throw new Error("A model was created without a key.");
}
