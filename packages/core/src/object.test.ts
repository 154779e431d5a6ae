import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import type { ChatModel, ChatResponse } from "./chat.js";
import type { StandardSchema } from "./common.js";
import { BelugaError } from "./errors.js";
import {
  type DeepPartial,
  type ObjectOptions,
  type ObjectStreamPart,
  generateObject,
  streamObject,
} from "./object.js";
import { type Asked, type Write, calls, drain, ends, says, scripted, warns } from "./testing/scripted.js";
import { withJSONSchema } from "./tools.js";

const city = z.object({ name: z.string(), people: z.int().min(0) });
const citySchema = {
  type: "object",
  properties: {
    name: { type: "string" },
    people: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  },
  required: ["name", "people"],
  additionalProperties: false,
};
const basel = { name: "Basel", people: 178_000 };
const json = JSON.stringify(basel);
const user = { role: "user" as const, content: "Which city?" };
const answered = (text: string) => ({ role: "assistant", content: [{ type: "text", text }] });
const complaint = (problem: string) => ({
  role: "user",
  content: `Your answer cannot be used: ${problem}. Answer again, with the corrected JSON alone.`,
});
const usage = (times: number) => ({ inputTokens: 10 * times, outputTokens: times, totalTokens: 11 * times });

/** How the vendor is asked in each way. */
const bySchema: Omit<Asked, "op"> = {
  messages: [user],
  tools: [],
  responseFormat: { type: "json", schema: citySchema, name: "answer" },
};
const byTool: Omit<Asked, "op"> = {
  messages: [user],
  tools: [{ name: "answer", description: "Call this to give your answer.", parameters: citySchema }],
  toolChoice: { tool: "answer" },
};
const instruction =
  "Answer with JSON alone, without any other text. It has to be valid by this JSON Schema:\n" +
  JSON.stringify(citySchema);
const byPrompt: Omit<Asked, "op"> = {
  messages: [{ role: "system", content: instruction }, user],
  tools: [],
};

const error = (init: Partial<BelugaError> & Pick<BelugaError, "code">): BelugaError =>
  new BelugaError({ op: "llm.generate", message: "no", ...init });
const fails =
  (failure: unknown): Write =>
  () => {
    throw failure;
  };

const adjusted: Write = (_answer, { warn }) =>
  warn({ type: "adjusted", option: "responseFormat.schema", message: "acme knows no minimum" });

/** Runs either function to its end; both have to come to the same. */
const functions: readonly (readonly [string, Asked["op"], typeof generateObject])[] = [
  ["generateObject", "llm.generate", generateObject],
  [
    "streamObject",
    "llm.stream",
    async (...args) => {
      const parts = await drain(streamObject(...args));
      const last = parts.at(-1);
      expect(parts.filter(({ type }) => type === "finish")).toEqual([last]);
      if (last?.type !== "finish") throw new Error("no finish part");
      const { type: _, ...result } = last;
      return result;
    },
  ],
];

let caller: AbortController;
beforeEach(() => void (caller = new AbortController()));
afterEach(() => expect(getEventListeners(caller.signal, "abort")).toEqual([]));

