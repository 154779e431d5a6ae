import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChatModel, ChatResponse, ChatStreamPart } from "./chat.js";
import type { Embedder } from "./embedder.js";
import { BelugaError } from "./errors.js";
import { type Call, type CallTiming, type Hooks, addObserver, composeHooks, withHooks } from "./hooks.js";
import { observed } from "./observed.js";
import { applyMiddleware } from "./middleware.js";
import { rateLimit } from "./middleware/rate-limit.js";
import type { Reranker } from "./reranker.js";
import type { VectorStore } from "./vector-store.js";
import type {
  SpeechToText,
  TextToSpeech,
  TranscriptEvent,
  VadEvent,
  VoiceActivityDetector,
} from "./voice.js";

const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };

const response: ChatResponse = {
  message: { role: "assistant", content: "Hello" },
  text: "Hello",
  reasoning: "",
  toolCalls: [],
  finishReason: { unified: "stop", raw: "stop" },
  usage,
  model: "parrot-2026",
  id: "1",
  warnings: [],
  sources: [],
  providerMetadata: {},
};

const parts: ChatStreamPart[] = [
  { type: "text", text: "Hel" },
  { type: "text", text: "lo" },
  { type: "finish", response },
];

/** A model with private fields, which a proxy may not be the `this` of. */
class Parrot implements ChatModel {
  readonly #name: string;
  readonly kind = { feathers: true };
  bound = 0;
  /** How often something was asked of it. */
  calls = 0;
  failure: Error | undefined;
  left = 0;

  constructor(name = "parrot") {
    this.#name = name;
  }

  get provider(): string {
    return "jungle";
  }
  get model(): string {
    return this.#name;
  }
  get id(): string {
    return `jungle/${this.#name}`;
  }

  async generate(): Promise<ChatResponse> {
    this.calls++;
    if (this.failure) throw this.failure;
    return response;
  }

  async *stream(): AsyncGenerator<ChatStreamPart> {
    this.calls++;
    let whole = false;
    try {
      for (const [at, part] of parts.entries()) {
        if (at === 2 && this.failure) throw this.failure;
        yield part;
      }
      whole = true;
    } finally {
      if (!whole) this.left++;
    }
  }

  bindTools(tools: readonly unknown[]): ChatModel {
    const other = new Parrot(this.#name);
    other.bound = this.bound + tools.length;
    other.failure = this.failure;
    return other;
  }

  /** A member of this vendor alone. */
  squawk(times: number): string {
    return this.#name.repeat(times);
  }
}

interface Event {
  hook: string;
  op: string;
  [detail: string]: unknown;
}

/** Hooks that write down what they are called with; times become `true`. */
function recorder(changes: Hooks = {}): { events: Event[]; hooks: Hooks } {
  const events: Event[] = [];
  const note = (hook: string, call: Call, told: Partial<CallTiming> = {}): void => {
    const { duration, firstPart, ...outcome } = told;
    const times = {
      ...(duration !== undefined && { duration: true }),
      ...(firstPart !== undefined && { firstPart: true }),
    };
    events.push({ hook, op: call.op, ...times, ...outcome });
  };
  const hooks: Hooks = {
    onStart: (call) => note("onStart", call),
    onFirstPart: (call, timing) => note("onFirstPart", call, timing),
    onPart: (call, part) => void events.push({ hook: "onPart", op: call.op, part }),
    onFinish: (call, outcome) => note("onFinish", call, outcome),
    onError: (call, outcome) => note("onError", call, outcome),
    onAbort: (call, outcome) => note("onAbort", call, outcome),
    ...changes,
  };
  return { events, hooks };
}

async function drain<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of stream) all.push(part);
  return all;
}

async function* listOf<T>(...all: T[]): AsyncGenerator<T> {
  yield* all;
}

function wrapped<T extends object>(instance: T): { it: T; events: Event[] } {
  const { events, hooks } = recorder({ onPart: vi.fn(), onFirstPart: vi.fn() });
  return { it: withHooks<T>(hooks)(instance), events };
}

