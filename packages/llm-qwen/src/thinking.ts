import type { ChatCall } from "@beluga/core/provider";
import { type WireBody, warnUnsupported } from "@beluga/llm-openai-compatible/base";
import type { Thinking } from "./models.js";

/**
 * Writes whether a model thinks, and how much. Much does not go together with it: then it does not think, where that can be said.
 * {@link https://www.alibabacloud.com/help/en/model-studio/deep-thinking}
 */
export function writeThinking(body: WireBody, call: ChatCall, thinking: Thinking): void {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  const obstacle = obstacleOf(body, call, thinking);
  if (obstacle !== undefined) {
    if (thinking !== "never" && (effort === "none" || thinking !== "asked")) body["enable_thinking"] = false;
    if (effort !== undefined && effort !== "none") warnUnsent(call, "reasoning.effort", obstacle);
    if (budgetTokens !== undefined) warnUnsent(call, "reasoning.budgetTokens", obstacle);
    return;
  }
  if (budgetTokens !== undefined) body["thinking_budget"] = budgetTokens;
  if (thinking === "always") alwaysThink(body, call);
  else if (thinking === "efforts") writeEffort(body, call);
  else if (effort !== undefined || budgetTokens !== undefined) switchOn(body, call);
}

/** Why a model cannot think in this call. */
function obstacleOf(body: WireBody, { op, options }: ChatCall, thinking: Thinking): string | undefined {
  if (thinking === "always") return undefined;
  if (thinking === "never") return "does not think with this model";
  if (options.reasoning?.effort === "none") return "was told not to think";
  if (isForced(body["tool_choice"])) return "does not think where a tool has to be called";
  // https://www.alibabacloud.com/help/en/model-studio/qwen-structured-output has an example of it for Qwen3.8 alone.
  if (body["response_format"] && thinking !== "efforts") return "does not think where JSON has to be written";
  if (isBegun(body)) return "does not think where it goes on with an answer";
  return thinking === "streamed" && op === "llm.generate"
    ? "thinks with this model in streams only"
    : undefined;
}

function isForced(choice: unknown): boolean {
  return choice === "required" || typeof choice === "object";
}

function isBegun(body: WireBody): boolean {
  return (body["messages"] as readonly WireBody[]).at(-1)?.["partial"] === true;
}

/** It takes all words of Beluga's, some as names of others; not together with a budget. */
function writeEffort(body: WireBody, call: ChatCall): void {
  const { effort, budgetTokens } = call.options.reasoning ?? {};
  if (effort === undefined) return;
  if (budgetTokens === undefined) body["reasoning_effort"] = effort;
  else warnUnsent(call, "reasoning.effort", "takes an effort or a budget");
}

function switchOn(body: WireBody, call: ChatCall): void {
  body["enable_thinking"] = true;
  if (call.options.reasoning?.effort === undefined) return;
  const message = "qwen thinks or does not with this model; thinking was switched on";
  call.warn({ type: "adjusted", option: "reasoning.effort", message });
}

/** "The value of the enable_thinking parameter is restricted to True": {@link https://www.alibabacloud.com/help/en/model-studio/error-code} */
function alwaysThink(body: WireBody, call: ChatCall): void {
  if (call.options.reasoning?.effort !== undefined) warnUnsupported(call, "reasoning.effort", "qwen");
  if (isForced(body["tool_choice"])) {
    delete body["tool_choice"];
    warnUnsent(call, "toolChoice", "always thinks with this model, which does not go together with it");
  }
  if (body["response_format"]) {
    delete body["response_format"];
    warnUnsent(call, "responseFormat", "always thinks with this model, which does not go together with it");
  }
}

function warnUnsent(call: ChatCall, option: string, reason: string): void {
  call.warn({ type: "unsupported", option, message: `qwen ${reason}; it was not sent` });
}
