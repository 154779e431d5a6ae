import { BelugaError, type ReasoningOptions } from "@beluga/core";
import { type ChatCall, asRecord, isRecord } from "@beluga/core/provider";
import { type WireBody, warnUnsupported } from "@beluga/llm-openai-compatible/base";

/**
 * The effort that DeepSeek makes of another: {@link https://api-docs.deepseek.com/guides/thinking_mode}. Its own are `low`, `high` and `max`,
 * which Beluga has no word for.
 */
const efforts = { minimal: "low", low: "low", medium: "high", high: "high" } as const;

export function writeThinking(
  { effort, budgetTokens }: ReasoningOptions,
  body: WireBody,
  call: ChatCall,
): void {
  if (budgetTokens !== undefined) warnUnsupported(call, "reasoning.budgetTokens", "deepseek");
  if (effort === undefined) return;
  body["thinking"] = { type: effort === "none" ? "disabled" : "enabled" };
  if (effort === "none") return;
  const sent = efforts[effort];
  body["reasoning_effort"] = sent;
  if (sent === effort) return;
  const message = `deepseek does not have the effort "${effort}"; "${sent}" was sent`;
  call.warn({ type: "adjusted", option: "reasoning.effort", message });
}

/** The models think unless they are told not to, and what they take depends on it. */
export function refineThinking(body: WireBody, call: ChatCall): void {
  refineToolChoice(body, call);
  const thinks = isThinking(body, call);
  if (thinks && body["temperature"] !== undefined) {
    delete body["temperature"];
    const message = "deepseek has none while it thinks; it was not sent";
    call.warn({ type: "unsupported", option: "temperature", message });
  }
  refineTopP(body, call, thinks);
  // With tools it wants the reasoning of every turn back, and refuses a turn that has none, of another vendor, say.
  if (thinks && body["tools"]) {
    for (const message of body["messages"] as WireBody[])
      if (message["role"] === "assistant") message["reasoning_content"] ??= "";
  }
}

function isThinking(body: WireBody, { model, options }: ChatCall): boolean {
  // DeepSeek retired this one in July 2026; gateways still have it.
  if (model === "deepseek-chat") return false;
  const thinking = options.providerOptions?.["thinking"] ?? body["thinking"];
  return asRecord(thinking)["type"] !== "disabled";
}

/** While it thinks, DeepSeek refuses to be forced to a call ("Thinking mode does not support this tool_choice"). */
function refineToolChoice(body: WireBody, call: ChatCall): void {
  const choice = body["tool_choice"];
  if ((choice !== "required" && !isRecord(choice)) || !isThinking(body, call)) return;
  if (body["thinking"] || call.options.providerOptions?.["thinking"]) {
    delete body["tool_choice"];
    const message = "deepseek cannot be forced to a call while it thinks; it was not sent";
    call.warn({ type: "unsupported", option: "toolChoice", message });
  } else {
    body["thinking"] = { type: "disabled" };
    const message = "deepseek cannot be forced to a call while it thinks; its thinking was switched off";
    call.warn({ type: "other", option: "toolChoice", message });
  }
}

/** At least 0.95 while it thinks, and always 1 where it does not. */
function refineTopP(body: WireBody, call: ChatCall, thinks: boolean): void {
  const topP = body["top_p"];
  if (typeof topP !== "number" || topP >= (thinks ? 0.95 : 1)) return;
  if (thinks) {
    body["top_p"] = 0.95;
    const message = "deepseek takes no less than 0.95 while it thinks; 0.95 was sent";
    call.warn({ type: "adjusted", option: "topP", message });
  } else {
    delete body["top_p"];
    const message = "deepseek has it only while it thinks; it was not sent";
    call.warn({ type: "unsupported", option: "topP", message });
  }
}

/** {@link https://api-docs.deepseek.com/guides/chat_prefix_completion} */
export function continueLastMessage(body: WireBody, { op, model }: ChatCall, isBeta: boolean): void {
  const messages = body["messages"] as WireBody[];
  const last = messages.at(-1);
  if (last?.["role"] !== "assistant") return;
  if (isBeta) {
    last["prefix"] = true;
    return;
  }
  const message = `deepseek ${op}: messages[${messages.length - 1}]: deepseek continues the words of an assistant only with the baseURL https://api.deepseek.com/beta`;
  throw new BelugaError({ op, code: "unsupported", provider: "deepseek", model, message });
}