const never = (): Promise<void> => new Promise(() => undefined);

const observers: (() => void)[] = [];
function observe(hooks: Hooks): () => void {
  const remove = addObserver(hooks);
  observers.push(remove);
  return remove;
}
afterEach(() => {
  for (const remove of observers.splice(0)) remove();
});

const finished = { hook: "onFinish", duration: true };
const finishedStream = { ...finished, firstPart: true };

describe("withHooks", () => {
  it("surrounds generate with onStart and onFinish, with the response, its usage and its model", async () => {
    const { events, hooks } = recorder();
    const model = applyMiddleware<ChatModel>(new Parrot(), withHooks(hooks));
    expect(await model.generate("Hi")).toBe(response);
    expect(events).toEqual([
      { hook: "onStart", op: "llm.generate" },
      { ...finished, op: "llm.generate", result: response, usage, model: "parrot-2026" },
    ]);
  });

  it("tells what is called, of whom and with what", async () => {
    const calls: Call[] = [];
    const model = withHooks<ChatModel>({ onStart: (call) => void calls.push(call) })(new Parrot());
    const options = { maxTokens: 3 };
    const before = Date.now();
    await model.generate("Hi", options);
    expect(calls).toEqual([
      {
        op: "llm.generate",
        provider: "jungle",
        model: "parrot",
        id: "jungle/parrot",
        input: ["Hi", options],
        startedAt: expect.any(Number),
      },
    ]);
    expect(calls[0]?.startedAt).toBeGreaterThanOrEqual(before);
  });

  it("reports a failure once, with its code where it has one, and passes it on", async () => {
    const { events, hooks } = recorder();
    const parrot = new Parrot();
    const model = withHooks<ChatModel>(hooks)(parrot);
    const error = new BelugaError({ op: "llm.generate", code: "rate_limit", message: "slow" });
    parrot.failure = error;
    await expect(model.generate("Hi")).rejects.toBe(error);
    const other = new TypeError("bug");
    parrot.failure = other;
    await expect(model.generate("Hi")).rejects.toBe(other);
    expect(events).toEqual([
      { hook: "onStart", op: "llm.generate" },
      { hook: "onError", op: "llm.generate", duration: true, error, code: "rate_limit" },
      { hook: "onStart", op: "llm.generate" },
      { hook: "onError", op: "llm.generate", duration: true, error: other },
    ]);
  });

  it("reports as aborted what rejects with the reason of the caller's signal, and only that", async () => {
    const { events, hooks } = recorder();
    const parrot = new Parrot();
    const model = withHooks<ChatModel>(hooks)(parrot);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    parrot.failure = reason;
    await expect(model.generate("Hi", { signal })).rejects.toBe(reason);
    const error = new Error("something else");
    parrot.failure = error;
    await expect(model.generate("Hi", { signal })).rejects.toBe(error);
    await expect(drain(model.stream("Hi", { signal }))).rejects.toBe(error);
    expect(events.filter(({ hook }) => hook === "onAbort" || hook === "onError")).toEqual([
      { hook: "onAbort", op: "llm.generate", duration: true, reason },
      { hook: "onError", op: "llm.generate", duration: true, error },
      { hook: "onError", op: "llm.stream", duration: true, firstPart: true, error },
    ]);
  });

  it("waits for each hook", async () => {
    const order: string[] = [];
    const slow = (name: string) => async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(name);
    };
    const hooks = {
      onStart: slow("start"),
      onFirstPart: slow("first"),
      onPart: slow("part"),
      onFinish: slow("finish"),
    };
    const model = withHooks<ChatModel>(hooks)(new Parrot());
    for await (const part of model.stream("Hi")) order.push(part.type);
    expect(order).toEqual(["start", "first", "part", "text", "part", "text", "part", "finish", "finish"]);
  });

  describe("of a stream", () => {
    it("reports the first part, each part and the response", async () => {
      const { events, hooks } = recorder();
      const model = withHooks<ChatModel>(hooks)(new Parrot());
      expect(await drain(model.stream("Hi"))).toEqual(parts);
      const op = "llm.stream";
      expect(events).toEqual([
        { hook: "onStart", op },
        { hook: "onFirstPart", op, duration: true, firstPart: true },
        ...parts.map((part) => ({ hook: "onPart", op, part })),
        { ...finishedStream, op, result: response, usage, model: "parrot-2026" },
      ]);
    });

    it("starts nothing before the first read", async () => {
      const { events, hooks } = recorder();
      const parrot = new Parrot();
      const stream = withHooks<ChatModel>(hooks)(parrot).stream("Hi");
      await Promise.resolve();
      expect({ events, calls: parrot.calls }).toEqual({ events: [], calls: 0 });
      const iterator = stream[Symbol.asyncIterator]();
      await iterator.return?.();
      expect(await iterator.next()).toEqual({ value: undefined, done: true });
      expect({ events, calls: parrot.calls }).toEqual({ events: [], calls: 0 });
    });

    it("counts leaving the loop early as an abort, and closes the stream", async () => {
      const { events, hooks } = recorder({ onPart: vi.fn(), onFirstPart: vi.fn() });
      const parrot = new Parrot();
      for await (const part of withHooks<ChatModel>(hooks)(parrot).stream("Hi"))
        if (part.type === "text") break;
      expect(events).toEqual([
        { hook: "onStart", op: "llm.stream" },
        { hook: "onAbort", op: "llm.stream", duration: true, firstPart: true },
      ]);
      expect(parrot.left).toBe(1);
    });

    it("counts leaving the loop at the finish part as finished", async () => {
      const { events, hooks } = recorder({ onPart: vi.fn(), onFirstPart: vi.fn() });
      const stream = withHooks<ChatModel>(hooks)(new Parrot()).stream("Hi");
      for await (const part of stream) if (part.type === "finish") break;
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onFinish"]);
      expect(events[1]).toMatchObject({ result: response });
    });

    it("closes the stream at once when the consumer leaves while a read is under way", async () => {
      const { events, hooks } = recorder();
      let end: (() => void) | undefined;
      const stalled: AsyncIterable<ChatStreamPart> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise((resolve) => (end = () => resolve({ value: undefined, done: true }))),
          return: async () => {
            end?.();
            return { value: undefined, done: true };
          },
        }),
      };
      const parrot = Object.assign(new Parrot(), { stream: () => stalled });
      const iterator = withHooks<ChatModel>(hooks)(parrot).stream("Hi")[Symbol.asyncIterator]();
      const pending = iterator.next();
      await vi.waitUntil(() => end);
      await iterator.return?.();
      expect(await pending).toEqual({ value: undefined, done: true });
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onAbort"]);
    });

    it("is no failure where the source takes being left for one", async () => {
      const { events, hooks } = recorder();
      let fail: (() => void) | undefined;
      const sulking: AsyncIterable<ChatStreamPart> = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise((_, reject) => (fail = () => reject(new Error("closed")))),
          return: async () => {
            fail?.();
            return { value: undefined, done: true };
          },
        }),
      };
      const parrot = Object.assign(new Parrot(), { stream: () => sulking });
      const iterator = withHooks<ChatModel>(hooks)(parrot).stream("Hi")[Symbol.asyncIterator]();
      const pending = iterator.next();
      await vi.waitUntil(() => fail);
      await iterator.return?.();
      expect(await pending).toEqual({ value: undefined, done: true });
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onAbort"]);
    });

    it("does not open the stream where the consumer leaves during onStart", async () => {
      let start: (() => void) | undefined;
      const { events, hooks } = recorder({
        onStart: () => new Promise<void>((resolve) => (start = resolve)),
      });
      const parrot = Object.assign(new Parrot(), { stream: vi.fn<ChatModel["stream"]>() });
      const iterator = withHooks<ChatModel>(hooks)(parrot).stream("Hi")[Symbol.asyncIterator]();
      const pending = iterator.next();
      const leaving = iterator.return?.();
      start?.();
      await Promise.all([pending, leaving]);
      expect(parrot.stream).not.toHaveBeenCalled();
      expect(events.map(({ hook }) => hook)).toEqual(["onAbort"]);
    });

    it.each([
      ["in the middle of a read", true],
      ["between reads", false],
    ])("says why where other middleware leaves it at an abort %s", async (_when, inTheMiddle) => {
      const { events, hooks } = recorder();
      const caller = new AbortController();
      const stalled: AsyncIterable<ChatStreamPart> = {
        [Symbol.asyncIterator]() {
          const [first] = parts as [ChatStreamPart];
          const next = vi.fn<() => Promise<IteratorResult<ChatStreamPart>>>(
            () => new Promise(() => undefined),
          );
          return { next: next.mockResolvedValueOnce({ value: first, done: false }) };
        },
      };
      const parrot = Object.assign(new Parrot(), { stream: () => stalled });
      const model = applyMiddleware<ChatModel>(parrot, rateLimit({}), withHooks<ChatModel>(hooks));
      const iterator = model.stream("Hi", { signal: caller.signal })[Symbol.asyncIterator]();
      await iterator.next();
      const reading = inTheMiddle ? iterator.next() : undefined;
      caller.abort("enough");
      await expect(reading ?? iterator.next()).rejects.toBe("enough");
      await vi.waitUntil(() => events.at(-1)?.hook === "onAbort");
      expect(events.at(-1)).toEqual({
        hook: "onAbort",
        op: "llm.stream",
        duration: true,
        firstPart: true,
        reason: "enough",
      });
    });

    it("refuses to be read twice", async () => {
      const stream = withHooks<ChatModel>({})(new Parrot()).stream("Hi");
      await drain(stream);
      await expect(drain(stream)).rejects.toMatchObject({
        code: "invalid_input",
        op: "llm.stream",
        provider: "jungle",
      });
    });

    it("reports a failure in the middle once", async () => {
      const { events, hooks } = recorder({ onPart: vi.fn(), onFirstPart: vi.fn() });
      const parrot = new Parrot();
      const error = new BelugaError({ op: "llm.stream", code: "truncated", message: "cut" });
      parrot.failure = error;
      await expect(drain(withHooks<ChatModel>(hooks)(parrot).stream("Hi"))).rejects.toBe(error);
      expect(events).toEqual([
        { hook: "onStart", op: "llm.stream" },
        { hook: "onError", op: "llm.stream", duration: true, firstPart: true, error, code: "truncated" },
      ]);
    });
  });

  describe("what hooks throw", () => {
    const refusal = new BelugaError({ op: "llm.generate", code: "guard_blocked", message: "not today" });
    const refuse = (): never => {
      throw refusal;
    };

    it("refuses the call when onStart throws: nothing is asked of the model", async () => {
      const { events, hooks } = recorder({ onStart: refuse });
      const parrot = new Parrot();
      const model = withHooks<ChatModel>(hooks)(parrot);
      await expect(model.generate("Hi")).rejects.toBe(refusal);
      await expect(drain(model.stream("Hi"))).rejects.toBe(refusal);
      expect({ calls: parrot.calls, events }).toEqual({ calls: 0, events: [] });
    });

    it("fails the call when onPart throws, closes the stream, and is reported", async () => {
      const { events, hooks } = recorder({ onPart: refuse, onFirstPart: vi.fn() });
      const parrot = new Parrot();
      await expect(drain(withHooks<ChatModel>(hooks)(parrot).stream("Hi"))).rejects.toBe(refusal);
      expect(parrot.left).toBe(1);
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onError"]);
    });

    it("fails the call when onFinish throws, and no second end follows", async () => {
      const { events, hooks } = recorder({ onFinish: refuse, onPart: vi.fn(), onFirstPart: vi.fn() });
      const model = withHooks<ChatModel>(hooks)(new Parrot());
      await expect(model.generate("Hi")).rejects.toBe(refusal);
      await expect(drain(model.stream("Hi"))).rejects.toBe(refusal);
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onStart"]);
    });
  });

  it("goes along with bindTools, and leaves the original alone", async () => {
    const { events, hooks } = recorder();
    const parrot = new Parrot();
    const bound = withHooks<ChatModel>(hooks)(parrot)
      .bindTools([{ name: "a", parameters: {} }])
      .bindTools([{ name: "b", parameters: {} }]);
    await bound.generate("Hi");
    expect((bound as Parrot).bound).toBe(2);
    expect(parrot.bound).toBe(0);
    expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onFinish"]);
  });

  it("the first middleware is the outermost", async () => {
    const order: string[] = [];
    const mark = (name: string): Hooks => ({
      onStart: () => void order.push(`${name} starts`),
      onFinish: () => void order.push(`${name} ends`),
    });
    await applyMiddleware<ChatModel>(
      new Parrot(),
      withHooks(mark("outer")),
      withHooks(mark("inner")),
    ).generate("Hi");
    expect(order).toEqual(["outer starts", "inner starts", "inner ends", "outer ends"]);
  });
});

