import type { ChatModel, ChatOptions, Message } from "../chat.js";
import type { ChatAnswer } from "../provider/chat-answer.js";
import { type ChatCall, createChatModel } from "../provider/chat-model.js";
import type { ToolDeclaration } from "../tools.js";

/** What one read of the vendor brings; throws what it throws, and waits as long as it waits. */
export type Write = (answer: ChatAnswer, call: ChatCall) => unknown;

/** What the vendor was asked. */
export interface Asked extends Omit<ChatOptions, "signal" | "tools"> {
  op: ChatCall["op"];
  messages: readonly Message[];
  tools: readonly ToolDeclaration[];
}

export interface Vendor {
  asked: Asked[];
  signals: (AbortSignal | undefined)[];
  /** How many streams were closed before their end. */
  cancelled: number;
}

/** A model that gives the answers of a script, one a call; without one left it throws. */
export function scripted(...answers: readonly (readonly Write[])[]): { model: ChatModel; vendor: Vendor } {
  const vendor: Vendor = { asked: [], signals: [], cancelled: 0 };
  const next = ({ op, messages, options, tools }: ChatCall): readonly Write[] => {
    const { signal, tools: _, ...others } = options;
    const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
    const writes = answers[vendor.asked.push({ op, messages, tools, ...given }) - 1];
    vendor.signals.push(signal);
    if (!writes) throw new Error("The script has no more answers.");
    return writes;
  };
  const model = createChatModel({
    provider: "acme",
    model: "small",
    async generate(call, answer) {
      for (const write of next(call)) await write(answer, call);
    },
    async stream(call, answer) {
      const writes = next(call);
      let at = 0;
      return {
        async read() {
          await writes[at++]?.(answer, call);
          return at < writes.length;
        },
        cancel: () => void vendor.cancelled++,
      };
    },
  });
  return { model, vendor };
}

/** Pieces of text, and a normal end. */
export function says(...pieces: string[]): Write[] {
  return [
    ...pieces.map(
      (piece): Write =>
        (answer) =>
          answer.text(piece),
    ),
    ends(),
  ];
}

/** A call of a tool, its arguments in pieces, and a normal end. */
export function calls(name: string, ...pieces: string[]): Write[] {
  return [
    (answer) => answer.toolCallStart(0, "call-1", name),
    ...pieces.map(
      (piece): Write =>
        (answer) =>
          answer.toolCallDelta(0, piece),
    ),
    ends(),
  ];
}

export function ends(reason = "stop"): Write {
  return (answer) => {
    answer.finish(reason, reason);
    answer.usage = { inputTokens: 10, outputTokens: 1, totalTokens: 11 };
  };
}

/** A vendor that does not have an option, and says so. */
export function warns(option: string): Write {
  return (_answer, { warn }) =>
    warn({ type: "unsupported", option, message: `acme has no ${option}; it was not sent` });
}

export async function drain<Part>(stream: AsyncIterable<Part>): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}
