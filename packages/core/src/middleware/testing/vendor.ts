import type { ChatModel, ChatStreamPart } from "../../chat.js";
import { BelugaError, type BelugaErrorInit, type ErrorCode } from "../../errors.js";
import { type ChatCall, type ChatDriver, createChatModel } from "../../provider/chat-model.js";
import type { ChatAnswer } from "../../provider/chat-answer.js";
import type { Usage } from "../../usage.js";

/** What a vendor does with one call. */
export interface Story {
  /** Pieces of text, which come one read at a time. */
  text?: readonly string[];
  /** Whatever else it answers. */
  also?(answer: ChatAnswer): void;
  /** After the text nothing comes until {@link Vendor.goOn}. */
  stalls?: boolean;
  /** What goes wrong after that. */
  error?: Error;
  usage?: Usage;
  /** Default: `stop`. */
  finish?: string;
}

/** A model, and what its vendor has seen. */
export interface Vendor {
  model: ChatModel;
  calls: ChatCall[];
  /** How often a stream was read. */
  reads: number;
  /** How often a connection was closed early. */
  closed: number;
  /** Ends what stalls. */
  goOn(): void;
}

/** A model whose vendor answers by a story, or by one after the other; the last is told again and again. */
export function vendor(id: string, ...stories: readonly (Story | string | Error)[]): Vendor {
  const [provider = "", model = ""] = id.split("/");
  const stalled = new Set<() => void>();
  const stall = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      stalled.add(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const next = (call: ChatCall): Story => {
    const story = stories[Math.min(seen.calls.push(call), stories.length) - 1] ?? "";
    if (typeof story === "string") return { text: [story] };
    return story instanceof Error ? { error: story } : story;
  };
  const end = ({ also, error, usage = {}, finish = "stop" }: Story, answer: ChatAnswer): void => {
    if (error !== undefined) throw error;
    also?.(answer);
    answer.usage = usage;
    answer.finish(finish, finish);
  };

  const driver: ChatDriver = {
    provider,
    model,
    async generate(call, answer) {
      const story = next(call);
      for (const piece of story.text ?? []) answer.text(piece);
      if (story.stalls) await stall(call.http.signal);
      end(story, answer);
    },
    async stream(call, answer) {
      const story = next(call);
      if (story.error !== undefined && !story.text) throw story.error;
      const text = [...(story.text ?? [])];
      let isOver = false;
      return {
        async read() {
          seen.reads++;
          const piece = text.shift();
          if (piece !== undefined) {
            answer.text(piece);
            return true;
          }
          if (story.stalls) await stall(undefined);
          if (!isOver) end(story, answer);
          return false;
        },
        cancel() {
          isOver = true;
          seen.closed++;
          for (const resolve of stalled) resolve();
        },
      };
    },
  };

  const seen: Vendor = {
    model: createChatModel(driver),
    calls: [],
    reads: 0,
    closed: 0,
    goOn() {
      for (const resolve of stalled) resolve();
      stalled.clear();
    },
  };
  return seen;
}

export function failure(code: ErrorCode, more: Partial<BelugaErrorInit> = {}): BelugaError {
  return new BelugaError({ op: "llm.generate", code, message: `it is ${code}`, ...more });
}

export async function drain(stream: AsyncIterable<ChatStreamPart>): Promise<ChatStreamPart[]> {
  const parts: ChatStreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** The text of an answer, however it is asked for. */
export const asks: readonly [op: string, ask: (model: ChatModel, ...args: Asked) => Promise<string>][] = [
  ["generate", async (model, ...args) => (await model.generate(...args)).text],
  [
    "stream",
    async (model, ...args) => {
      const parts = await drain(model.stream(...args));
      return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
    },
  ],
];

type Asked = Parameters<ChatModel["generate"]>;
