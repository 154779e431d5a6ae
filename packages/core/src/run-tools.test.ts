import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import type { ChatModel, ChatStreamPart, Message } from "./chat.js";
import { BelugaError } from "./errors.js";
import { type RunToolsOptions, type ToolRunPart, type ToolRunResult, runTools } from "./run-tools.js";
import { type Write, calls, drain, ends, says, scripted, warns } from "./testing/scripted.js";
import { type Tool, type ToolContext, tool } from "./tools.js";

const question = { role: "user" as const, content: "And?" };
const usage = (times: number) => ({ inputTokens: 10 * times, outputTokens: times, totalTokens: 11 * times });
const said = (text: string) => ({ role: "assistant", content: [{ type: "text", text }] });
const call = (name: string, args: object, id = "call-1") => ({
  type: "tool-call",
  id,
  name,
  arguments: args,
});
const told = (content: unknown, name = "look", id = "call-1") => ({
  role: "tool",
  toolCallId: id,
  toolName: name,
  content,
});

/** Several calls in one answer: `call-1`, `call-2`, ... */
const callsOf = (...names: string[]): Write[] => [
  ...names.map(
    (name, at): Write =>
      (answer) =>
        answer.toolCall(at, `call-${at + 1}`, name, "{}"),
  ),
  ends(),
];

/** A tool that takes anything, and does this. */
const does = (execute: Tool["execute"], name = "look"): Tool => ({
  name,
  parameters: { type: "object" },
  ...(execute && { execute }),
});

/** What the model is told of what a tool does. */
async function toldOf(execute: Tool["execute"]): Promise<unknown> {
  const { model, vendor } = scripted(calls("look", "{}"), says("I see."));
  await runTools(model, "And?", { tools: [does(execute)] }).result();
  const result = vendor.asked[1]?.messages[2];
  return result?.role === "tool" && result.isError
    ? { isError: true, content: result.content }
    : result?.content;
}

let caller: AbortController;
beforeEach(() => void (caller = new AbortController()));
afterEach(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));

