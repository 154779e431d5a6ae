import { chatModels } from "@beluga/core";
import "@beluga/llm-openai";

chatModels.create("opena", { model: "gpt-5-mini" });
chatModels.create("openai", { modle: "gpt-5-mini" });
chatModels.create("openai", { model: "gpt-5-mini", maxRetries: "2" });
chatModels.create("openai", { model: "gpt-5-mini" }).stream("Hello", { temprature: 0 });