describe("withHooks around the other capabilities", () => {
  const audio = new Uint8Array([1, 2]);
  const identity = { provider: "jungle", model: "parrot", id: "jungle/parrot" };
  const embeddings = { embeddings: [new Float32Array([1])], usage, model: "parrot", warnings: [] };
  const ranking = { results: [], usage, model: "parrot", warnings: [] };
  const hit = { id: "1", content: "x", metadata: {}, score: 1 };
  const transcript = { text: "Hi", words: [], usage, warnings: [], providerMetadata: {} };
  const heard: TranscriptEvent = { type: "final", text: "Hi" };
  const speech = { audio, mediaType: "audio/mpeg", usage, warnings: [] };
  const voiced: VadEvent = { type: "speech-start", time: 0 };

  const embedder: Embedder = {
    ...identity,
    dimensions: 1,
    limits: { maxBatchSize: 1 },
    embed: async () => embeddings,
  };
  const reranker: Reranker = { ...identity, rerank: async () => ranking };
  const store: VectorStore = {
    ...identity,
    add: async () => undefined,
    search: async () => [hit],
    delete: async () => undefined,
    close: async () => undefined,
  };
  const ears: SpeechToText = {
    ...identity,
    transcribe: async () => transcript,
    transcribeStream: () => listOf(heard),
  };
  const mouth: TextToSpeech = {
    ...identity,
    synthesize: async () => speech,
    synthesizeStream: () => listOf(audio),
  };
  const detector: VoiceActivityDetector = { ...identity, detect: () => listOf(voiced) };
  it.each<[string, () => { run: () => Promise<unknown>; events: Event[] }, unknown, Record<string, unknown>]>(
    [
      [
        "embed.embed",
        () => {
          const { it, events } = wrapped(embedder);
          return { run: () => it.embed(["a"]), events };
        },
        embeddings,
        { ...finished, result: embeddings, usage, model: "parrot" },
      ],
      [
        "rerank.rerank",
        () => {
          const { it, events } = wrapped(reranker);
          return { run: () => it.rerank("q", ["a"]), events };
        },
        ranking,
        { ...finished, result: ranking, usage, model: "parrot" },
      ],
      [
        "vector.add",
        () => {
          const { it, events } = wrapped(store);
          return { run: () => it.add([]), events };
        },
        undefined,
        finished,
      ],
      [
        "vector.search",
        () => {
          const { it, events } = wrapped(store);
          return { run: () => it.search([1]), events };
        },
        [hit],
        { ...finished, result: [hit] },
      ],
      [
        "vector.delete",
        () => {
          const { it, events } = wrapped(store);
          return { run: () => it.delete({ ids: [] }), events };
        },
        undefined,
        finished,
      ],
      [
        "stt.transcribe",
        () => {
          const { it, events } = wrapped(ears);
          return { run: () => it.transcribe(audio), events };
        },
        transcript,
        { ...finished, result: transcript, usage },
      ],
      [
        "stt.transcribeStream",
        () => {
          const { it, events } = wrapped(ears);
          return { run: () => drain(it.transcribeStream(listOf(audio))), events };
        },
        [heard],
        finishedStream,
      ],
      [
        "tts.synthesize",
        () => {
          const { it, events } = wrapped(mouth);
          return { run: () => it.synthesize("Hi"), events };
        },
        speech,
        { ...finished, result: speech, usage },
      ],
      [
        "tts.synthesizeStream",
        () => {
          const { it, events } = wrapped(mouth);
          return { run: () => drain(it.synthesizeStream("Hi")), events };
        },
        [audio],
        finishedStream,
      ],
      [
        "vad.detect",
        () => {
          const { it, events } = wrapped(detector);
          return { run: () => drain(it.detect(listOf(audio))), events };
        },
        [voiced],
        finishedStream,
      ],
    ],
  )("reports %s", async (op, build, result, outcome) => {
    const { run, events } = build();
    expect(await run()).toEqual(result);
    expect(events).toEqual([
      { hook: "onStart", op },
      { ...outcome, op },
    ]);
  });

  it("reports leaving a stream of audio early as an abort", async () => {
    const { it, events } = wrapped(mouth);
    const stream = it.synthesizeStream("Hi")[Symbol.asyncIterator]();
    expect(await stream.next()).toEqual({ value: audio, done: false });
    await stream.return?.();
    expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onAbort"]);
  });

  it("leaves members alone that are no operations", async () => {
    const { it, events } = wrapped(store);
    await it.close();
    expect(events).toEqual([]);
  });
});

