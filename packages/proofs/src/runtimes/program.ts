// A program as a user writes it: it runs unchanged on every run time, from the installed packages.
import {
  BelugaError,
  type ChatModel,
  type ChatStreamPart,
  type SearchHit,
  type Tool,
  type Usage,
  chatModels,
  embedders,
  filter,
  vectorStores,
} from "@beluga/core";
import "@beluga/embed-openai";
import "@beluga/llm-openai";
import "@beluga/vector-memory";
import type { Addresses } from "../vendor.js";

/** All that the program saw: the same on every run time, but for `webAssembly`. */
export interface Result {
  chat: ChatStreamPart[];
  aborted: { text: string; withItsReason: boolean };
  errors: Record<"denied" | "cut" | "unreachable" | "redirected" | "withoutKey", Failure>;
  embeddings: { count: number; dimensions: number; usage: Usage };
  hits: SearchHit[];
  /** What came of each module of WebAssembly that was asked for. */
  webAssembly: string[];
}

export interface Failure {
  code: string;
  retryable: boolean;
  provider?: string | undefined;
  status?: number | undefined;
  requestId?: string | undefined;
  /** What had arrived of a stream. */
  text?: string | undefined;
}

export async function program({ vendor, nobody }: Addresses): Promise<Result> {
  // By name, from the registry; a vendor's model is told by the name of the model how to behave.
  const model = (name: string, baseURL = vendor): ChatModel =>
    chatModels.create("openai", { model: name, baseURL, apiKey: "sk-proofs", maxRetries: 0 });

  return {
    chat: await chat(model("weather")),
    aborted: await abort(model("endless")),
    errors: {
      denied: await failureOf(() => drain(model("denied"))),
      cut: await failureOf(() => drain(model("cut"))),
      unreachable: await failureOf(() => drain(model("weather", nobody))),
      redirected: await failureOf(() => drain(model("redirected"))),
      withoutKey: await failureOf(() => chatModels.create("openai", { model: "weather" })),
    },
    ...(await rememberAndSearch(vendor)),
  };
}

const weather: Tool = {
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

async function chat(model: ChatModel): Promise<ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const part of model.bindTools([weather]).stream("How is the weather in Zürich? 🐋"))
    parts.push(part);
  return parts;
}

/** Reads the first part, and aborts while the vendor is silent. */
async function abort(model: ChatModel): Promise<Result["aborted"]> {
  const caller = new AbortController();
  const reason = new Error("enough");
  let text = "";
  try {
    for await (const part of model.stream("Go on for ever", { signal: caller.signal })) {
      if (part.type === "text") text += part.text;
      setTimeout(() => caller.abort(reason), 10);
    }
  } catch (error) {
    return { text, withItsReason: error === reason };
  }
  throw new Error("An aborted stream ended as if it were complete.");
}

async function drain(model: ChatModel): Promise<void> {
  for await (const part of model.stream("Hello")) if (part.type === "finish") return;
}

async function failureOf(call: () => unknown): Promise<Failure> {
  try {
    await call();
  } catch (error) {
    if (!BelugaError.is(error)) throw error;
    const { code, retryable, provider, status, requestId, partial } = error;
    return {
      code,
      retryable,
      provider,
      status,
      requestId,
      text: (partial as { text?: string } | undefined)?.text,
    };
  }
  throw new Error("A call succeeded that had to fail.");
}

/** Embeds enough texts that the store looks for WebAssembly, and searches among them. */
async function rememberAndSearch(
  baseURL: string,
): Promise<Pick<Result, "embeddings" | "hits" | "webAssembly">> {
  const texts = Array.from({ length: 1_200 }, (_, index) => `whale ${index}`);
  const embedder = embedders.create("openai", {
    model: "text-embedding-3-small",
    baseURL,
    apiKey: "sk-proofs",
    maxBatchSize: 500,
  });
  const { embeddings, usage } = await embedder.embed(texts);
  const { embeddings: queries } = await embedder.embed(["a small whale"], { inputType: "query" });

  const store = vectorStores.create("memory", { metric: "dot" });
  const { result: hits, modules } = await watchingWebAssembly(async () => {
    await store.add(
      texts.map((content, index) => ({
        id: `${index}`,
        content,
        metadata: { even: index % 2 === 0 },
        embedding: embeddings[index] ?? [],
      })),
    );
    return store.search(queries[0] ?? [], { k: 5, filter: filter.eq("even", true) });
  });
  await store.close();
  const dimensions = embeddings[0]?.length ?? 0;
  return { embeddings: { count: embeddings.length, dimensions, usage }, hits, webAssembly: modules };
}

/** What comes of the modules and instances of WebAssembly that `work` makes. */
async function watchingWebAssembly<T>(work: () => Promise<T>): Promise<{ result: T; modules: string[] }> {
  const modules: string[] = [];
  const { Module, Instance } = WebAssembly;
  const watched = <Made extends object>(made: Made, name: string): Made =>
    new Proxy(made, {
      construct(target, args) {
        try {
          const instance = Reflect.construct(target as new () => object, args) as object;
          modules.push(name);
          return instance;
        } catch (error) {
          modules.push(error instanceof Error ? error.name : "failed");
          throw error;
        }
      },
    });
  Object.assign(WebAssembly, { Module: watched(Module, "module"), Instance: watched(Instance, "instance") });
  try {
    return { result: await work(), modules };
  } finally {
    Object.assign(WebAssembly, { Module, Instance });
  }
}
