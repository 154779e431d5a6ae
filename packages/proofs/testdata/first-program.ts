import { BelugaError, chatModels } from "@beluga/core";
import { type OpenAIConfig, createOpenAI } from "@beluga/llm-openai";

const config: OpenAIConfig = { model: "weather", apiKey: "a-key", baseURL: "BASE_URL" };
const model = chatModels.create("openai", config);
let text = "";
for await (const part of model.stream("How is the weather?", { temperature: 0 })) {
  if (part.type === "text") text += part.text;
  if (part.type === "finish") {
    const total: number | undefined = part.response.usage.totalTokens;
    console.log(JSON.stringify({ text, total, same: model.id === createOpenAI(config).id }));
  }
}
try {
  await createOpenAI({ ...config, model: "denied" }).generate("Who is there?");
} catch (error: unknown) {
  if (!BelugaError.is(error) || error.code !== "auth_error") throw error;
}
