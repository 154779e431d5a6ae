import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { ChatModel, ChatOptions, ChatResponse, ChatStreamPart } from "../chat.js";
import { BelugaError } from "../errors.js";
import type { Tool } from "../tools.js";
import type { ChatAnswer } from "./chat-answer.js";
import { type ChatCall, type ChatDriver, createChatModel, feedFrames } from "./chat-model.js";
import { HttpClient } from "./http.js";
import { localServer } from "./testing/local-server.js";

/** What one read of the scripted vendor writes to the answer; throws what it throws. */
type Read = (answer: ChatAnswer) => unknown;

interface Vendor {
  calls: ChatCall[];
  cancelled: number;
  opened: number;
}

/** A model whose vendor says what is written in a script, one read at a time; after it, nothing more. */
function scripted(
  reads: readonly Read[],
  opens: (call: ChatCall) => unknown = () => undefined,
): { model: ChatModel; vendor: Vendor } {
  const vendor: Vendor = { calls: [], cancelled: 0, opened: 0 };
  const driver: ChatDriver = {
    provider: "acme",
    model: "small",
    async generate(call, answer) {
      vendor.calls.push(call);
      await opens(call);
      for (const read of reads) await read(answer);
    },
    async stream(call, answer) {
      vendor.calls.push(call);
      vendor.opened++;
      await opens(call);
      let at = 0;
      return {
        async read() {
          const read = reads[at++];
          await read?.(answer);
          return at < reads.length;
        },
        cancel: () => void vendor.cancelled++,
      };
    },
  };
  return { model: createChatModel(driver), vendor };
}

const text =
  (...pieces: string[]): Read =>
  (answer) => {
    for (const piece of pieces) answer.text(piece);
  };
const later =
  (piece: string, wait: number): Read =>
  async (answer) => {
    await new Promise((resolve) => setTimeout(resolve, wait));
    answer.text(piece);
  };
const stop: Read = (answer) => answer.finish("stop", "stop");
const broken = (code: "provider_unavailable" | "invalid_response" = "provider_unavailable"): BelugaError =>
  new BelugaError({ op: "llm.stream", code, message: "broken" });

async function drain(stream: AsyncIterable<ChatStreamPart>): Promise<ChatStreamPart[]> {
  const all: ChatStreamPart[] = [];
  for await (const part of stream) all.push(part);
  return all;
}

function iterate(stream: AsyncIterable<ChatStreamPart>) {
  return stream[Symbol.asyncIterator]() as Required<AsyncIterator<ChatStreamPart, undefined>>;
}

const part = (value: string): unknown => ({ value: { type: "text", text: value }, done: false });
const over = { value: undefined, done: true };

let caller: AbortController;
beforeEach(() => void (caller = new AbortController()));
afterEach(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));