describe.each(functions)("%s", (name, op, objectOf) => {
  const asked = (...calls: Omit<Asked, "op">[]): Asked[] => calls.map((call) => ({ op, ...call }));

  it("gives the validated object, the answer that it came from, and what it cost", async () => {
    const { model, vendor } = scripted(says(json.slice(0, 9), json.slice(9)));
    const result = await objectOf(model, city, "Which city?");
    expect(result).toEqual({
      object: basel,
      response: {
        message: answered(json),
        text: json,
        reasoning: "",
        toolCalls: [],
        finishReason: { unified: "stop", raw: "stop" },
        usage: usage(1),
        model: "small",
        id: undefined,
        warnings: [],
        sources: [],
        providerMetadata: {},
      },
      usage: usage(1),
      attempts: 1,
      warnings: [],
    });
    expect(vendor.asked).toEqual(asked(bySchema));
  });

  it("hands on the options of a chat call, the name and the description", async () => {
    const { model, vendor } = scripted(says(json), calls("city", json));
    const messages = [{ role: "system" as const, content: "Be brief." }, user];
    const options: ObjectOptions = {
      maxTokens: 99,
      headers: { a: "b" },
      name: "city",
      description: "A city",
    };
    await objectOf(model, city, messages, options);
    await objectOf(model, city, messages, { ...options, mode: "tool" });
    const given = { messages, maxTokens: 99, headers: { a: "b" } };
    const schema = { ...citySchema, description: "A city" };
    expect(vendor.asked).toEqual(
      asked(
        { ...given, tools: [], responseFormat: { type: "json", schema, name: "city" } },
        {
          ...given,
          tools: [{ name: "city", description: "A city", parameters: schema }],
          toolChoice: { tool: "city" },
        },
      ),
    );
  });

  describe("how it asks", () => {
    it.each(["responseFormat", "responseFormat.schema"])(
      "falls back to a tool where the vendor warns about %s, and remembers it for this model",
      async (option) => {
        const { model, vendor } = scripted(
          [warns(option), ...says("Basel, of course.")],
          calls("answer", json),
          calls("answer", json),
        );
        const result = await objectOf(model, city, "Which city?");
        expect(result).toMatchObject({ object: basel, attempts: 2, usage: usage(2) });
        expect(result.warnings).toEqual([
          { type: "unsupported", option, message: `acme has no ${option}; it was not sent` },
        ]);
        expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel, attempts: 1 });
        expect(vendor.asked).toEqual(asked(bySchema, byTool, byTool));
      },
    );

    it("takes an answer that fits all the same, and asks by a tool the next time", async () => {
      const { model, vendor } = scripted([warns("responseFormat"), ...says(json)], calls("answer", json));
      expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel, attempts: 1 });
      await objectOf(model, city, "Which city?");
      expect(vendor.asked).toEqual(asked(bySchema, byTool));
    });

    it("falls back to a tool, and then to words, where the provider refuses, and remembers it", async () => {
      const refusal = fails(error({ code: "unsupported" }));
      const { model, vendor } = scripted([refusal], [refusal], says(json), says(json));
      expect(await objectOf(model, city, "Which city?")).toMatchObject({
        object: basel,
        attempts: 3,
        usage: usage(1),
      });
      await objectOf(model, city, "Which city?");
      expect(vendor.asked).toEqual(asked(bySchema, byTool, byPrompt, byPrompt));
    });

    it("falls back to words where the vendor has neither a mode nor tools", async () => {
      const { model, vendor } = scripted(
        [warns("responseFormat"), ...says("Basel.")],
        [warns("tools"), ...says("Basel!")],
        says(json),
      );
      expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel, attempts: 3 });
      expect(vendor.asked).toEqual(asked(bySchema, byTool, byPrompt));
    });

    it.each([400, 422])(
      "falls back once where the vendor answers with %i, and does not remember it",
      async (status) => {
        const refusal = error({ code: "invalid_input", status });
        const { model, vendor } = scripted(
          [fails(refusal)],
          calls("answer", json),
          [fails(refusal)],
          [fails(refusal)],
        );
        expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel, attempts: 2 });
        await expect(objectOf(model, city, "Which city?")).rejects.toBe(refusal);
        expect(vendor.asked).toEqual(asked(bySchema, byTool, bySchema, byTool));
      },
    );

    it.each([
      ["what this library refuses", error({ code: "invalid_input" })],
      ["a missing model", error({ code: "not_found", status: 404 })],
      ["an outage", error({ code: "provider_unavailable", status: 500 })],
      ["a bug", new TypeError("bug")],
    ])("throws %s as it is, and asks no more", async (_what, failure) => {
      const { model, vendor } = scripted([fails(failure)]);
      await expect(objectOf(model, city, "Which city?")).rejects.toBe(failure);
      expect(vendor.asked).toEqual(asked(bySchema));
    });

    it("keeps to the vendor's mode where a schema was only adjusted to it", async () => {
      const { model, vendor } = scripted([adjusted, ...says("no")], says(json));
      expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel });
      expect(vendor.asked.map(({ responseFormat }) => responseFormat?.type)).toEqual(["json", "json"]);
    });

    it("does not remember what may have been refused for its content", async () => {
      const refusal = fails(error({ code: "unsupported" }));
      const { model, vendor } = scripted([refusal], [refusal], [refusal], says(json));
      await expect(objectOf(model, city, "Which city?")).rejects.toMatchObject({ code: "unsupported" });
      await objectOf(model, city, "Which city?");
      expect(vendor.asked).toEqual(asked(bySchema, byTool, byPrompt, bySchema));
    });

    it("remembers nothing of another model", async () => {
      const one = scripted([warns("responseFormat"), ...says(json)]);
      await objectOf(one.model, city, "Which city?");
      const other = scripted(says(json));
      await objectOf(other.model, city, "Which city?");
      expect(other.vendor.asked).toEqual(asked(bySchema));
    });

    it("asks by a tool alone in the mode tool, and takes JSON as text where the vendor cannot force it", async () => {
      const { model, vendor } = scripted(calls("answer", json), [warns("toolChoice"), ...says(json)]);
      expect(await objectOf(model, city, "Which city?", { mode: "tool" })).toMatchObject({ object: basel });
      expect(await objectOf(model, city, "Which city?", { mode: "tool" })).toMatchObject({ object: basel });
      expect(vendor.asked).toEqual(asked(byTool, byTool));
    });

    it("asks again in the mode tool where there are no tools", async () => {
      const { model, vendor } = scripted([warns("tools"), ...says("Basel")], says("Basel"));
      const outcome = objectOf(model, city, "Which city?", { mode: "tool", maxRetries: 1 });
      await expect(outcome).rejects.toMatchObject({ code: "invalid_response" });
      const complaint = {
        role: "user" as const,
        content: "Your answer cannot be used: it has no valid JSON. Call the tool answer again, corrected.",
      };
      // Known to have none, and asked that way all the same: there is no other in this mode.
      await expect(objectOf(model, city, "Which city?", { mode: "tool" })).rejects.toThrow("no more answers");
      const messages = [user, answered("Basel"), complaint] as Asked["messages"];
      expect(vendor.asked).toEqual(asked(byTool, { ...byTool, messages }, byTool));
    });

    it("never asks by a tool in the mode json", async () => {
      const { model, vendor } = scripted([warns("responseFormat.schema"), ...says('"Basel"')], says(json));
      const messages = [{ role: "system" as const, content: "Be brief." }, user];
      await objectOf(model, city, messages, { mode: "json" });
      expect(vendor.asked).toEqual(
        asked(
          { ...bySchema, messages },
          { ...byPrompt, messages: [{ role: "system", content: `Be brief.\n\n${instruction}` }, user] },
        ),
      );
    });

    it("adds its words to a system message of parts", async () => {
      const { model, vendor } = scripted([fails(error({ code: "unsupported" }))], says(json));
      const part = { type: "text" as const, text: "Be brief." };
      await objectOf(model, city, [{ role: "system", content: [part] }, user], { mode: "json" });
      expect(vendor.asked[1]?.messages).toEqual([
        { role: "system", content: [part, { type: "text", text: instruction }] },
        user,
      ]);
    });
  });

  describe("reading", () => {
    it.each<[what: string, text: string]>([
      ["in a fence", `\`\`\`json\n${json}\n\`\`\``],
      ["among words", `Here you are [as JSON]: ${json}. Anything else?`],
      ["after a byte order mark", `\ufeff${json}`],
    ])("finds the JSON %s", async (_what, text) => {
      const { model } = scripted(says(text));
      expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel, attempts: 1 });
    });

    it.each<[what: string, text: string, problem: string]>([
      ["no text", "", "it has no text"],
      ["no JSON", "Basel", "it has no valid JSON"],
      ["JSON that is cut", json.slice(0, -1), "it has no valid JSON"],
      ["several values", `${json}\n${json}`, "it has more than one JSON value"],
    ])("does not guess: %s", async (_what, text, problem) => {
      const { model } = scripted(says(text));
      await expect(objectOf(model, city, "Which city?", { maxRetries: 0 })).rejects.toMatchObject({
        code: "invalid_response",
        message: `acme llm.${name}: the answer cannot be used (attempt 1): ${problem}`,
      });
    });

    it("takes the one call, whatever is said beside it", async () => {
      const { model } = scripted([(answer) => answer.text("{} it is."), ...calls("answer", json)]);
      const result = await objectOf(model, city, "Which city?", { mode: "tool" });
      expect(result).toMatchObject({ object: basel, attempts: 1 });
    });

    it("does not guess which of several calls is meant, and answers each of them", async () => {
      const twice: Write[] = [
        (answer) => answer.toolCall(0, "1", "answer", json),
        (answer) => answer.toolCall(1, "2", "answer", json),
        ends(),
      ];
      const { model, vendor } = scripted(twice, calls("answer", json));
      const result = await objectOf(model, city, "Which city?", { mode: "tool" });
      expect(result).toMatchObject({ object: basel, attempts: 2 });
      const content =
        "Your answer cannot be used: it has more than one call of the tool. Call the tool answer again, corrected.";
      expect(vendor.asked[1]?.messages.slice(2)).toEqual(
        ["1", "2"].map((toolCallId) => ({
          role: "tool",
          toolCallId,
          toolName: "answer",
          content,
          isError: true,
        })),
      );
    });

    it.each<[what: string, schema: z.ZodType, text: string, object: unknown]>([
      ["an array", z.array(city), `{"value":[${json}]}`, [basel]],
      ["an enum", z.enum(["yes", "no"]), '{"value":"no"}', "no"],
      ["a union", z.union([city, z.object({ value: z.int() })]), '{"value":{"value":3}}', { value: 3 }],
      ["null", z.nullable(city), '{"value":null}', null],
      ["an array that the model did not put into an object", z.array(z.int()), "[1]", [1]],
      ["an enum that the model did not put into an object", z.enum(["yes", "no"]), '"no"', "no"],
      ["an object with a value of its own", z.object({ value: z.int() }), '{"value":3}', { value: 3 }],
    ])("gives what is no object as well: %s", async (_what, schema, text, object) => {
      const { model } = scripted(says(text));
      const result = await objectOf(model, schema, "Which?", { maxRetries: 0 });
      expect(result.object).toEqual(object);
    });

    it("gives what the schema makes of the answer, and waits for a schema that takes its time", async () => {
      const schema = z.object({ name: z.string().transform(async (name) => name.length) });
      const { model } = scripted(says('{"name":"Basel","more":1}'));
      expect((await objectOf(model, schema, "Which city?")).object).toEqual({ name: 5 });
    });

    it("takes a schema of any library", async () => {
      const schema = mini.object({ name: mini.string() });
      const { model } = scripted(says('{"name":"Basel"}'));
      const wrapped = withJSONSchema(schema, mini.toJSONSchema(schema));
      expect((await objectOf(model, wrapped, "Which city?")).object).toEqual({ name: "Basel" });
    });
  });

  describe("asking again", () => {
    const wrong = '{"name":"Basel","people":-1}';
    const tooSmall = "people: Too small: expected number to be >=0";

    it("tells the model what is wrong, and sums what it costs", async () => {
      const { model, vendor } = scripted(
        [warns("topK"), ...says(wrong)],
        [warns("topK"), ...says("Sorry!")],
        says(json),
      );
      const result = await objectOf(model, city, "Which city?", { topK: 3 });
      expect(result).toMatchObject({ object: basel, attempts: 3, usage: usage(3), response: { text: json } });
      expect(result.warnings).toHaveLength(1);
      const first = [user, answered(wrong), complaint(`it does not fit the schema: ${tooSmall}`)];
      const second = [...first, answered("Sorry!"), complaint("it has no valid JSON")];
      expect(vendor.asked.map(({ messages }) => messages)).toEqual([[user], first, second]);
    });

    it("tells it by the result of its call, where it was to call a tool", async () => {
      const { model, vendor } = scripted(calls("answer", wrong), calls("answer", json));
      await objectOf(model, city, "Which city?", { mode: "tool" });
      const call = {
        type: "tool-call" as const,
        id: "call-1",
        name: "answer",
        arguments: JSON.parse(wrong) as object,
      };
      const content = `Your answer cannot be used: it does not fit the schema: ${tooSmall}. Call the tool answer again, corrected.`;
      expect(vendor.asked[1]).toEqual({
        op,
        ...byTool,
        messages: [
          user,
          { role: "assistant", content: [call] },
          { role: "tool", toolCallId: "call-1", toolName: "answer", content, isError: true },
        ],
      });
    });

    it("answers the calls of bound tools, which nobody runs here", async () => {
      const { model, vendor } = scripted(calls("look", "{}"), says(json));
      await objectOf(model.bindTools([{ name: "look", parameters: {} }]), city, "Which city?");
      expect(vendor.asked[1]?.messages.slice(2)).toEqual([
        {
          role: "tool",
          toolCallId: "call-1",
          toolName: "look",
          content: "This tool was not called: only an answer is wanted here.",
          isError: true,
        },
        complaint("it has no text"),
      ]);
    });

    it("takes no call of a bound tool for the answer, though it is called as the answer is", async () => {
      const { model } = scripted(calls("answer", json), says(json));
      const bound = model.bindTools([{ name: "answer", parameters: {} }]);
      expect(await objectOf(bound, city, "Which city?")).toMatchObject({ object: basel, attempts: 2 });
    });

    it("leaves an empty message out, which vendors refuse", async () => {
      const { model, vendor } = scripted(says(""), says(json));
      await objectOf(model, city, "Which city?");
      expect(vendor.asked[1]?.messages.map(({ role }) => role)).toEqual(["user", "user"]);
    });

    it("says where in the answer, of what is no object", async () => {
      const { model, vendor } = scripted(says('{"value":[1,"2"]}'), says('{"value":[1,2]}'));
      await objectOf(model, z.array(z.int()), "Which?");
      expect(vendor.asked[1]?.messages.at(-1)?.content).toContain("value[1]: Invalid input: expected number");
    });

    it("gives up after maxRetries, and says where the last answer is wrong, but not what is in it", async () => {
      const secret = '{"name":["sesame"],"people":-1}';
      const { model, vendor } = scripted(says(wrong), says(secret));
      const failure = await objectOf(model, city, "Which city?", { maxRetries: 1 }).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        name: "BelugaError",
        op: `llm.${name}`,
        code: "invalid_response",
        provider: "acme",
        model: "small",
        retryable: false,
        message: `acme llm.${name}: the answer cannot be used (attempt 2): it does not fit the schema at name, people`,
        partial: { text: secret, usage: usage(1) },
      });
      expect(vendor.asked).toHaveLength(2);
    });

    it("asks three times at most", async () => {
      const { model, vendor } = scripted(says(wrong), says(wrong), says(wrong), says(json));
      await expect(objectOf(model, city, "Which city?")).rejects.toMatchObject({ code: "invalid_response" });
      expect(vendor.asked).toHaveLength(3);
    });

    it("leaves the conversation that it was given alone", async () => {
      const { model } = scripted(says(wrong), says(json));
      const messages = Object.freeze([Object.freeze(user)]);
      await objectOf(model, city, messages);
      expect(messages).toEqual([user]);
    });
  });

  it("throws content_filter where the model refuses, with its words in partial, and does not ask again", async () => {
    const { model, vendor } = scripted([(answer) => answer.refusal("I will not."), ends()], says(json));
    await expect(objectOf(model, city, "Which city?")).rejects.toMatchObject({
      code: "content_filter",
      message: `acme llm.${name}: the model refused to answer`,
      partial: { refusal: "I will not." },
    });
    const blocked = scripted([(answer) => answer.text(json), ends("content-filter")]);
    await expect(objectOf(blocked.model, city, "Which city?")).rejects.toMatchObject({
      code: "content_filter",
      message: `acme llm.${name}: the vendor blocked the answer`,
      partial: { text: json },
    });
    expect(vendor.asked).toHaveLength(1);
  });

  it("throws truncated where the token limit cut the answer, and does not ask again", async () => {
    const { model, vendor } = scripted(
      [(answer) => answer.text(json.slice(0, -1)), ends("length")],
      says(json),
    );
    await expect(objectOf(model, city, "Which city?")).rejects.toMatchObject({
      code: "truncated",
      message: `acme llm.${name}: the token limit cut the answer`,
      partial: { text: json.slice(0, -1) },
    });
    expect(vendor.asked).toHaveLength(1);
  });

  it("takes an answer that was whole when the token limit cut what followed", async () => {
    const { model } = scripted([(answer) => answer.text(`${json} This`), ends("length")]);
    expect(await objectOf(model, city, "Which city?")).toMatchObject({ object: basel });
  });

  it("throws what a schema throws", async () => {
    const bug = new Error("bug");
    const schema = z.string().refine(() => {
      throw bug;
    });
    await expect(objectOf(scripted(says('"x"')).model, schema, "Which?")).rejects.toBe(bug);
  });

  it.each<[what: string, schema: unknown, options: object, problem: string]>([
    [
      "a schema that is none",
      citySchema,
      {},
      "schema: expected a Standard Schema, of zod, valibot, arktype, ...",
    ],
    ["no schema", undefined, {}, "schema: expected a Standard Schema, of zod, valibot, arktype, ..."],
    ["a name with a space", city, { name: "a city" }, "name: expected at most 64 letters, digits, _ and -"],
    ["a long name", city, { name: "a".repeat(65) }, "name: expected at most 64 letters, digits, _ and -"],
    ["an unknown mode", city, { mode: "xml" }, "mode: expected auto or json or tool"],
    ["negative retries", city, { maxRetries: -1 }, "maxRetries: expected an integer of at least 0"],
    ["half a retry", city, { maxRetries: 0.5 }, "maxRetries: expected an integer of at least 0"],
    ["tools", city, { tools: [] }, "tools: not to be had here"],
    ["a choice of tools", city, { toolChoice: "auto" }, "toolChoice: not to be had here"],
    ["a response format", city, { responseFormat: { type: "text" } }, "responseFormat: not to be had here"],
  ])("refuses %s before anything is sent", async (_what, schema, options, problem) => {
    const { model, vendor } = scripted(says(json));
    await expect(objectOf(model, schema as typeof city, "Which city?", options)).rejects.toMatchObject({
      code: "invalid_input",
      op: `llm.${name}`,
      message: `acme llm.${name}: ${problem}`,
    });
    expect(vendor.asked).toEqual([]);
  });

  it("refuses a schema that cannot say itself as JSON Schema", async () => {
    const schema = mini.object({});
    await expect(objectOf(scripted().model, schema, "Which?")).rejects.toMatchObject({
      code: "invalid_input",
      message: `llm.${name}: this zod schema does not say itself as JSON Schema; wrap it: withJSONSchema(schema, jsonSchema)`,
    });
  });

  it("leaves the checks of messages and options to the model", async () => {
    await expect(objectOf(scripted(says(json)).model, city, [])).rejects.toMatchObject({
      code: "invalid_input",
      message: `acme ${op}: messages: expected at least one`,
    });
  });

  it.each<[when: string, answer: Write[], validate: StandardSchema["~standard"]["validate"]]>([
    [
      "during a call",
      [() => caller.abort("enough"), () => new Promise(() => undefined)],
      (value) => ({ value }),
    ],
    [
      "while the schema takes its time",
      says(json),
      () => (caller.abort("enough"), new Promise(() => undefined)),
    ],
    ["before it asks again", says(json), () => (caller.abort("enough"), { issues: [{ message: "no" }] })],
  ])("rejects with the reason of an abort: %s", async (_when, answer, validate) => {
    const { model, vendor } = scripted(answer, says(json));
    const schema = { "~standard": { ...withJSONSchema(city, citySchema)["~standard"], validate } };
    const outcome = objectOf(model, schema, "Which city?", { signal: caller.signal });
    await expect(outcome).rejects.toBe("enough");
    expect(vendor.asked).toHaveLength(1);
    expect(vendor.signals[0]).toMatchObject({ aborted: true, reason: "enough" });
  });

  it("rejects with the reason of a signal that is aborted already, before anything is sent", async () => {
    const { model, vendor } = scripted(says(json));
    caller.abort("enough");
    await expect(objectOf(model, city, "Which city?", { signal: caller.signal })).rejects.toBe("enough");
    expect(vendor.asked).toEqual([]);
  });

  it("asks no model again after an abort, whatever that throws", async () => {
    let asks = 0;
    const refuse = (): never => {
      asks++;
      caller.abort("enough");
      throw error({ code: "unsupported" });
    };
    const careless: ChatModel = {
      ...scripted().model,
      generate: async () => refuse(),
      stream: () => refuse(),
    };
    await expect(objectOf(careless, city, "Which city?", { signal: caller.signal })).rejects.toBe("enough");
    await new Promise((resolve) => setTimeout(resolve));
    expect(asks).toBe(1);
  });

  it("leaves a signal unaborted once it is done", async () => {
    const { model, vendor } = scripted(says(json));
    await objectOf(model, city, "Which city?", { signal: caller.signal });
    expect(vendor.signals[0]?.aborted).toBe(false);
    expect(vendor.cancelled).toBe(0);
  });
});

