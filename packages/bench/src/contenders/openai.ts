import OpenAI from "openai";
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

const streaming = { stream: true, stream_options: { include_usage: true } } as const;

const user = (content: string) => [{ role: "user" as const, content }];

export const openai: Contender = {
  connect(baseURL) {
    const client = new OpenAI({ apiKey, baseURL });

    return {
      async generate(prompt) {
        const completion = await client.chat.completions.create({ model: chatModel, messages: user(prompt) });
        return completion.choices[0]?.message.content ?? "";
      },

      async streamText(prompt, onText) {
        const stream = await client.chat.completions.create({
          model: chatModel,
          messages: user(prompt),
          ...streaming,
        });
        for await (const chunk of stream) {
          const content = chunk.choices[0]?.delta.content;
          if (content) onText(content);
        }
      },

      async streamToolCall(prompt, onDelta) {
        const stream = await client.chat.completions.create({
          model: chatModel,
          messages: user(prompt),
          tools,
          ...streaming,
        });
        let text = "";
        for await (const chunk of stream) {
          const delta = chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments;
          if (!delta) continue;
          text += delta;
          onDelta(delta);
        }
        return JSON.parse(text) as unknown;
      },

      async embed(texts) {
        const { data } = await client.embeddings.create({ model: embeddingModel, input: texts });
        return data.map(({ embedding }) => embedding);
      },
    };
  },
};