describe("a chat model", () => {
  it("says who it is", () => {
    const { provider, model, id } = scripted([]).model;
    expect({ provider, model, id }).toEqual({ provider: "acme", model: "small", id: "acme/small" });
  });

  it("hands its driver a checked call, and what an HTTP request takes over from it", async () => {
    const { model, vendor } = scripted([text("Hi"), stop]);
    const options: ChatOptions = {
      signal: caller.signal,
      headers: { a: "b" },
      timeout: { total: 5 },
      maxTokens: 3,
    };
    await model.generate("Hello", options);
    await drain(model.stream("Hello", options));
    expect(vendor.calls).toEqual(
      (["llm.generate", "llm.stream"] as const).map((op) => ({
        op,
        model: "small",
        messages: [{ role: "user", content: "Hello" }],
        options,
        tools: [],
        http: {
          op,
          model: "small",
          // Of a stream one of its own, which ends also when the consumer leaves.
          signal: op === "llm.generate" ? caller.signal : expect.any(AbortSignal),
          headers: { a: "b" },
          timeout: { total: 5 },
        },
        warn: expect.any(Function),
      })),
    );
  });

  it("ends a stream's request with the caller's reason, while it is being opened", async () => {
    const { model, vendor } = scripted([text("Hi"), stop], () => new Promise<void>(() => undefined));
    const reading = iterate(model.stream("Hello", { signal: caller.signal })).next();
    await vi.waitUntil(() => vendor.calls[0]);
    caller.abort("enough");
    expect(vendor.calls[0]?.http.signal?.reason).toBe("enough");
    reading.catch(() => undefined); // this driver does not listen to it
  });

  it("gives the same from generate and as the last part of a stream", async () => {
    const { model } = scripted([
      (answer) => {
        answer.reasoning("Hm");
        answer.text("Hi");
        answer.toolCall(0, "c1", "look", "{}");
        answer.usage = { inputTokens: 1 };
      },
      stop,
    ]);
    const response = await model.generate("Hello");
    const parts = await drain(model.stream("Hello"));
    expect(parts.at(-1)).toEqual({ type: "finish", response });
    expect(parts.filter(({ type }) => type === "finish")).toHaveLength(1);
    expect(response).toMatchObject({ text: "Hi", reasoning: "Hm", finishReason: { unified: "tool-calls" } });
  });

  it("adds the driver's warnings to the response", async () => {
    const warning = { type: "unsupported", option: "topK", message: "acme has no topK" } as const;
    const { model } = scripted([stop], (call) => call.warn(warning));
    expect((await model.generate("Hello")).warnings).toEqual([warning]);
    const other = scripted([stop], (call) => call.warn(warning)).model;
    expect((await drain(other.stream("Hello"))).at(-1)).toMatchObject({ response: { warnings: [warning] } });
  });

  it.each<[string, unknown, unknown, string]>([
    ["messages", [], {}, "messages: expected at least one"],
    ["an option", "Hello", { maxTokens: 0 }, "maxTokens: expected a positive integer"],
    ["a tool", "Hello", { tools: [{ name: "" }] }, "tools[0].name: expected a name"],
    ["tools", "Hello", { tools: { look: {} } }, "tools: expected an array of tools"],
    ["no tool at all", "Hello", { tools: [null] }, "tools[0].name: expected a name"],
    ["options that are a number", "Hello", 7, "options: expected an object"],
    ["options that are null", "Hello", null, "options: expected an object"],
  ])(
    "refuses %s before anything is sent; a stream at its first read",
    async (_what, messages, options, problem) => {
      const { model, vendor } = scripted([stop]);
      const bound = model.bindTools([{ name: "other", parameters: {} }]);
      for (const own of [model, bound]) {
        const at = own === bound ? problem.replace("[0]", "[1]") : problem;
        const refusal = (op: string): unknown => ({
          code: "invalid_input",
          op,
          provider: "acme",
          model: "small",
          message: `acme ${op}: ${at}`,
        });
        await expect(own.generate(messages as string, options as ChatOptions)).rejects.toMatchObject(
          refusal("llm.generate") as object,
        );
        const stream = own.stream(messages as string, options as ChatOptions);
        await expect(drain(stream)).rejects.toMatchObject(refusal("llm.stream") as object);
      }
      expect(vendor.calls).toEqual([]);
    },
  );

  it("refuses a tool whose schema cannot be sent", async () => {
    const { model, vendor } = scripted([stop]);
    const tools: Tool[] = [{ name: "when", parameters: z.object({ at: z.date() }) }];
    await expect(model.generate("Hello", { tools })).rejects.toMatchObject({
      code: "invalid_input",
      op: "llm.generate",
    });
    expect(vendor.calls).toEqual([]);
  });

  it("rejects with the reason of a signal that is aborted already, before anything is sent", async () => {
    const { model, vendor } = scripted([stop]);
    caller.abort("enough");
    await expect(model.generate("Hello", { signal: caller.signal })).rejects.toBe("enough");
    await expect(drain(model.stream("Hello", { signal: caller.signal }))).rejects.toBe("enough");
    expect(vendor.calls).toEqual([]);
  });

  it("adds what had arrived to an error, and leaves another's partial alone", async () => {
    const error = broken();
    const { model } = scripted([
      text("Hel"),
      () => {
        throw error;
      },
    ]);
    await expect(model.generate("Hello")).rejects.toBe(error);
    expect((error.partial as ChatResponse).text).toBe("Hel");
    const known = new BelugaError({ op: "a.b", code: "timeout", message: "", partial: "known" });
    const other = scripted([() => Promise.reject(known)]).model;
    await expect(other.generate("Hello")).rejects.toBe(known);
    expect(known.partial).toBe("known");
    const foreign = new TypeError("bug");
    await expect(scripted([() => Promise.reject(foreign)]).model.generate("Hello")).rejects.toBe(foreign);
  });

  it("takes an answer that is not complete for truncated, from generate as well", async () => {
    const { model } = scripted([text("Hel")]);
    await expect(model.generate("Hello")).rejects.toMatchObject({
      code: "truncated",
      partial: { text: "Hel" },
    });
    const parts: ChatStreamPart[] = [];
    const reading = (async () => {
      for await (const each of model.stream("Hello")) parts.push(each);
    })();
    await expect(reading).rejects.toMatchObject({ code: "truncated", partial: { text: "Hel" } });
    expect(parts).toEqual([{ type: "text", text: "Hel" }]);
  });
});