const fail = (message: string) => (): never => {
  throw new Error(message);
};

describe("composeHooks", () => {
  it("calls each in order, and waits for it before the next", async () => {
    const order: string[] = [];
    const note = (name: string, wait: number): Hooks => ({
      async onStart() {
        await new Promise((resolve) => setTimeout(resolve, wait));
        order.push(name);
      },
    });
    await withHooks<ChatModel>(composeHooks(note("slow", 5), {}, note("quick", 0)))(new Parrot()).generate(
      "Hi",
    );
    expect(order).toEqual(["slow", "quick"]);
  });

  it("has only the callbacks that one of them has, so that a stream without onPart pays nothing for it", () => {
    expect(composeHooks()).toEqual({});
    expect(Object.keys(composeHooks({ onFinish: vi.fn() }, { onError: vi.fn(), onFinish: vi.fn() }))).toEqual(
      ["onFinish", "onError"],
    );
  });

  it("keeps the `this` of each", async () => {
    class Counter implements Hooks {
      #count = 0;
      onStart(): void {
        this.#count++;
      }
      get count(): number {
        return this.#count;
      }
    }
    const [one, two] = [new Counter(), new Counter()];
    await withHooks<ChatModel>(composeHooks(one, two))(new Parrot()).generate("Hi");
    await withHooks<ChatModel>(composeHooks(one))(new Parrot()).generate("Hi");
    expect([one.count, two.count]).toEqual([2, 1]);
  });

  it("stops at the first that throws", async () => {
    const second = vi.fn();
    const first = vi.fn(() => Promise.reject(new Error("no")));
    const hooks = composeHooks({ onStart: first }, { onStart: second });
    await expect(withHooks<ChatModel>(hooks)(new Parrot()).generate("Hi")).rejects.toThrow("no");
    expect(second).not.toHaveBeenCalled();
  });

  describe("where one refuses a call", () => {
    const refusal = new BelugaError({ op: "llm.generate", code: "guard_blocked", message: "not today" });
    const guard = (reason: unknown = refusal): Hooks => ({ onStart: () => Promise.reject(reason) });

    it.each<[string, (model: ChatModel) => Promise<unknown>]>([
      ["llm.generate", (model) => model.generate("Hi")],
      ["llm.stream", (model) => drain(model.stream("Hi"))],
    ])("ends the call of %s for the hooks before it, and for no other", async (op, run) => {
      const [before, own, after] = [recorder(), recorder(guard()), recorder()];
      const parrot = new Parrot();
      const hooks = composeHooks(before.hooks, own.hooks, after.hooks);
      await expect(run(withHooks<ChatModel>(hooks)(parrot))).rejects.toBe(refusal);
      expect(before.events).toEqual([
        { hook: "onStart", op },
        { hook: "onError", op, duration: true, error: refusal, code: "guard_blocked" },
      ]);
      expect([...own.events, ...after.events, parrot.calls]).toEqual([0]);
    });

    it("counts a hook without onStart before it as one that saw the call start", async () => {
      const onError = vi.fn();
      const hooks = composeHooks({ onError }, guard());
      await expect(withHooks<ChatModel>(hooks)(new Parrot()).generate("Hi")).rejects.toBe(refusal);
      expect(onError).toHaveBeenCalledOnce();
    });

    it("is an abort for the hooks before it where the caller's signal is the reason", async () => {
      const { events, hooks } = recorder();
      const signal = AbortSignal.abort("enough");
      const model = withHooks<ChatModel>(composeHooks(hooks, guard("enough")))(new Parrot());
      await expect(model.generate("Hi", { signal })).rejects.toBe("enough");
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onAbort"]);
    });
  });

  describe("where one throws at the end of a call", () => {
    it("ends it for the others all the same, and fails the call", async () => {
      const { events, hooks } = recorder();
      const parrot = new Parrot();
      const model = withHooks<ChatModel>(composeHooks({ onFinish: fail("a"), onError: fail("b") }, hooks))(
        parrot,
      );
      await expect(model.generate("Hi")).rejects.toThrow("a");
      parrot.failure = new Error("no");
      await expect(model.generate("Hi")).rejects.toThrow("b");
      expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onFinish", "onStart", "onError"]);
    });

    it("fails the call with all that was thrown where it is more than one thing", async () => {
      const hooks = composeHooks({ onFinish: fail("a") }, { onFinish: fail("b") });
      await expect(withHooks<ChatModel>(hooks)(new Parrot()).generate("Hi")).rejects.toMatchObject({
        message: "llm.generate: several hooks failed at its end",
        errors: [{ message: "a" }, { message: "b" }],
      });
    });
  });
});

