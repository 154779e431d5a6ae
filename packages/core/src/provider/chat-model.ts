import type { ChatInput, ChatModel, ChatOptions, ChatResponse, ChatStreamPart, Message } from "../chat.js";
import type { Warning } from "../common.js";
import { BelugaError } from "../errors.js";
import { identified } from "../middleware/identity.js";
import { type Tool, type ToolDeclaration, toJSONSchema } from "../tools.js";
import { ChatAnswer } from "./chat-answer.js";
import { checkChatOptions, checkMessages } from "./chat-input.js";
import type { FrameReader } from "./frame-reader.js";
import type { HttpCall } from "./http.js";

/** A checked call, as providers get it. */
export interface ChatCall {
  op: "llm.generate" | "llm.stream";
  /** The model asked for. */
  model: string;
  messages: readonly Message[];
  options: ChatOptions;
  /** The bound tools and those of the call. Empty where there are none. */
  tools: readonly ToolDeclaration[];
  /** What an HTTP request takes over from the call, to which its body is added. */
  http: Pick<HttpCall, "op" | "model" | "signal" | "headers" | "timeout">;
  /** Adds to the `warnings` of the response. */
  warn(warning: Warning): void;
}

/** What a vendor does differently from the others: how it is asked, and how its answers are read. */
export interface ChatDriver {
  readonly provider: string;
  readonly model: string;
  /** Sends the call, and writes the whole answer. */
  generate(call: ChatCall, answer: ChatAnswer): Promise<void>;
  /** Sends the call; resolves when the vendor has begun to answer. */
  stream(call: ChatCall, answer: ChatAnswer): Promise<ChatFeed>;
}

/** An open stream, drained one network read at a time. */
export interface ChatFeed {
  /** Writes what came next to the answer. `false` when the stream is over. */
  read(): Promise<boolean>;
  /** Closes the connection at once. */
  cancel(): void;
}

/**
 * A {@link ChatModel} from what is the vendor's own. Adds all that is the same for every vendor: checks of the input, tools, the order and
 * the completeness of a stream's parts, abort, and what had arrived when an answer broke.
 */
export function createChatModel(driver: ChatDriver, boundTools: readonly Tool[] = []): ChatModel {
  const { provider, model } = driver;

  const prepare = (
    op: ChatCall["op"],
    input: ChatInput,
    options: ChatOptions,
    /** Of a stream, which ends also when its consumer leaves. */
    streamSignal?: AbortSignal,
  ): { call: ChatCall; answer: ChatAnswer } => {
    const fail = (message: string): BelugaError =>
      new BelugaError({
        op,
        code: "invalid_input",
        provider,
        model,
        message: `${provider} ${op}: ${message}`,
      });
    if (Object(options) !== options) throw fail("options: expected an object");
    options.signal?.throwIfAborted();
    const messages = checkMessages(input, fail);
    if (options.tools !== undefined && !Array.isArray(options.tools))
      throw fail("tools: expected an array of tools");
    const tools = mergeTools(boundTools, options.tools);
    checkChatOptions(options, tools, fail);
    const answer = new ChatAnswer({ op, provider, model }, [], op === "llm.stream");
    return {
      call: {
        op,
        model,
        messages,
        options,
        tools: tools.map(({ name, description, parameters }) => ({
          name,
          ...(description !== undefined && { description }),
          parameters: toJSONSchema(parameters, op),
        })),
        http: {
          op,
          model,
          signal: streamSignal ?? options.signal,
          headers: options.headers,
          timeout: options.timeout,
        },
        warn: (warning) => answer.warn(warning),
      },
      answer,
    };
  };

  const id = `${provider}/${model}`;
  const chatModel: ChatModel = {
    provider,
    model,
    id,

    async generate(messages, options = {}): Promise<ChatResponse> {
      const { call, answer } = prepare("llm.generate", messages, options);
      try {
        await driver.generate(call, answer);
        return answer.end();
      } catch (error) {
        throw withPartial(error, answer);
      }
    },

    stream(messages, options = {}): AsyncIterable<ChatStreamPart> {
      return new ChatStream((streamSignal) => {
        const { call, answer } = prepare("llm.stream", messages, options, streamSignal);
        return { answer, signal: options.signal, open: () => driver.stream(call, answer) };
      });
    },

    bindTools: (tools) => createChatModel(driver, mergeTools(boundTools, tools)),
  };
  return identified(chatModel, { id, tools: boundTools });
}

/**
 * A feed from the frames of an HTTP stream.
 *
 * @param onFrame - Writes one frame to the answer.
 * @param isTerminal - Whether the answer's terminal marker was seen, so that nothing more needs to be read.
 */
export function feedFrames<Frame>(
  frames: FrameReader<Frame>,
  answer: ChatAnswer,
  onFrame: (frame: Frame) => void,
  isTerminal: () => boolean,
): ChatFeed {
  return {
    async read() {
      const batch = await frames.read();
      if (!batch) return false;
      for (const frame of batch) {
        try {
          onFrame(frame);
        } catch (error) {
          // The connection closed in the middle of this last frame: what is wrong is not the frame, but that the rest is missing.
          const cut = frames.ended && BelugaError.is(error) && error.code === "invalid_response";
          throw cut ? answer.truncated() : error;
        }
        if (isTerminal()) {
          frames.finish();
          return false;
        }
      }
      return true;
    },
    cancel: () => frames.cancel(),
  };
}

