import { type ChatCall, asRecord } from "@beluga/core/provider";
import { type WireBody, warnUnsupported } from "@beluga/llm-openai-compatible/base";
import type { OpenAIResponsesWire } from "@beluga/llm-openai-compatible/responses";
import { refineInput } from "./agent-input.js";
import { readSources, readUsage } from "./agent-output.js";

/**
 * What the Agent API does differently from OpenAI's Responses: {@link https://docs.perplexity.ai/api-reference/agent-post}. It refuses a
 * request with a field that it does not know.
 */
export const agentWire = {
  path: "v1/agent",
  traits: {
    efforts: ["minimal", "low", "medium", "high"],
    sampling: "always",
    openAIReasoning: false,
    // It takes less as 16: https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar/overview
    minOutputTokens: 16,
  },
  refineBody(body, call) {
    refineModel(body);
    refineFormat(body, call);
    const { name } = asRecord(body["tool_choice"]);
    if (name !== undefined) body["tool_choice"] = { name };
    refineInput(body, call);
  },
  readExtras(answer) {
    return ({ usage }) => {
      readUsage(usage, answer);
      readSources(answer);
    };
  },
} satisfies Partial<OpenAIResponsesWire>;

/** The id of a model has the vendor's name before a slash, the name of a preset has none. Anthropic's models want a limit in each request. */
function refineModel(body: WireBody): void {
  const model = String(body["model"]);
  if (!model.includes("/")) {
    body["preset"] = model;
    delete body["model"];
  } else if (model.startsWith("anthropic/")) {
    body["max_output_tokens"] ??= 32_000;
  }
}

/** JSON has the form of Chat Completions here, and always a schema. */
function refineFormat(body: WireBody, call: ChatCall): void {
  const { type, ...schema } = asRecord(asRecord(body["text"])["format"]);
  delete body["text"];
  if (type === "json_schema") body["response_format"] = { type, json_schema: schema };
  else if (type !== undefined) warnUnsupported(call, "responseFormat", "perplexity");
}
