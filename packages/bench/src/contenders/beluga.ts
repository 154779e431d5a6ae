import { chatModels, embedders } from "@beluga/core";
import "@beluga/embed-openai";
import "@beluga/llm-openai";
import { toolName } from "../answers.js";
import {
  type Contender,
  apiKey,
  chatModel,
  embeddingModel,
  toolDescription,
  toolParameters,
} from "../contender.js";

const tools = [{ name: toolName, description: toolDescription, parameters: toolParameters }];

export const beluga: Contender = {
  connect(baseURL) {
    // The wire that all of them speak.
    const model = chatModels.create("openai", { api: "chat", model: chatModel, apiKey, baseURL });
    const embedder = embedders.create("openai", { model: embeddingModel, apiKey, baseURL });

    return {
      async generate(prompt) {
        return (await model.generate(prompt)).text;
      },

      async streamText(prompt, onText) {
        for await (const part of model.stream(prompt)) if (part.type === "text") onText(part.text);
      },

      async streamToolCall(prompt, onDelta) {
        let args: unknown;
        for await (const part of model.stream(prompt, { tools })) {
          if (part.type === "tool-call-delta") onDelta(part.argumentsText);
          else if (part.type === "tool-call") args = part.toolCall.arguments;
        }
        return args;
      },

      async embed(texts) {
        return (await embedder.embed(texts)).embeddings;
      },
    };
  },
};
