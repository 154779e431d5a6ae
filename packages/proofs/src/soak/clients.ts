import type { ChatModel, Embedder } from "@beluga/core";
import { createOllamaEmbedder } from "@beluga/embed-ollama";
import { createOpenAIEmbedder } from "@beluga/embed-openai";
import { createAnthropic } from "@beluga/llm-anthropic";
import { createBedrock } from "@beluga/llm-bedrock";
import { createGoogle } from "@beluga/llm-google";
import { createOllama } from "@beluga/llm-ollama";
import { createOpenAI } from "@beluga/llm-openai";
import type { Case } from "./cases.js";
import { type ChatWire, type EmbedWire, batchSize } from "./plan.js";
import type { SoakServer } from "./server.js";

export type Models = Record<ChatWire, ChatModel>;
type Embedders = Record<EmbedWire, Embedder>;
export type Clients = Record<Case["client"], Models & Embedders>;

/** The clients of every wire, each made once, as an application does. */
export function createClients({ origin, refusing }: Pick<SoakServer, "origin" | "refusing">): Clients {
  const hour = 3_600_000;
  return {
    patient: clientsOf({ baseURL: origin, timeout: { headers: hour, idle: hour } }),
    hasty: clientsOf({ baseURL: origin, timeout: { headers: 250, idle: 250 } }),
    refused: clientsOf({ baseURL: refusing }),
  };
}

function clientsOf(connection: {
  baseURL: string;
  timeout?: { headers: number; idle: number };
}): Models & Embedders {
  const config = { ...connection, model: "soak", maxRetries: 1 };
  const apiKey = "soak";
  return {
    "openai-chat": createOpenAI({ ...config, apiKey, api: "chat" }),
    "openai-responses": createOpenAI({ ...config, apiKey }),
    anthropic: createAnthropic({ ...config, apiKey }),
    google: createGoogle({ ...config, apiKey }),
    ollama: createOllama(config),
    bedrock: createBedrock({
      ...config,
      region: "us-east-1",
      // Each request is signed.
      credentials: { accessKeyId: "soak", secretAccessKey: "soak" },
    }),
    "openai-embeddings": createOpenAIEmbedder({ ...config, apiKey, maxBatchSize: batchSize }),
    "ollama-embeddings": createOllamaEmbedder({ ...config, maxBatchSize: batchSize }),
  };
}
