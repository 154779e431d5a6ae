import { BelugaError, type MessagePart } from "@beluga/core";
import { type ChatCall, asArray, asRecord, asText } from "@beluga/core/provider";
import type { WireBody } from "@beluga/llm-openai-compatible/base";

/**
 * Leaves of each item of the conversation what the API takes back: messages, calls and their results. What its own tools found cannot go
 * back (it answers "unknown item type"), nor can the ids of items.
 * {@link https://docs.perplexity.ai/docs/agent-api/tools/custom-functions}
 */
export function refineInput(body: WireBody, call: ChatCall): void {
  refuseOtherMedia(call);
  const calls = new Map<unknown, WireBody>();
  body["input"] = asArray(body["input"]).flatMap((item) => refineItem(asRecord(item), calls));
}

function refineItem(item: Readonly<WireBody>, calls: Map<unknown, WireBody>): WireBody[] {
  const { type = "message", role, content, call_id: id, name, thought_signature } = item;
  switch (type) {
    case "message": {
      if (role !== "assistant") return [{ type, role, content }];
      const text = typeof content === "string" ? content : asArray(content).map(wordsOf).join("");
      return text === "" ? [] : [{ type, role, content: text }];
    }
    case "function_call":
      // Some models want the signature back with the result as well.
      calls.set(id, { name, thought_signature });
      return [{ type, call_id: id, name, arguments: item["arguments"], thought_signature }];
    case "function_call_output":
      return [{ ...item, ...calls.get(id) }];
    default:
      return [];
  }
}

function wordsOf(content: unknown): string {
  const { text, refusal } = asRecord(content);
  return asText(text ?? refusal);
}

/** Of media it takes images alone. */
function refuseOtherMedia({ op, model, messages }: ChatCall): void {
  for (const [at, { role, content }] of messages.entries()) {
    if (role === "assistant" || typeof content === "string") continue;
    for (const part of content as readonly MessagePart[]) {
      const what = refusedOf(part);
      if (what === undefined) continue;
      const message = `perplexity ${op}: messages[${at}]: perplexity does not take ${what} here`;
      throw new BelugaError({ op, code: "unsupported", provider: "perplexity", model, message });
    }
  }
}

function refusedOf(part: MessagePart): string | undefined {
  // What its own tools found, in the name of somebody else.
  const { type: own } = asRecord(part.providerMetadata?.["perplexity"]);
  if (typeof own === "string") return `an item of the type "${own}"`;
  if (part.type === "text" || part.type === "image") return undefined;
  if (part.type !== "file") return part.type;
  return part.mediaType.startsWith("image/") ? undefined : `files of the type ${part.mediaType}`;
}
