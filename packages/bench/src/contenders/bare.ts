import { toolName } from "../answers.js";
import {
  type Contender,
  apiKey,
  chatModel,
  embeddingModel,
  toolDescription,
  toolParameters,
} from "../contender.js";

interface Chunk {
  choices: { delta: { content?: string | null; tool_calls?: { function: { arguments?: string } }[] } }[];
}

interface Completion {
  choices: [{ message: { content: string } }];
}

interface Embeddings {
  data: { index: number; embedding: string }[];
}

const tools = [
  {
    type: "function",
    function: { name: toolName, description: toolDescription, parameters: toolParameters },
  },
];

const user = (content: string) => [{ role: "user", content }];

/** What one writes by hand against this one API, without a library: `fetch`, split, `JSON.parse`. */
export const bare: Contender = {
  connect(baseURL) {
    const post = async (path: string, body: object): Promise<Response> => {
      const response = await fetch(`${baseURL}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      return response;
    };

    const stream = async (body: object, onChunk: (chunk: Chunk) => void): Promise<void> => {
      const response = await post("chat/completions", {
        ...body,
        stream: true,
        stream_options: { include_usage: true },
      });
      if (!response.body) throw new Error("no body");
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) {
          if (!event.startsWith("data: ")) continue;
          const data = event.slice("data: ".length);
          if (data !== "[DONE]") onChunk(JSON.parse(data) as Chunk);
        }
      }
    };

    return {
      async generate(prompt) {
        const response = await post("chat/completions", { model: chatModel, messages: user(prompt) });
        return ((await response.json()) as Completion).choices[0].message.content;
      },

      streamText(prompt, onText) {
        return stream({ model: chatModel, messages: user(prompt) }, (chunk) => {
          const content = chunk.choices[0]?.delta.content;
          if (content) onText(content);
        });
      },

      async streamToolCall(prompt, onDelta) {
        let text = "";
        await stream({ model: chatModel, messages: user(prompt), tools }, (chunk) => {
          const delta = chunk.choices[0]?.delta.tool_calls?.[0]?.function.arguments;
          if (!delta) return;
          text += delta;
          onDelta(delta);
        });
        return JSON.parse(text) as unknown;
      },

      async embed(texts) {
        const body = { model: embeddingModel, input: texts, encoding_format: "base64" };
        const { data } = (await (await post("embeddings", body)).json()) as Embeddings;
        const vectors: Float32Array[] = [];
        for (const { index, embedding } of data) {
          const bytes = Buffer.from(embedding, "base64");
          vectors[index] = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        }
        return vectors;
      },
    };
  },
};