const tool = (name: string, description?: string): Tool => ({
  name,
  parameters: { type: "object", description: name },
  ...(description !== undefined && { description }),
  execute: () => "never called by a model",
});
const declared = async (model: ChatModel, vendor: Vendor, tools?: readonly Tool[]): Promise<string[]> => {
  await model.generate("Hello", { tools });
  return vendor.calls.at(-1)?.tools.map(({ name, description }) => `${name} ${description ?? "-"}`) ?? [];
};

describe("bindTools", () => {
  it("makes a new model, and leaves the original alone", async () => {
    const { model, vendor } = scripted([stop]);
    const bound = model.bindTools([tool("a")]);
    expect(await declared(bound, vendor)).toEqual(["a -"]);
    expect(await declared(model, vendor)).toEqual([]);
    expect(bound.id).toBe(model.id);
  });

  it("puts a call's tools on top, a later one in place of an earlier one of its name", async () => {
    const { model, vendor } = scripted([stop]);
    const bound = model.bindTools([tool("a"), tool("b")]).bindTools([tool("b", "again"), tool("c")]);
    expect(await declared(bound, vendor)).toEqual(["a -", "b again", "c -"]);
    expect(await declared(bound, vendor, [tool("a", "of the call")])).toEqual([
      "b again",
      "c -",
      "a of the call",
    ]);
    expect(await declared(bound, vendor)).toEqual(["a -", "b again", "c -"]);
  });

  it("declares to the vendor what it needs, and no more", async () => {
    const { model, vendor } = scripted([stop]);
    await model.generate("Hello", {
      tools: [tool("a", "looks"), { name: "b", parameters: z.object({ n: z.number() }) }],
    });
    expect(vendor.calls[0]?.tools).toStrictEqual([
      { name: "a", description: "looks", parameters: { type: "object", description: "a" } },
      { name: "b", parameters: { type: "object", properties: { n: { type: "number" } }, required: ["n"] } },
    ]);
  });

  it("lets a call choose a bound tool", async () => {
    const { model } = scripted([stop]);
    const options: ChatOptions = { toolChoice: { tool: "a" } };
    expect((await model.bindTools([tool("a")]).generate("Hello", options)).text).toBe("");
    await expect(model.generate("Hello", options)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("a stream", () => {
  it("sends its request at the first read, and reads on only when asked", async () => {
    const reads = [vi.fn(text("a", "b")), vi.fn(text("c")), vi.fn(stop)];
    const { model, vendor } = scripted(reads);
    const iterator = iterate(model.stream("Hello"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(vendor.opened).toBe(0);
    const counts = (): number[] => reads.map(({ mock }) => mock.calls.length);
    expect(await iterator.next()).toEqual(part("a"));
    expect([vendor.opened, ...counts()]).toEqual([1, 1, 0, 0]);
    expect(await iterator.next()).toEqual(part("b"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(counts()).toEqual([1, 0, 0]);
    expect(await iterator.next()).toEqual(part("c"));
    expect(counts()).toEqual([1, 1, 0]);
    expect((await iterator.next()).value).toMatchObject({ type: "finish" });
    expect([await iterator.next(), await iterator.next()]).toEqual([over, over]);
    expect(vendor).toMatchObject({ opened: 1, cancelled: 0 });
  });

  it("is read once", async () => {
    const stream = scripted([stop]).model.stream("Hello");
    await drain(stream);
    await expect(drain(stream)).rejects.toMatchObject({
      code: "invalid_input",
      message: "llm.stream: this stream was read already; a stream can be read once",
    });
  });

  it("skips reads that bring nothing", async () => {
    const { model } = scripted([text(), text(), text("a"), text(), stop]);
    expect((await drain(model.stream("Hello"))).map(({ type }) => type)).toEqual(["text", "finish"]);
  });

  it("answers reads that are asked for at once in their order", async () => {
    const { model, vendor } = scripted([later("a", 4), later("b", 2), text("c", "d"), later("e", 1), stop]);
    const iterator = iterate(model.stream("Hello"));
    const parts = await Promise.all(Array.from({ length: 8 }, () => iterator.next()));
    expect(parts.slice(0, 5)).toEqual(["a", "b", "c", "d", "e"].map(part));
    expect(parts[5]?.value).toMatchObject({ type: "finish" });
    expect(parts.slice(6)).toEqual([over, over]);
    expect(vendor.opened).toBe(1);
  });

  it("does one read of the vendor's after the other, though more are asked for while some are under way", async () => {
    let reading = 0;
    const alone =
      (piece: string): Read =>
      async (answer) => {
        expect(++reading).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        reading--;
        answer.text(piece);
      };
    const { model } = scripted([alone("a"), alone("b"), alone("c"), alone("d"), stop]);
    const iterator = iterate(model.stream("Hello"));
    const [first, second] = [iterator.next(), iterator.next()];
    const third = first.then(() => iterator.next());
    const fourth = third.then(() => iterator.next());
    expect(await Promise.all([first, second, third, fourth])).toEqual(["a", "b", "c", "d"].map(part));
  });

  it("goes on after reads that were asked for at once", async () => {
    const { model } = scripted([text("a", "b"), text("c"), stop]);
    const iterator = iterate(model.stream("Hello"));
    expect(await Promise.all([iterator.next(), iterator.next()])).toEqual([part("a"), part("b")]);
    expect(await iterator.next()).toEqual(part("c"));
    expect((await iterator.next()).value).toMatchObject({ type: "finish" });
    expect(await iterator.next()).toEqual(over);
  });

  it("throws what goes wrong once, after the parts that came before it", async () => {
    const error = broken();
    const { model, vendor } = scripted([
      (answer) => {
        answer.text("Hel");
        answer.text("lo");
        throw error;
      },
    ]);
    const iterator = iterate(model.stream("Hello"));
    expect([await iterator.next(), await iterator.next()]).toEqual([part("Hel"), part("lo")]);
    await expect(iterator.next()).rejects.toBe(error);
    expect((error.partial as ChatResponse).text).toBe("Hello");
    expect([await iterator.next(), vendor.cancelled]).toEqual([over, 1]);
  });

  it("throws once, though several reads are asked for at once", async () => {
    const error = broken();
    const { model } = scripted([() => Promise.reject(error)]);
    const iterator = iterate(model.stream("Hello"));
    const reads = [iterator.next(), iterator.next(), iterator.next()];
    expect(await Promise.allSettled(reads)).toEqual([
      { status: "rejected", reason: error },
      { status: "fulfilled", value: over },
      { status: "fulfilled", value: over },
    ]);
  });

  it("throws what goes wrong when it is opened", async () => {
    const error = broken();
    const { model, vendor } = scripted([stop], () => Promise.reject(error));
    await expect(drain(model.stream("Hello", { signal: caller.signal }))).rejects.toBe(error);
    expect(vendor.cancelled).toBe(0);
  });

  it("closes the vendor's connection where the answer turns out wrong at its end", async () => {
    const { model, vendor } = scripted([
      (answer) => {
        answer.toolCall(0, "c1", "look", "{");
        answer.finish("stop", "stop");
      },
    ]);
    await expect(drain(model.stream("Hello"))).rejects.toMatchObject({ code: "invalid_response" });
    expect(vendor.cancelled).toBe(1);
  });

  describe("that the consumer leaves", () => {
    it("closes the connection", async () => {
      const { model, vendor } = scripted([text("a"), text("b"), stop]);
      for await (const each of model.stream("Hello", { signal: caller.signal }))
        if (each.type === "text") break;
      expect(vendor.cancelled).toBe(1);
    });

    it("before the first read sends nothing", async () => {
      const { model, vendor } = scripted([text("a"), stop]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      expect([await iterator.return(), await iterator.next(), vendor.opened]).toEqual([over, over, 0]);
    });

    it("gives nothing more, not even what has come already", async () => {
      const { model } = scripted([text("a", "b"), stop]);
      const iterator = iterate(model.stream("Hello"));
      expect(await iterator.next()).toEqual(part("a"));
      expect([await iterator.return(), await iterator.next()]).toEqual([over, over]);
      const failing = iterate(
        scripted([
          (answer) => {
            answer.text("a");
            throw broken();
          },
        ]).model.stream("Hello"),
      );
      await failing.next();
      expect([await failing.return(), await failing.next()]).toEqual([over, over]);
    });

    it("while a read is under way ends that read", async () => {
      let arrive: (() => void) | undefined;
      const { model, vendor } = scripted([() => new Promise<void>((resolve) => (arrive = resolve)), stop]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      const reading = iterator.next();
      await vi.waitUntil(() => arrive);
      expect(await iterator.return()).toEqual(over);
      expect(vendor.cancelled).toBe(1);
      arrive?.();
      expect(await reading).toEqual(over);
    });

    it("while a read is under way gives nothing of what that read still brings", async () => {
      for (const last of [stop, broken()]) {
        let arrive: (() => void) | undefined;
        const late: Read = async (answer) => {
          await new Promise<void>((resolve) => (arrive = resolve));
          answer.text("too late");
          if (last instanceof Error) throw last;
          await last(answer);
        };
        const { model } = scripted([late]);
        const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
        const reading = iterator.next();
        await vi.waitUntil(() => arrive);
        await iterator.return();
        arrive?.();
        expect([await reading, await iterator.next()]).toEqual([over, over]);
      }
    });

    it("while it is being opened closes it as soon as it is open", async () => {
      let open: (() => void) | undefined;
      const { model, vendor } = scripted(
        [text("a"), stop],
        () => new Promise<void>((resolve) => (open = resolve)),
      );
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      const reading = iterator.next();
      await vi.waitUntil(() => open);
      await iterator.return();
      open?.();
      expect([await reading, vendor.cancelled]).toEqual([over, 1]);
    });

    it("at its last part closes nothing, as all has been read", async () => {
      const { model, vendor } = scripted([text("a"), stop]);
      for await (const each of model.stream("Hello", { signal: caller.signal }))
        if (each.type === "finish") break;
      expect(vendor.cancelled).toBe(0);
    });
  });

  describe("that the caller aborts", () => {
    const reason = { why: "enough" };

    it("rejects with the signal's reason itself, once, and closes the connection", async () => {
      const { model, vendor } = scripted([text("a"), () => new Promise(() => undefined)]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      expect(await iterator.next()).toEqual(part("a"));
      caller.abort(reason);
      await expect(iterator.next()).rejects.toBe(reason);
      expect([await iterator.next(), vendor.cancelled]).toEqual([over, 1]);
    });

    it("drops what has come but was not taken", async () => {
      const { model } = scripted([text("a", "b"), stop]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      expect(await iterator.next()).toEqual(part("a"));
      caller.abort(reason);
      await expect(iterator.next()).rejects.toBe(reason);
    });

    it("drops it also where the vendor has said all, so that it does not depend on the network what an abort does", async () => {
      const { model } = scripted([
        (answer) => {
          answer.text("a");
          answer.text("b");
          answer.finish("stop", "stop");
        },
      ]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      expect(await iterator.next()).toEqual(part("a"));
      caller.abort(reason);
      await expect(iterator.next()).rejects.toBe(reason);
      expect(await iterator.next()).toEqual(over);
    });

    it("after its last part changes nothing, and holds the signal no longer", async () => {
      const { model } = scripted([text("a"), stop]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      await iterator.next();
      expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
      expect((await iterator.next()).value).toMatchObject({ type: "finish" });
      expect(getEventListeners(caller.signal, "abort")).toEqual([]);
      caller.abort(reason);
      expect(await iterator.next()).toEqual(over);
    });

    it("while it is being opened rejects with the reason, and closes it as soon as it is open", async () => {
      let open: (() => void) | undefined;
      const { model, vendor } = scripted(
        [text("a"), stop],
        () => new Promise<void>((resolve) => (open = resolve)),
      );
      const reading = iterate(model.stream("Hello", { signal: caller.signal })).next();
      await vi.waitUntil(() => open);
      caller.abort(reason);
      open?.();
      await expect(reading).rejects.toBe(reason);
      expect(vendor.cancelled).toBe(1);
    });

    it("while a read is under way gives nothing of what that read still brings", async () => {
      let arrive: (() => void) | undefined;
      const { model } = scripted([
        async (answer) => {
          await new Promise<void>((resolve) => (arrive = resolve));
          answer.text("too late");
          answer.finish("stop", "stop");
        },
      ]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      const reading = iterator.next();
      await vi.waitUntil(() => arrive);
      caller.abort(reason);
      arrive?.();
      await expect(reading).rejects.toBe(reason);
      expect(await iterator.next()).toEqual(over);
    });

    it("takes the place of a failure that was not thrown yet", async () => {
      const { model } = scripted([
        (answer) => {
          answer.text("a");
          throw broken();
        },
      ]);
      const iterator = iterate(model.stream("Hello", { signal: caller.signal }));
      await iterator.next();
      caller.abort(reason);
      await expect(iterator.next()).rejects.toBe(reason);
      expect(await iterator.next()).toEqual(over);
    });
  });
});

describe("feedFrames", () => {
  const server = localServer();

  /** A vendor whose events are JSON texts, the last of them "[DONE]". */
  function overHTTP(isTerminal = true): ChatModel {
    const http = new HttpClient({
      provider: "acme",
      packageName: "@beluga/llm-acme",
      version: "1.0.0",
      baseURL: server.url,
    });
    return createChatModel({
      provider: "acme",
      model: "small",
      generate: () => Promise.resolve(),
      async stream(call, answer) {
        const frames = await http.events("chat", { ...call.http, body: {} });
        let done = false;
        const onFrame = ({ data }: { data: string }): void => {
          if (data === "[DONE]") {
            done = true;
            answer.complete();
          } else answer.text(http.parse(data, call) as string);
        };
        return feedFrames(frames, answer, onFrame, () => isTerminal && done);
      },
    });
  }

  it("ends at the terminal event, though the connection stays open", async () => {
    server.answer((request) =>
      request.begin("text/event-stream", 'data: "Hel"\n\n', 'data: "lo"\n\ndata: [DONE]\n\n'),
    );
    const parts = await drain(overHTTP().stream("Hello", { signal: caller.signal }));
    expect(parts.at(-1)).toMatchObject({ type: "finish", response: { text: "Hello" } });
    server.requests[0]?.response.end();
    await vi.waitFor(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));
  });

  it("takes no notice of what follows the terminal event", async () => {
    server.answer((request) => request.send("text/event-stream", "data: [DONE]\n\ndata: nonsense\n\n"));
    expect(await drain(overHTTP().stream("Hello"))).toMatchObject([{ type: "finish" }]);
  });

  it("ends with the connection, where there is no terminal event to wait for", async () => {
    server.answer((request) => request.send("text/event-stream", 'data: "Hi"\n\ndata: [DONE]\n\n'));
    expect((await drain(overHTTP(false).stream("Hello"))).map(({ type }) => type)).toEqual([
      "text",
      "finish",
    ]);
  });

  it("takes a last event that the end of the connection cut for truncated, not for invalid", async () => {
    server.answer((request) => request.send("text/event-stream", 'data: "Hel"\n\ndata: "l'));
    await expect(drain(overHTTP().stream("Hello"))).rejects.toMatchObject({
      code: "truncated",
      partial: { text: "Hel" },
    });
    server.answer((request) =>
      request.send("text/event-stream", 'data: "Hel"\n\ndata: "l\n\ndata: "lo"\n\n'),
    );
    await expect(drain(overHTTP().stream("Hello"))).rejects.toMatchObject({
      code: "invalid_response",
      message: "acme llm.stream: a body that is not valid JSON",
      partial: { text: "Hel" },
    });
  });

  it("closes the connection when the consumer leaves, and when the caller aborts", async () => {
    server.answer((request) => request.begin("text/event-stream", 'data: "Hel"\n\n'));
    for await (const each of overHTTP().stream("Hello", { signal: caller.signal }))
      if (each.type === "text") break;
    expect(await server.requests[0]?.closed).toBe(false);
    const iterator = iterate(overHTTP().stream("Hello", { signal: caller.signal }));
    await iterator.next();
    const reading = iterator.next();
    caller.abort("enough");
    await expect(reading).rejects.toBe("enough");
    expect(await server.requests[1]?.closed).toBe(false);
  });

  it("closes the connection when the consumer leaves before the vendor has answered", async () => {
    server.answer(() => undefined);
    const iterator = iterate(overHTTP().stream("Hello", { signal: caller.signal }));
    const reading = iterator.next();
    await vi.waitUntil(() => server.requests[0]);
    expect(await iterator.return()).toEqual(over);
    expect(await server.requests[0]?.closed).toBe(false);
    expect(await reading).toEqual(over);
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
  });

  it("gives the failure of a connection that breaks off, with what had arrived", async () => {
    server.answer((request) => request.begin("text/event-stream", 'data: "Hel"\n\n'));
    const iterator = iterate(overHTTP().stream("Hello", { signal: caller.signal }));
    expect(await iterator.next()).toEqual(part("Hel"));
    server.requests[0]?.reset();
    await expect(iterator.next()).rejects.toMatchObject({
      code: "provider_unavailable",
      partial: { text: "Hel" },
    });
  });
});
