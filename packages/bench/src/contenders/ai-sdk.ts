import { createOpenAI } from "@ai-sdk/openai";
import { type ToolSet, embedMany, generateText, jsonSchema, streamText, tool } from "ai";
import { toolName } from "../answers.js";
import {
  type Contender,
  apiKey,
  chatModel,
  embeddingModel,
  toolDescription,
  toolParameters,
} from "../contender.js";

// Its types are not written for `exactOptionalPropertyTypes`.
const tools = {
  [toolName]: tool({
    description: toolDescription,
    inputSchema: jsonSchema({ ...toolParameters, required: [...toolParameters.required] }),
  }),
} as ToolSet;

export const aiSDK: Contender = {
  connect(baseURL) {
    const openai = createOpenAI({ apiKey, baseURL });
    const model = openai.chat(chatModel);
    const embedder = openai.embedding(embeddingModel);

    return {
      async generate(prompt) {
        return (await generateText({ model, prompt })).text;
      },

      async streamText(prompt, onText) {
        for await (const text of streamText({ model, prompt }).textStream) onText(text);
      },

      async streamToolCall(prompt, onDelta) {
        let args: unknown;
        for await (const part of streamText({ model, prompt, tools }).stream) {
          if (part.type === "tool-input-delta") onDelta(part.delta);
          else if (part.type === "tool-call") args = part.input;
        }
        return args;
      },

      async embed(texts) {
        return (await embedMany({ model: embedder, values: texts })).embeddings;
      },
    };
  },
};
