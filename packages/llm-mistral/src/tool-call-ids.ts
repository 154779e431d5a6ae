import type { WireBody } from "@beluga/llm-openai-compatible/base";

interface WireMessage {
  tool_calls?: { id: string }[];
  tool_call_id?: string;
}

/**
 * Mistral takes only ids of nine letters and digits ("must be a-z, A-Z, 0-9, with a length of 9"). Those of other vendors, which a
 * conversation may have come with, are numbered in the order of the conversation: each gets one of its own, the same for a call and its
 * result, and the same again when the conversation has grown.
 */
export function fitToolCallIds(body: WireBody): void {
  const messages = body["messages"] as WireMessage[];
  const ids = messages.flatMap(({ tool_calls: calls = [], tool_call_id: answered }) => [
    ...calls.map(({ id }) => id),
    ...(answered === undefined ? [] : [answered]),
  ]);
  const fitting = new Map(ids.filter((id) => fits.test(id)).map((id) => [id, id]));
  let count = 0;
  for (const id of ids) {
    if (fitting.has(id)) continue;
    let next: string;
    do next = String(++count).padStart(9, "0");
    while (fitting.has(next));
    fitting.set(id, next);
  }
  for (const { tool_calls: calls = [] } of messages) {
    for (const call of calls) call.id = fitting.get(call.id) ?? call.id;
  }
  for (const message of messages) {
    const { tool_call_id: id } = message;
    if (id !== undefined) message.tool_call_id = fitting.get(id) ?? id;
  }
}

const fits = /^[a-zA-Z0-9]{9}$/;