describe("streamObject", () => {
  type Parts = ObjectStreamPart<unknown>[];
  const objects = (parts: Parts): unknown[] =>
    parts.map((part) => (part.type === "retry" ? "retry" : [part.type, part.object]));

  it("yields the object as it grows, only when it has changed, each part one of its own", async () => {
    const { model } = scripted(
      says("Here: ", "{", '"name"', ':"Ba', "sel", '","people":178', "000", "}", " Yes?"),
    );
    const parts = await drain(streamObject(model, city, "Which city?"));
    expect(objects(parts)).toEqual([
      ["partial", {}],
      ["partial", { name: "Ba" }],
      ["partial", { name: "Basel" }],
      ["partial", basel],
      ["finish", basel],
    ]);
  });

  it("yields the arguments of the tool as they grow, of its first call alone, and no text", async () => {
    const { model } = scripted(
      [
        (answer) => answer.text('I call {"name":"no"}'),
        (answer) => answer.toolCall(0, "1", "other", '{"name":"no"}'),
        (answer) => answer.toolCallStart(1, "2", "answer"),
        (answer) => answer.toolCallStart(2, "3", "answer"),
        (answer) => answer.toolCallDelta(1, '{"name":"Ba'),
        (answer) => answer.toolCallDelta(2, '{"name":"Bern"}'),
        (answer) => answer.toolCallDelta(1, 'sel","people":178000}'),
        ends(),
      ],
      calls("answer", json),
    );
    const bound = model.bindTools([{ name: "other", parameters: {} }]);
    const parts = await drain(streamObject(bound, city, "Which city?", { mode: "tool" }));
    expect(objects(parts)).toEqual([
      ["partial", { name: "Ba" }],
      ["partial", basel],
      "retry",
      ["partial", basel],
      ["finish", basel],
    ]);
  });

  it("yields what stands in the object, where the schema is of no object", async () => {
    const { model } = scripted(
      says("{", '"value":', "[", '"a', 'b"', "]", ',"more":1', "}"),
      says('{"value":["ab"]}'),
    );
    const parts = await drain(streamObject(model, z.array(z.string()), "Which?"));
    expect(objects(parts)).toEqual([
      ["partial", []],
      ["partial", ["a"]],
      ["partial", ["ab"]],
      "retry",
      ["partial", ["ab"]],
      ["finish", ["ab"]],
    ]);
  });

  it("shows nothing of the call of a bound tool that is called as the answer is", async () => {
    const { model } = scripted(calls("answer", json), says("{}"));
    const bound = model.bindTools([{ name: "answer", parameters: {} }]);
    const parts = await drain(streamObject(bound, z.object({}), "Which?"));
    expect(objects(parts)).toEqual(["retry", ["partial", {}], ["finish", {}]]);
  });

  it("says when it asks again, and begins anew", async () => {
    const { model } = scripted(says('{"name":1}'), says('{"name":', '"Basel"}'), says(json));
    const parts = await drain(streamObject(model, city, "Which city?"));
    expect(parts.slice(0, -1)).toEqual([
      { type: "partial", object: { name: 1 } },
      {
        type: "retry",
        attempt: 2,
        problem:
          "it does not fit the schema: name: Invalid input: expected string, received number; people: Invalid input: expected number, received undefined",
      },
      { type: "partial", object: {} },
      { type: "partial", object: { name: "Basel" } },
      {
        type: "retry",
        attempt: 3,
        problem: "it does not fit the schema: people: Invalid input: expected number, received undefined",
      },
      { type: "partial", object: basel },
    ]);
  });

  it("shows what the model wrote, and gives what the schema makes of it", async () => {
    const schema = z.object({
      name: z.string().transform((name) => name.length),
      kind: z.string().default("city"),
    });
    const { model } = scripted(says('{"name":"Basel"}'));
    expect(objects(await drain(streamObject(model, schema, "Which city?")))).toEqual([
      ["partial", { name: "Basel" }],
      ["finish", { name: 5, kind: "city" }],
    ]);
  });

  it("sends nothing before the first read, can be read once, and is over after its last part", async () => {
    const { model, vendor } = scripted(says(json));
    const stream = streamObject(model, city, "Which city?");
    await Promise.resolve();
    expect(vendor.asked).toEqual([]);
    await drain(stream);
    await expect(drain(stream)).rejects.toMatchObject({
      code: "invalid_input",
      message: "acme llm.streamObject: this stream was read already; a stream can be read once",
    });
    expect(vendor.cancelled).toBe(0);
  });

  it("closes the connection when the loop is left", async () => {
    const { model, vendor } = scripted(says('{"name":', '"Basel"}', "more"));
    for await (const part of streamObject(model, city, "Which city?", { signal: caller.signal })) {
      expect(part).toEqual({ type: "partial", object: {} });
      break;
    }
    expect(vendor.cancelled).toBe(1);
    expect(vendor.signals[0]?.aborted).toBe(true);
  });

  it("throws truncated where a model's stream ends without its last part", async () => {
    const { model } = scripted();
    const broken: ChatModel = {
      ...model,
      async *stream() {
        yield await Promise.resolve({ type: "text", text: json } as const);
      },
    };
    await expect(drain(streamObject(broken, city, "Which city?"))).rejects.toMatchObject({
      code: "truncated",
      message: "acme llm.streamObject: the model's stream ended without a finish part",
    });
  });

  it("throws what breaks the stream, after the parts before it", async () => {
    const broken = error({ code: "provider_unavailable" });
    const { model } = scripted([(answer) => answer.text('{"name":"Ba'), fails(broken)]);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const part of streamObject(model, city, "Which city?")) seen.push(part);
    })();
    await expect(reading).rejects.toBe(broken);
    expect(seen).toEqual([{ type: "partial", object: { name: "Ba" } }]);
    expect((broken.partial as ChatResponse).text).toBe('{"name":"Ba');
  });
});