/** A later tool replaces an earlier one of the same name. */
function mergeTools(bound: readonly Tool[], more: readonly Tool[] = []): readonly Tool[] {
  if (bound.length === 0) return more;
  return [...bound.filter(({ name }) => !more.some((tool) => tool?.name === name)), ...more];
}

/** Adds what had arrived to an error that does not know. */
function withPartial(error: unknown, answer: ChatAnswer): unknown {
  if (BelugaError.is(error) && error.partial === undefined)
    (error as { partial: unknown }).partial = answer.response();
  return error;
}

interface OpenedStream {
  answer: ChatAnswer;
  signal: AbortSignal | undefined;
  open(): Promise<ChatFeed>;
}

/**
 * The parts of an answer, pulled. Written out rather than as an async generator: a part that is already there costs one resolved promise
 * and nothing more, which is most of the time per part.
 */
class ChatStream implements AsyncIterable<ChatStreamPart>, AsyncIterator<ChatStreamPart, undefined> {
  readonly #start: (signal: AbortSignal) => OpenedStream;
  /** `ended`: the vendor has said all, but the consumer has not taken it all yet. */
  #state: "new" | "open" | "ended" | "over" = "new";
  #answer: ChatAnswer | undefined;
  #queue: ChatStreamPart[] = [];
  #next = 0;
  #feed: ChatFeed | undefined;
  #signal: AbortSignal | undefined;
  readonly #controller = new AbortController();
  #failure: { error: unknown } | undefined;
  #iterated = false;
  /** The last of the reads that are under way, which are done one after the other. */
  #reading: Promise<IteratorResult<ChatStreamPart, undefined>> | undefined;
  #reads = 0;

  /** @param start - Given a signal that is aborted where the caller aborts, or leaves while the stream is being opened. */
  constructor(start: (signal: AbortSignal) => OpenedStream) {
    this.#start = start;
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatStreamPart, undefined> {
    if (this.#iterated) {
      throw new BelugaError({
        op: "llm.stream",
        code: "invalid_input",
        message: "llm.stream: this stream was read already; a stream can be read once",
      });
    }
    this.#iterated = true;
    return this;
  }

  next(): Promise<IteratorResult<ChatStreamPart, undefined>> {
    if (this.#reading === undefined && this.#next < this.#queue.length) return Promise.resolve(this.#take());
    this.#reads++;
    const pull = (): Promise<IteratorResult<ChatStreamPart, undefined>> => this.#pull();
    return (this.#reading = this.#reading ? this.#reading.then(pull, pull) : pull());
  }

  /** The consumer leaves the loop. */
  return(): Promise<IteratorResult<ChatStreamPart, undefined>> {
    this.#drop();
    this.#close();
    return Promise.resolve({ value: undefined, done: true });
  }

  async #pull(): Promise<IteratorResult<ChatStreamPart, undefined>> {
    try {
      while (this.#next >= this.#queue.length) {
        this.#queue.length = 0;
        this.#next = 0;
        if (this.#failure) {
          const { error } = this.#failure;
          this.#failure = undefined;
          this.#close();
          throw error;
        }
        if (this.#state === "over") return { value: undefined, done: true };
        await this.#advance();
        if (this.#isOver) this.#queue.length = 0; // what a read under way still brought when it was left or aborted
      }
      return this.#take();
    } finally {
      if (--this.#reads === 0) this.#reading = undefined;
    }
  }

  get #isOver(): boolean {
    return this.#state === "over";
  }

  #take(): IteratorResult<ChatStreamPart, undefined> {
    const value = this.#queue[this.#next++] as ChatStreamPart;
    if (this.#state === "ended" && this.#next === this.#queue.length) this.#close();
    return { value, done: false };
  }

  /** Opens the stream, or reads on; what goes wrong is thrown once the parts before it are handed on. */
  async #advance(): Promise<void> {
    try {
      if (this.#state === "new") {
        this.#state = "open";
        const { answer, signal, open } = this.#start(this.#controller.signal);
        this.#answer = answer;
        this.#queue = answer.queue;
        this.#signal = signal;
        signal?.addEventListener("abort", this.#onAbort, { once: true });
        const feed = await open();
        // Closed while it was being opened.
        if (this.#isOver) feed.cancel();
        else this.#feed = feed;
        return;
      }
      if (await (this.#feed as ChatFeed).read()) return;
      if (this.#state !== "open") return; // the consumer, or its signal, has ended it meanwhile
      (this.#answer as ChatAnswer).end();
      this.#feed = undefined;
      this.#state = "ended";
    } catch (error) {
      if (this.#state === "over") return; // the consumer, or its signal, has ended it already
      this.#failure = { error: this.#answer ? withPartial(error, this.#answer) : error };
    }
  }

  readonly #onAbort = (): void => {
    if (this.#state === "over") return;
    this.#drop();
    const reason: unknown = this.#signal?.reason;
    this.#controller.abort(reason); // before `#close` gives another reason
    this.#close();
    this.#failure = { error: reason };
  };

  /** Parts that the consumer has not taken yet are dropped: it wants to stop now. */
  #drop(): void {
    this.#queue.length = 0;
    this.#next = 0;
    this.#failure = undefined;
  }

  #close(): void {
    const isOpening = this.#state === "open" && !this.#feed;
    this.#state = "over";
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#feed?.cancel();
    this.#feed = undefined;
    // After the end nothing is aborted: its connection may still be read to the end, and used again.
    if (isOpening) this.#controller.abort();
  }
}
