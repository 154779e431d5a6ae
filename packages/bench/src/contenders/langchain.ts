import type { AIMessageChunk } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { toolName } from "../answers.js";
import {
  type Contender,
  apiKey,
  chatModel,
  embeddingModel,
  toolDescription,
  toolParameters,
} from "../contender.js";

const tools = [
  {
    type: "function" as const,
    function: { name: toolName, description: toolDescription, parameters: { ...toolParameters } },
  },
];

export const langchain: Contender = {
  connect(baseURL) {
    const model = new ChatOpenAI({ model: chatModel, apiKey, configuration: { baseURL } });
    const withTools = model.bindTools(tools);
    const embedder = new OpenAIEmbeddings({ model: embeddingModel, apiKey, configuration: { baseURL } });

    return {
      async generate(prompt) {
        return (await model.invoke(prompt)).text;
      },

      async streamText(prompt, onText) {
        for await (const chunk of await model.stream(prompt)) onText(chunk.text);
      },

      async streamToolCall(prompt, onDelta) {
        // A call is whole, and its arguments are parsed, in the sum of the chunks: so its documentation says to read it.
        let sum: AIMessageChunk | undefined;
        for await (const chunk of await withTools.stream(prompt)) {
          for (const { args } of chunk.tool_call_chunks ?? []) if (args) onDelta(args);
          sum = sum ? sum.concat(chunk) : chunk;
        }
        return sum?.tool_calls?.[0]?.args;
      },

      embed: (texts) => embedder.embedDocuments(texts),
    };
  },
};