describe("observers", () => {
  it("see each call of an observed instance, also of a second copy of this package", async () => {
    vi.resetModules();
    const other = await import("./hooks.js");
    const { events, hooks } = recorder();
    observers.push(other.addObserver(hooks));
    const model = observed<ChatModel>(new Parrot(), "llm");
    await model.generate("Hi");
    await drain(model.stream("Hi"));
    expect(events.map(({ hook, op }) => `${op} ${hook}`)).toEqual([
      "llm.generate onStart",
      "llm.generate onFinish",
      "llm.stream onStart",
      "llm.stream onFirstPart",
      "llm.stream onPart",
      "llm.stream onPart",
      "llm.stream onPart",
      "llm.stream onFinish",
    ]);
  });

  it("see the capability that the registry knows, not the one that a method's name suggests", async () => {
    const { events, hooks } = recorder();
    observe(hooks);
    const store = { provider: "p", search: async () => [], connect: async () => undefined };
    await observed(store, "documents").search();
    await withHooks<typeof store>(hooks)(observed(store, "transport")).connect();
    expect(events.map(({ op }) => op)).toEqual([
      "documents.search",
      "documents.search",
      "transport.connect",
      "transport.connect",
      "transport.connect",
      "transport.connect",
    ]);
  });

  it("are called for bound models too", async () => {
    const { events, hooks } = recorder();
    observe(hooks);
    await observed<ChatModel>(new Parrot(), "llm").bindTools([]).generate("Hi");
    expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onFinish"]);
  });

  it("cost nothing where there are none: the stream is the provider's own", () => {
    const stream = (async function* (): AsyncGenerator<ChatStreamPart> {})();
    const model = observed<ChatModel>(Object.assign(new Parrot(), { stream: () => stream }), "llm");
    expect(model.stream("Hi")).toBe(stream);
    const remove = observe({ onStart: vi.fn() });
    expect(model.stream("Hi")).not.toBe(stream);
    remove();
    expect(model.stream("Hi")).toBe(stream);
  });

  it("are gone once they are removed, and one that is removed in the middle of a call still sees its end", async () => {
    const { events, hooks } = recorder({ onPart: vi.fn(), onFirstPart: vi.fn() });
    const remove = observe(hooks);
    const model = observed<ChatModel>(new Parrot(), "llm");
    for await (const part of model.stream("Hi")) if (part.type === "text") remove();
    await model.generate("Hi");
    expect(events.map(({ op, hook }) => `${op} ${hook}`)).toEqual([
      "llm.stream onStart",
      "llm.stream onFinish",
    ]);
  });

  it("do not change a call by what they throw, at once or later", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue(undefined);
    const error = new Error("a bug of the observer's");
    observe({
      onStart() {
        throw error;
      },
      onFinish: () => Promise.reject(error),
    });
    const { events, hooks } = recorder();
    observe(hooks);
    expect(await observed<ChatModel>(new Parrot(), "llm").generate("Hi")).toBe(response);
    await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(2));
    expect(log.mock.calls).toEqual([
      ["beluga: an observer failed in onStart of llm.generate:", error],
      ["beluga: an observer failed in onFinish of llm.generate:", error],
    ]);
    expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onFinish"]);
  });

  it("need not have a callback for everything", async () => {
    const log = vi.spyOn(console, "error");
    observe({ onFinish: vi.fn() });
    await drain(observed<ChatModel>(new Parrot(), "llm").stream("Hi"));
    expect(log).not.toHaveBeenCalled();
  });

  it("do not hold a call up", async () => {
    observe({ onStart: never, onFirstPart: never, onPart: never, onFinish: never });
    const model = observed<ChatModel>(new Parrot(), "llm");
    expect(await model.generate("Hi")).toBe(response);
    expect(await drain(model.stream("Hi"))).toEqual(parts);
  });

  it("keep their `this`", async () => {
    class Counter implements Hooks {
      #count = 0;
      onStart(): void {
        this.#count++;
      }
      get count(): number {
        return this.#count;
      }
    }
    const counter = new Counter();
    observe(counter);
    await observed<ChatModel>(new Parrot(), "llm").generate("Hi");
    expect(counter.count).toBe(1);
  });
});