describe("types", () => {
  const schema = z.object({
    kind: z.enum(["a", "b"]),
    size: z.string().transform(Number),
    list: z.array(z.object({ on: z.boolean() })).default([]),
    near: z.optional(z.tuple([z.number(), z.string()])),
  });

  it("of an object are what comes out of the schema; of a partial one, what goes in, not all yet", async () => {
    const { model } = scripted(says('{"kind":"a","size":"1"}'), says('{"kind":"a","size":"1"}'));
    const { object } = await generateObject(model, schema, "Which?");
    expectTypeOf(object).toEqualTypeOf<{
      kind: "a" | "b";
      size: number;
      list: { on: boolean }[];
      near?: [number, string] | undefined;
    }>();
    for await (const part of streamObject(model, schema, "Which?")) {
      if (part.type === "finish") expectTypeOf(part.object).toEqualTypeOf(object);
      if (part.type !== "partial") continue;
      expectTypeOf(part.object).toEqualTypeOf<{
        kind?: string;
        size?: string;
        list?: { on?: boolean }[] | undefined;
        near?: (number | string)[] | undefined;
      }>();
    }
    expect(object).toEqual({ kind: "a", size: 1, list: [] });
  });

  it("of parts of values are wide where a part may be anything", () => {
    expectTypeOf<DeepPartial<unknown>>().toBeUnknown();
    expectTypeOf<DeepPartial<"a" | 1 | null>>().toEqualTypeOf<string | 1 | null>();
    expectTypeOf<DeepPartial<Record<string, "a">>>().toEqualTypeOf<{ [key: string]: string | undefined }>();
    expectTypeOf<DeepPartial<readonly ("a" | { b: 1 })[]>>().toEqualTypeOf<(string | { b?: 1 })[]>();
  });

  it("know a schema through withJSONSchema, and take no tools", () => {
    const wrapped = withJSONSchema(mini.object({ name: mini.string() }), {});
    expectTypeOf(() => generateObject(scripted().model, wrapped, ""))
      .returns.resolves.toHaveProperty("object")
      .toEqualTypeOf<{ name: string }>();
    // @ts-expect-error: a JSON Schema validates nothing
    expectTypeOf(() => generateObject(scripted().model, citySchema, "")).returns.toBeObject();
    // @ts-expect-error: nobody would run them
    expectTypeOf(() => generateObject(scripted().model, city, "", { tools: [] })).returns.toBeObject();
  });
});
