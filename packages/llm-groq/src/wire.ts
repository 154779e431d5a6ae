import type { ChatCall } from "@beluga/core/provider";
import { type OpenAIChatWire, type WireBody, withVersion } from "@beluga/llm-openai-compatible/base";
import type { GroqSettings } from "./config.js";
import { refineGroqError } from "./errors.js";
import { readExtras } from "./extras.js";
import { type ModelFamily, familyOf } from "./models.js";

/** What Groq does differently from OpenAI: {@link https://console.groq.com/docs/openai#currently-unsupported-openai-features}. */
export function groqWire({
  apiKey,
  baseURL,
  ...settings
}: GroqSettings & { packageName: string; version: string }): OpenAIChatWire {
  const family = familyOf(settings.model);
  return {
    ...settings,
    provider: "groq",
    // Its own SDKs, and so their variable, leave the path out that all requests have.
    baseURL: withVersion(baseURL, "/openai/v1"),
    auth: { authorization: `Bearer ${apiKey}` },
    // "Not yet supported by any of our models": https://console.groq.com/docs/api-reference#chat-create
    optionNames: { frequencyPenalty: false, presencePenalty: false },
    efforts: family.efforts,
    responseFormats: family.schemas === "none" ? ["json"] : ["json", "schema"],
    media: family.images ? ["image"] : [],
    reasoningField: family.reasons ? "reasoning" : undefined,
    refineBody(body, call) {
      refineResponseFormat(body, call, family);
      refineReasoning(body, call, family);
    },
    readExtras,
    refineError: refineGroqError,
  };
}

/**
 * JSON is not to be had together with tools ("json mode cannot be combined with tool/function calling", of either kind), and JSON by a
 * schema not in a stream either: {@link https://console.groq.com/docs/structured-outputs#supported-models}.
 */
function refineResponseFormat(body: WireBody, call: ChatCall, { schemas }: ModelFamily): void {
  const format = body["response_format"] as ResponseFormat | undefined;
  if (!format) return;
  if (body["tools"]) {
    delete body["response_format"];
    const message = "groq does not take it together with tools; it was not sent";
    call.warn({ type: "unsupported", option: "responseFormat", message });
  } else if (format.json_schema && call.op === "llm.stream") {
    body["response_format"] = { type: "json_object" };
    const message = "groq does not take it for a stream; any JSON was asked for";
    call.warn({ type: "unsupported", option: "responseFormat.schema", message });
  } else if (format.json_schema && schemas === "best-effort") {
    format.json_schema.strict = false;
  }
}

interface ResponseFormat {
  json_schema?: { strict: boolean };
}

/** These models write what they think into the text, between tags, unless it is asked for apart. */
function refineReasoning(body: WireBody, { options }: ChatCall, { thinksInText }: ModelFamily): void {
  // Groq refuses a request with both of its ways to say it.
  if (thinksInText && options.providerOptions?.["include_reasoning"] === undefined)
    body["reasoning_format"] = "parsed";
}