describe("an instance with hooks", () => {
  const parrot = new Parrot("polly");
  const model = withHooks<Parrot>({})(observed(parrot, "llm"));

  it("is all else that it was: its class, its fields, its getters, its own methods", () => {
    expect(model).toBeInstanceOf(Parrot);
    expect(model.constructor).toBe(Parrot);
    expect([model.provider, model.model, model.id]).toEqual(["jungle", "polly", "jungle/polly"]);
    expect(model.kind).toBe(parrot.kind);
    expect(model.squawk(2)).toBe("pollypolly");
    expect("squawk" in model).toBe(true);
    expect(Object.keys(model)).toEqual(Object.keys(parrot));
    expect(inspect(model)).toBe(inspect(parrot));
  });

  it("has methods that are the same at each look, and work when taken off", async () => {
    expect(model.squawk).toBe(model.squawk);
    const { squawk, generate } = model;
    expect(squawk(1)).toBe("polly");
    expect(await generate()).toBe(response);
  });

  it("can be written to, and has its methods replaced", async () => {
    const own = withHooks<Parrot>({})(new Parrot());
    own.bound = 7;
    expect(own.bound).toBe(7);
    expect(await own.generate()).toBe(response);
    const spy = vi.spyOn(own, "generate").mockResolvedValue({ ...response, text: "replaced" });
    expect((await own.generate()).text).toBe("replaced");
    expect(spy).toHaveBeenCalledOnce();
  });

  it("may be frozen", async () => {
    const { events, hooks } = recorder();
    const frozen = Object.freeze({ provider: "p", model: "m", generate: async () => response });
    const own = withHooks<typeof frozen>(hooks)(frozen);
    expect(await own.generate()).toBe(response);
    expect(own.model).toBe("m");
    expect(events.map(({ hook }) => hook)).toEqual(["onStart", "onFinish"]);
  });
});
