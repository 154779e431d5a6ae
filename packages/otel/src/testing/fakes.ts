import {
  type ChatModel,
  type Embedder,
  type ProviderDefinition,
  type Registry,
  type Reranker,
  type SpeechToText,
  type VectorStore,
  chatModels,
  embedders,
  rerankers,
  speechToText,
  vectorStores,
} from "@beluga/core";
import { type ChatAnswer, type ChatCall, createChatModel, instantiate } from "@beluga/core/provider";
import * as z from "zod/mini";

/** What one read of a fake vendor writes to the answer; it may take its time, or throw. */
export type Read = (answer: ChatAnswer, call: ChatCall) => void | Promise<void>;

/** A chat model as its users have it, whose vendor says what is written here, one read at a time. */
export function fakeChat(reads: readonly Read[], provider = "acme"): ChatModel {
  const model = createChatModel({
    provider,
    model: "small",
    async generate(call, answer) {
      for (const read of reads) await read(answer, call);
    },
    async stream(call, answer) {
      let at = 0;
      return {
        async read() {
          await reads[at++]?.(answer, call);
          return at < reads.length;
        },
        cancel: () => undefined,
      };
    },
  });
  return asUsed(chatModels, model);
}

/** `Hello`, with usage. */
export const hello: readonly Read[] = [
  (answer) => {
    answer.id = "answer-1";
    answer.model = "small-2026";
    answer.text("Hel");
  },
  (answer) => {
    answer.text("lo");
    answer.usage = { inputTokens: 10, outputTokens: 2, totalTokens: 12 };
    answer.finish("end_turn", "stop");
  },
];

export function fakeEmbedder(embed: Embedder["embed"]): Embedder {
  const limits = { maxBatchSize: 10 };
  return asUsed(embedders, { ...identity, dimensions: undefined, limits, embed });
}

export function fakeStore(changes: Partial<VectorStore>, provider = "acme"): VectorStore {
  return asUsed(vectorStores, {
    provider,
    id: `${provider}/docs`,
    add: async () => undefined,
    search: async () => [],
    delete: async () => undefined,
    close: async () => undefined,
    ...changes,
  });
}

export function fakeReranker(rerank: Reranker["rerank"]): Reranker {
  return asUsed(rerankers, { ...identity, rerank });
}

export function fakeEars(changes: Pick<SpeechToText, "transcribe" | "transcribeStream">): SpeechToText {
  return asUsed(speechToText, { provider: "acme", id: "acme", ...changes });
}

const identity = { provider: "acme", model: "small", id: "acme/small" };

function asUsed<Instance>(registry: Registry<never, Instance>, instance: Instance): Instance {
  const definition: ProviderDefinition<Instance> = {
    name: "acme",
    packageName: "acme",
    version: "1.0.0",
    config: z.object({}),
    create: () => instance,
  };
  return instantiate(registry, definition);
}

export async function drain<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of stream) all.push(part);
  return all;
}