describe("runTools", () => {
  it("runs what the model calls until it calls nothing, and yields every part", async () => {
    const { model, vendor } = scripted(
      [
        (answer) => answer.reasoning("Hm"),
        (answer) => answer.text("Let me "),
        (answer) => answer.text("see."),
        ...calls("look", '{"at":', '"sea"}'),
      ],
      says("A whale", "!"),
    );
    const look = tool({
      name: "look",
      parameters: z.object({ at: z.string() }),
      execute: ({ at }) => ({ seen: `a whale in the ${at}` }),
    });
    const parts = await drain(runTools(model, "And?", { tools: [look], maxTokens: 9 }));

    const toolCall = call("look", { at: "sea" });
    const message = {
      role: "assistant",
      content: [{ type: "reasoning", text: "Hm" }, { type: "text", text: "Let me see." }, toolCall],
    };
    const result = {
      toolCall,
      message: told('{"seen":"a whale in the sea"}'),
      output: { seen: "a whale in the sea" },
    };
    const first = {
      response: expect.objectContaining({ message, usage: usage(1) }) as unknown,
      results: [result],
    };
    const last = { response: expect.objectContaining({ message: said("A whale!") }) as unknown, results: [] };
    expect(parts).toEqual([
      { type: "step-start", step: 1 },
      { type: "reasoning", text: "Hm" },
      { type: "text", text: "Let me " },
      { type: "text", text: "see." },
      { type: "tool-call-start", index: 0, id: "call-1", name: "look" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"at":' },
      { type: "tool-call-delta", index: 0, argumentsText: '"sea"}' },
      { type: "tool-call", index: 0, toolCall },
      { type: "tool-result", ...result },
      { type: "step-finish", step: 1, ...first },
      { type: "step-start", step: 2 },
      { type: "text", text: "A whale" },
      { type: "text", text: "!" },
      { type: "step-finish", step: 2, ...last },
      {
        type: "finish",
        response: last.response,
        messages: [message, result.message, said("A whale!")],
        steps: [first, last],
        usage: usage(2),
        stopReason: "done",
        pendingToolCalls: [],
      },
    ]);
    const tools = [{ name: "look", parameters: expect.objectContaining({ type: "object" }) as unknown }];
    expect(vendor.asked).toEqual([
      { op: "llm.stream", messages: [question], tools, maxTokens: 9 },
      { op: "llm.stream", messages: [question, message, result.message], tools, maxTokens: 9 },
    ]);
  });

  it("gives the result alone to those who want no parts", async () => {
    const answers = [calls("look", "{}"), says("I see.")];
    const run = () => runTools(scripted(...answers).model, [question], { tools: [does(() => "a whale")] });
    const { type: _, ...last } = (await drain(run())).at(-1) as { type: "finish" } & ToolRunResult;
    expect(await run().result()).toEqual(last);
  });

  describe("results", () => {
    it.each<[what: string, output: unknown, content: unknown]>([
      ["a string", "a whale", "a whale"],
      ["an empty string", "", ""],
      ["nothing", undefined, ""],
      ["null", null, "null"],
      ["a number", 3, "3"],
      ["an object", { seen: ["a whale"] }, '{"seen":["a whale"]}'],
      ["an array", ["a", "b"], '["a","b"]'],
      ["an empty array", [], "[]"],
      ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
      ["what says itself as JSON", Object.assign(new Set([1]), { toJSON: () => [1] }), "[1]"],
      ["a promise", Promise.resolve("a whale"), "a whale"],
      ["text parts", [{ type: "text", text: "a" }], [{ type: "text", text: "a" }]],
      [
        "media",
        [
          { type: "image", mediaType: "image/png", data: "AAAA" },
          { type: "file", mediaType: "application/pdf", url: "https://acme.example/a.pdf" },
          { type: "image", mediaType: "image/png", data: new Uint8Array([1]) },
        ],
        [
          { type: "image", mediaType: "image/png", data: "AAAA" },
          { type: "file", mediaType: "application/pdf", url: "https://acme.example/a.pdf" },
          { type: "image", mediaType: "image/png", data: new Uint8Array([1]) },
        ],
      ],
      ["what only looks like a part", [{ type: "file", name: "a.txt" }], '[{"type":"file","name":"a.txt"}]'],
      ["what is a part but for its text", [{ type: "text", text: 1 }], '[{"type":"text","text":1}]'],
      ["an image of no type", [{ type: "image", data: "AAAA" }], '[{"type":"image","data":"AAAA"}]'],
      ["a file of no content", [{ type: "file", mediaType: "a/b" }], '[{"type":"file","mediaType":"a/b"}]'],
      ["parts and others", [{ type: "text", text: "a" }, 1], '[{"type":"text","text":"a"},1]'],
    ])("are sent as they are, or as JSON: %s", async (_what, output, content) => {
      expect(await toldOf(() => output)).toEqual(content);
    });

    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    it.each<[what: string, output: unknown]>([
      ["a circle", circular],
      ["a big integer", 1n],
      ["a function", () => "a whale"],
      ["a map", new Map([["a", 1]])],
      ["bytes", new Uint8Array([1, 2])],
      ["a generator", (async function* () {})()],
    ])("that cannot be JSON are errors: %s", async (_what, output) => {
      expect(await toldOf(() => output)).toEqual({
        isError: true,
        content: "The tool's result cannot be written as JSON",
      });
    });

    it.each<[what: string, thrown: unknown, content: string]>([
      ["an error", new TypeError("no sight"), "no sight"],
      [
        "an error of Beluga",
        new BelugaError({ op: "vector.search", code: "timeout", message: "memory vector.search: too late" }),
        "memory vector.search: too late",
      ],
      ["an error without words", new Error(""), "The tool failed"],
      ["a string", "no sight", "no sight"],
      ["anything else", 7, "The tool failed"],
      ["nothing", undefined, "The tool failed"],
    ])("are errors where a tool throws %s", async (_what, thrown, content) => {
      const throwing = (): never => {
        throw thrown;
      };
      expect(await toldOf(throwing)).toEqual({ isError: true, content });
      expect(await toldOf(() => Promise.reject(thrown))).toEqual({ isError: true, content });
    });

    it("tell the caller what was thrown, and what was returned", async () => {
      const bug = new Error("bug");
      const tools = [does(() => Promise.reject(bug), "a"), does(() => 1, "b"), does(() => undefined, "c")];
      const { steps } = await runTools(scripted(callsOf("a", "b", "c"), says("")).model, "And?", {
        tools,
      }).result();
      expect(steps[0]?.results).toStrictEqual([
        { toolCall: call("a", {}), message: { ...told("bug", "a"), isError: true }, error: bug },
        { toolCall: call("b", {}, "call-2"), message: told("1", "b", "call-2"), output: 1 },
        { toolCall: call("c", {}, "call-3"), message: told("", "c", "call-3") },
      ]);
    });

    it("are an error for a tool that is not there", async () => {
      const { model } = scripted(callsOf("sing", "look"), says(""));
      const bound = model.bindTools([does(() => "never run", "sing")]);
      const { steps } = await runTools(bound, "And?", {
        tools: [does(() => "a whale"), does(undefined, "listen")],
      }).result();
      expect(steps[0]?.results.map(({ message }) => message)).toEqual([
        { ...told('There is no tool "sing". There is: look, listen', "sing"), isError: true },
        told("a whale", "look", "call-2"),
      ]);
    });
  });

  describe("arguments", () => {
    it("are what the tool's schema makes of them", async () => {
      const given: unknown[] = [];
      const look = tool({
        name: "look",
        parameters: z.object({
          far: z.string().transform(async (far) => Number(far)),
          at: z.string().default("sea"),
        }),
        execute(args) {
          expectTypeOf(args).toEqualTypeOf<{ far: number; at: string }>();
          given.push(args);
        },
      });
      await runTools(scripted(calls("look", '{"far":"12"}'), says("")).model, "And?", {
        tools: [look],
      }).result();
      expect(given).toEqual([{ far: 12, at: "sea" }]);
    });

    it("that do not fit are told to the model, and the tool is not run", async () => {
      let runs = 0;
      const look = tool({ name: "look", parameters: z.object({ at: z.string() }), execute: () => runs++ });
      const { steps } = await runTools(scripted(calls("look", '{"at":1}'), says("")).model, "And?", {
        tools: [look],
      }).result();
      expect(steps[0]?.results).toEqual([
        {
          toolCall: call("look", { at: 1 }),
          message: {
            ...told("The arguments are not valid: at: Invalid input: expected string, received number"),
            isError: true,
          },
        },
      ]);
      expect(runs).toBe(0);
    });

    it("of a plain JSON Schema are not validated", async () => {
      const look: Tool = {
        name: "look",
        parameters: { type: "object", properties: { at: { type: "string" } } },
        execute: (args) => args,
      };
      const { steps } = await runTools(scripted(calls("look", '{"at":1}'), says("")).model, "And?", {
        tools: [look],
      }).result();
      expect(steps[0]?.results[0]?.message.content).toBe('{"at":1}');
    });

    it("are an error where the schema itself throws", async () => {
      const parameters = z.object({}).refine(() => {
        throw new Error("bug");
      });
      const look = tool({ name: "look", parameters, execute: () => "never run" });
      const { steps } = await runTools(scripted(calls("look", "{}"), says("")).model, "And?", {
        tools: [look],
      }).result();
      expect(steps[0]?.results[0]?.message).toEqual({ ...told("bug"), isError: true });
    });
  });

  it("runs the calls of one answer side by side: results come as they are there, and go back in the order of the calls", async () => {
    const open = new Map<string, (value: string) => void>();
    const waits = (name: string): Tool => does(() => new Promise((resolve) => open.set(name, resolve)), name);
    const { model, vendor } = scripted(callsOf("a", "b", "c"), says("Done."));
    const seen: string[] = [];
    for await (const part of runTools(model, "And?", {
      tools: [waits("a"), waits("b"), does(() => "3", "c")],
    })) {
      if (part.type !== "tool-result") continue;
      expect([...open.keys()]).toEqual(["a", "b"]);
      seen.push(part.toolCall.name);
      open.get(part.toolCall.name === "c" ? "b" : "a")?.(part.toolCall.name === "c" ? "2" : "1");
    }
    expect(seen).toEqual(["c", "b", "a"]);
    expect(vendor.asked[1]?.messages.slice(2)).toEqual([
      told("1", "a"),
      told("2", "b", "call-2"),
      told("3", "c", "call-3"),
    ]);
  });

  it("hands the calls of tools without execute back, and runs the others", async () => {
    const { model, vendor } = scripted(callsOf("ask", "look"));
    const result = await runTools(model, "And?", {
      tools: [does(() => "a whale"), does(undefined, "ask")],
    }).result();
    expect(result).toMatchObject({
      stopReason: "pending",
      pendingToolCalls: [call("ask", {})],
      messages: [{ role: "assistant" }, told("a whale", "look", "call-2")],
      usage: usage(1),
    });
    expect(vendor.asked).toHaveLength(1);
  });

  it.each([
    [undefined, 10],
    [1, 1],
    [3, 3],
  ])(
    "stops after %s steps, with the last calls run, so that the messages are whole",
    async (maxSteps, steps) => {
      const { model } = scripted(...Array.from({ length: 12 }, () => calls("look", "{}")));
      const result = await runTools(model, "And?", { tools: [does(() => "a whale")], maxSteps }).result();
      expect(result).toMatchObject({ stopReason: "max-steps", usage: usage(steps), pendingToolCalls: [] });
      expect(result.steps).toHaveLength(steps);
      expect(result.messages).toHaveLength(2 * steps);
      expect(result.messages.at(-1)).toEqual(told("a whale"));
    },
  );

  it.each<[given: RunToolsOptions["toolChoice"], later: RunToolsOptions["toolChoice"]]>([
    ["required", undefined],
    [{ tool: "look" }, undefined],
    ["auto", "auto"],
    ["none", "none"],
    [undefined, undefined],
  ])("forces a call in the first step only: %j", async (toolChoice, later) => {
    const { model, vendor } = scripted(calls("look", "{}"), calls("look", "{}"), says("Done."));
    await runTools(model, "And?", { tools: [does(() => "a whale")], toolChoice }).result();
    expect(vendor.asked.map(({ toolChoice }) => toolChoice)).toEqual([toolChoice, later, later]);
  });

  it("takes an answer that was cut or refused for the last one", async () => {
    for (const reason of ["length", "content-filter"]) {
      const { model } = scripted([(answer) => answer.text("A wha"), ends(reason)]);
      const { stopReason, response } = await runTools(model, "And?", { tools: [] }).result();
      expect([stopReason, response.finishReason.unified]).toEqual(["done", reason]);
    }
  });

  it("leaves the conversation that it was given alone", async () => {
    const messages = Object.freeze([Object.freeze(question)]);
    await runTools(scripted(calls("look", "{}"), says("")).model, messages, {
      tools: [does(() => "")],
    }).result();
    expect(messages).toEqual([question]);
  });

  it("takes what is appended to the conversation meanwhile for what comes after it", async () => {
    const { model, vendor } = scripted(calls("look", "{}"), says(""));
    const messages: Message[] = [question];
    for await (const part of runTools(model, messages, { tools: [does(() => "a whale")] })) {
      if (part.type === "step-finish") messages.push(part.response.message);
    }
    expect(vendor.asked[1]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  });

  it("leaves the checks of messages and tools to the model", async () => {
    for (const [messages, problem] of [
      [[], "expected at least one"],
      [{}, "expected a string or an array of messages"],
    ] as const) {
      const outcome = runTools(scripted(says("")).model, messages as Message[], { tools: [] }).result();
      await expect(outcome).rejects.toMatchObject({
        code: "invalid_input",
        message: `acme llm.stream: messages: ${problem}`,
      });
    }
  });

  it("keeps the warnings with the answers", async () => {
    const { model } = scripted([warns("topK"), ...says("")]);
    const { response } = await runTools(model, "And?", { tools: [], topK: 1 }).result();
    expect(response.warnings).toMatchObject([{ option: "topK" }]);
  });

  describe("an abort", () => {
    it("ends it with its reason while a tool runs that pays no heed to it", async () => {
      const contexts: ToolContext[] = [];
      const { model, vendor } = scripted(callsOf("look", "look"), says("never asked"));
      const look = does((_args, context) => {
        contexts.push(context);
        if (contexts.length === 2) setTimeout(() => caller.abort("enough"), 1);
        return new Promise(() => undefined);
      });
      const outcome = runTools(model, "And?", { tools: [look], signal: caller.signal }).result();
      await expect(outcome).rejects.toBe("enough");
      expect(contexts.map(({ toolCallId }) => toolCallId)).toEqual(["call-1", "call-2"]);
      expect(contexts[0]?.signal).toMatchObject({ aborted: true, reason: "enough" });
      expect(vendor.asked).toHaveLength(1);
    });

    it("ends it with its reason while a model answers that pays no heed to it", async () => {
      const next = (): Promise<never> => (caller.abort("enough"), new Promise(() => undefined));
      const deaf: ChatModel = {
        ...scripted().model,
        stream: () => ({ [Symbol.asyncIterator]: () => ({ next }) }),
      };
      const outcome = runTools(deaf, "And?", { tools: [], signal: caller.signal }).result();
      await expect(outcome).rejects.toBe("enough");
    });

    it("asks nothing more once a tool ends because of it", async () => {
      const { model, vendor } = scripted(calls("look", "{}"), says("never asked"));
      const look = does((_args, { signal }) => {
        caller.abort("enough");
        signal.throwIfAborted();
      });
      await expect(runTools(model, "And?", { tools: [look], signal: caller.signal }).result()).rejects.toBe(
        "enough",
      );
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(vendor.asked).toHaveLength(1);
    });

    it("of the loop, by leaving it, is seen by the tools that run", async () => {
      let seen: AbortSignal | undefined;
      const { model } = scripted(callsOf("a", "b"));
      const tools = [
        does(() => "a whale", "a"),
        does((_args, { signal }) => ((seen = signal), new Promise(() => undefined)), "b"),
      ];
      for await (const part of runTools(model, "And?", { tools, signal: caller.signal })) {
        if (part.type === "tool-result") break;
      }
      expect(seen?.aborted).toBe(true);
    });

    it("closes the connection where the loop is left in the middle of an answer", async () => {
      const { model, vendor } = scripted(says("a", "b", "c"));
      for await (const part of runTools(model, "And?", { tools: [], signal: caller.signal }))
        if (part.type === "text") break;
      expect(vendor.cancelled).toBe(1);
    });

    it("before the first read has nothing sent", async () => {
      const { model, vendor } = scripted(says(""));
      caller.abort("enough");
      await expect(runTools(model, "And?", { tools: [], signal: caller.signal }).result()).rejects.toBe(
        "enough",
      );
      expect(vendor.asked).toEqual([]);
    });
  });

  it("throws the model's failures as they are", async () => {
    const broken = new BelugaError({ op: "llm.stream", code: "provider_unavailable", message: "broken" });
    const { model } = scripted(calls("look", "{}"), [
      () => {
        throw broken;
      },
    ]);
    await expect(runTools(model, "And?", { tools: [does(() => "")] }).result()).rejects.toBe(broken);
  });

  it("throws truncated where a model's stream ends without its last part", async () => {
    const broken: ChatModel = {
      ...scripted().model,
      async *stream(): AsyncGenerator<ChatStreamPart> {
        yield await Promise.resolve({ type: "text", text: "a" });
      },
    };
    await expect(runTools(broken, "And?", { tools: [] }).result()).rejects.toMatchObject({
      code: "truncated",
      message: "acme llm.runTools: the model's stream ended without a finish part",
    });
  });

  it.each<[what: string, options: object, problem: string]>([
    ["no steps", { tools: [], maxSteps: 0 }, "maxSteps: expected a positive integer"],
    ["half a step", { tools: [], maxSteps: 1.5 }, "maxSteps: expected a positive integer"],
    ["no tools", {}, "tools: expected an array of tools"],
  ])("refuses %s before anything is sent", async (_what, options, problem) => {
    const { model, vendor } = scripted(says(""));
    await expect(runTools(model, "And?", options as RunToolsOptions).result()).rejects.toMatchObject({
      code: "invalid_input",
      op: "llm.runTools",
      message: `acme llm.runTools: ${problem}`,
    });
    expect(vendor.asked).toEqual([]);
  });

  it("begins at the first read, and can be read once, by its parts or by its result", async () => {
    const { model, vendor } = scripted(says(""));
    const run = runTools(model, "And?", { tools: [] });
    await Promise.resolve();
    expect(vendor.asked).toEqual([]);
    await drain(run);
    await expect(run.result()).rejects.toMatchObject({ code: "invalid_input", op: "llm.runTools" });
    expect(vendor.asked).toHaveLength(1);
  });

  it("has a part for all that a chat stream has, but its end", () => {
    expectTypeOf<Exclude<ChatStreamPart, { type: "finish" }>>().toExtend<ToolRunPart>();
    expectTypeOf<Extract<ToolRunPart, { type: "finish" }>>().toExtend<
      Extract<ChatStreamPart, { type: "finish" }>
    >();
  });
});
