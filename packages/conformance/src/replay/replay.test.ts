import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BelugaError, type ChatModel, type Message } from "@beluga/core";
import { createEmbedder, createReranker } from "@beluga/core/provider";
import { afterAll, describe, expect, test } from "vitest";
import { createAcme } from "../testing/acme.js";
import { type Recording, readRecordings } from "./recording.js";
import { compareWithFloors, describeResults, resultsAsJSON, shareOf } from "./report.js";
import { wantedOf } from "./rules.js";
import { type ApiResult, replay } from "./run.js";
import type { RecordedRequests, ReplaySettings, ReplayTarget } from "./target.js";

const acme: ReplayTarget = {
  api: "acme",
  capability: "llm",
  finishReasons: { done: "stop" },
  create: (settings) => createAcme({ ...settings, apiKey: "acme-key-123" }),
  usage: ({ read, written }) => ({
    inputTokens: read as number,
    outputTokens: written as number,
    totalTokens: (read as number) + (written as number),
  }),
};

const events = [{ text: "Grüß" }, { text: " Gott" }, { end: "done" }, { usage: { read: 3, written: 4 } }];
const answer = { text: "Grüß Gott", finishReason: "done", usage: { read: 3, written: 4 } };

function recording(id: string, changes: Partial<Recording> = {}): Recording {
  const response = { body: { events } };
  const request = { body: { model: "acme-1" } };
  return {
    id,
    provider: "acme",
    api: "acme",
    kind: "chat",
    operation: "chat",
    request,
    response,
    expected: answer,
    ...changes,
  };
}

const stream = { bodyText: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") };

/** A provider that forgets an option. */
function createForgetful(settings: ReplaySettings): ChatModel {
  const model = createAcme({ ...settings, apiKey: "acme-key-123" });
  return {
    ...model,
    generate: (messages, { temperature: _, ...options } = {}) => model.generate(messages, options),
  };
}

async function run(...recordings: Recording[]): Promise<ApiResult> {
  const [result] = await replay({ recordings, targets: [acme], seed: 1 });
  if (!result) throw new Error("no result");
  return result;
}

describe("a replay", () => {
  test("passes what is read as it was recorded, by generate and by stream", async () => {
    const result = await run(
      recording("a"),
      recording("b", { kind: "chat-stream", response: stream }),
      recording("c", {
        kind: "error",
        response: { status: 429, body: { error: { message: "slow down" } } },
        expected: { error: { status: 429, message: "slow down" } },
      }),
    );
    expect(result).toEqual({
      api: "acme",
      hasTarget: true,
      passed: ["a", "b", "c"],
      failed: [],
      unsupported: [],
    });
  });

  test.each([
    ["text", { text: "Grüß" }],
    ["reasoning", { reasoning: "hm" }],
    ["toolCalls", { toolCalls: [{ id: "1", name: "n", arguments: {} }] }],
    ["refusal", { refusal: "no" }],
    ["finishReason.raw", { finishReason: "limit" }],
    ["usage.raw", { usage: { read: 3, written: 4, more: 1 } }],
    ["usage", { usage: { read: 4, written: 4 } }],
    ["id", { id: "other" }],
    ["model", { model: "other" }],
    ["sources", { citations: 1 }],
  ])("fails where %s is not as it was recorded", async (what, change) => {
    const { failed } = await run(recording("a", { expected: { ...answer, ...change } }));
    expect(failed[0]?.differences.map((difference) => difference.what)).toContain(what);
  });

  test("takes a finish reason that was recorded as a number for its digits", async () => {
    const numbered = { events: [{ text: "Grüß Gott" }, { end: "1" }] };
    const expected = { text: "Grüß Gott", finishReason: 1 };
    const { passed } = await run(recording("a", { response: { body: numbered }, expected }));
    expect(passed).toEqual(["a"]);
  });

  test("fails where an error was recorded and none comes, and the other way round", async () => {
    const error = { status: 500, message: "broken" };
    const { failed } = await run(
      recording("a", { kind: "error", expected: { error } }),
      recording("b", { response: { status: 500, body: { error } } }),
      recording("c", { kind: "error", response: { status: 404, body: {} }, expected: { error } }),
    );
    expect(failed.map(({ id, differences }) => [id, differences.map(({ what }) => what)])).toEqual([
      ["a", ["error"]],
      ["b", ["error"]],
      ["c", ["code", "status", "message"]],
    ]);
  });

  test("says what nobody reads, and what the provider does not support", async () => {
    const refusing: ReplayTarget = {
      ...acme,
      capability: "llm",
      api: "other",
      create(): ChatModel {
        throw new BelugaError({ op: "llm.create", code: "unsupported", message: "no such thing" });
      },
    };
    const recordings = [recording("a", { api: "unknown" }), recording("b", { api: "other" })];
    expect(await replay({ recordings, targets: [refusing], seed: 1 })).toEqual([
      {
        api: "other",
        hasTarget: true,
        passed: [],
        failed: [],
        unsupported: [{ id: "b", reason: "no such thing" }],
      },
      {
        api: "unknown",
        hasTarget: false,
        passed: [],
        failed: [],
        unsupported: [{ id: "a", reason: "no provider yet" }],
      },
    ]);
  });

  describe("of a recorded request", () => {
    const text = "Good evening";
    const requests: RecordedRequests = {
      read: ({ messages, temperature }) => ({
        messages: messages as Message[],
        options: temperature === undefined ? {} : { temperature: temperature as number },
      }),
      schema: {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: (value) =>
            JSON.stringify(value).includes("forbidden")
              ? { issues: [{ message: "not this", path: ["messages", { key: 0 }] }] }
              : { value },
        },
      },
    };
    const differencesOf = async (body: object, target: Partial<ReplayTarget> = {}): Promise<unknown> => {
      const targets = [{ ...acme, requests, ...target } as ReplayTarget];
      const [result] = await replay({
        recordings: [recording("a", { request: { body: { model: "acme-1", ...body } } })],
        targets,
        seed: 1,
      });
      return result?.failed.flatMap(({ differences }) => differences);
    };

    test("asks what was asked, and passes where the same is sent", async () => {
      const body = { messages: [{ role: "user", content: text }], temperature: 0.5 };
      expect(await differencesOf(body)).toEqual([]);
    });

    test("fails where something else is sent, and says where", async () => {
      const body = { messages: [{ role: "user", content: text }], temperature: 0.5 };
      expect(await differencesOf(body, { capability: "llm", create: createForgetful })).toEqual([
        { what: "request: options.temperature", expected: 0.5, actual: undefined },
      ]);
    });

    test("fails where what is sent is not as the vendor documents it", async () => {
      const body = { messages: [{ role: "user", content: "forbidden" }] };
      expect(await differencesOf(body)).toEqual([
        { what: "request: by the vendor's schema", expected: "not this", actual: "messages.0" },
      ]);
    });

    test("that the vendor refused nothing is learnt", async () => {
      const refused = recording("a", {
        kind: "error",
        request: { body: { model: "acme-1", messages: "wrong" } },
        response: { status: 429, body: { error: { message: "slow down" } } },
        expected: { error: { status: 429, message: "slow down" } },
      });
      const targets = [{ ...acme, requests } as ReplayTarget];
      const [result] = await replay({ recordings: [refused], targets, seed: 1 });
      expect(result?.passed).toEqual(["a"]);
    });
  });

  test("prefers a target that names the vendor to one for all", async () => {
    const named: ReplayTarget = { ...acme, vendors: ["acme"] };
    const other: ReplayTarget = {
      ...acme,
      capability: "llm",
      create(): ChatModel {
        throw new Error("not this one");
      },
    };
    const [result] = await replay({ recordings: [recording("a")], targets: [other, named], seed: 1 });
    expect(result?.passed).toEqual(["a"]);
  });

  test("gives a target only the vendors that it names", async () => {
    const [result] = await replay({
      recordings: [recording("a")],
      targets: [{ ...acme, vendors: ["other"] }],
      seed: 1,
    });
    expect(result?.hasTarget).toBe(false);
  });

  test("compares rerankings: indices and scores, usage; as many documents and results are asked for as were", async () => {
    const asked: unknown[] = [];
    const target: ReplayTarget = {
      api: "rerank",
      capability: "rerank",
      usage: ({ total_tokens: tokens }) => ({ inputTokens: tokens as number, totalTokens: tokens as number }),
      create: ({ model }) =>
        createReranker({
          provider: "fake",
          model,
          async send(_query, documents, { topN }) {
            asked.push([documents.length, topN]);
            const results = documents.map((_, index) => ({ index, score: index / 2 })).slice(-(topN ?? 9));
            return { results, usage: { inputTokens: 2, totalTokens: 2, raw: { total_tokens: 2 } } };
          },
        }),
    };
    const results = [
      { index: 2, score: 1 },
      { index: 1, score: 0.5 },
    ];
    const usage = { total_tokens: 2 };
    const body = { documents: ["a", "b", "c"], top_n: 2 };
    const recordings = [
      recording("asked", { expected: { results, usage }, request: { body } }),
      recording("without its request", { expected: { results, usage } }),
      recording("another", { expected: { results: results.slice(0, 1), usage: {} }, request: { body } }),
    ].map((each) => ({ ...each, api: "rerank", kind: "rerank" }));
    const [result] = await replay({ recordings, targets: [target], seed: 1 });
    expect(result?.passed.toSorted()).toEqual(["asked", "without its request"]);
    expect(result?.failed[0]?.differences.map(({ what }) => what)).toEqual(["results", "usage.raw", "usage"]);
    expect(asked).toEqual([
      [3, 2],
      [3, 2],
      [3, 2],
    ]);
  });

  test("compares embeddings: how many, how wide, their first numbers, their norm, usage", async () => {
    const target: ReplayTarget = {
      api: "openai-embed",
      capability: "embed",
      create: ({ model }) => {
        const usage = { inputTokens: 2, totalTokens: 2, raw: { prompt_tokens: 2, total_tokens: 2 } };
        return createEmbedder({
          provider: "fake",
          model,
          limits: { maxBatchSize: 10 },
          send: async (texts) => ({ embeddings: texts.map(() => Float32Array.of(0.6, 0.8)), usage }),
        });
      },
    };
    const expected = {
      count: 2,
      dimensions: 2,
      first3: [0.6, 0.8],
      norm: 1,
      usage: { prompt_tokens: 2, total_tokens: 2 },
    };
    const recordings = [
      expected,
      {
        ...expected,
        count: 3,
        dimensions: 3,
        first3: [0.6, 0.7],
        norm: 2,
        usage: { prompt_tokens: 1, total_tokens: 1 },
      },
    ].map((wanted, at) => recording(`${at}`, { api: "openai-embed", kind: "embed", expected: wanted }));
    const [result] = await replay({ recordings, targets: [target], seed: 1 });
    expect(result?.passed).toEqual(["0"]);
    // The texts are as many as were recorded, so their number cannot differ here.
    expect(result?.failed[0]?.differences.map(({ what }) => what)).toEqual([
      "dimensions",
      "first3",
      "norm",
      "usage.raw",
      "usage",
    ]);
  });

  test("asks for embeddings of the recorded width, whatever the wire calls it", async () => {
    const asked: unknown[] = [];
    const target: ReplayTarget = {
      api: "openai-embed",
      capability: "embed",
      create: ({ model }) =>
        createEmbedder({
          provider: "fake",
          model,
          limits: { maxBatchSize: 10 },
          send: async (texts, { dimensions }) => {
            asked.push(dimensions);
            return { embeddings: texts.map(() => Float32Array.of(0.6, 0.8)), usage: {} };
          },
        }),
    };
    const bodies = [
      {},
      { dimensions: 2 },
      { output_dimension: 2 },
      { requests: [{ outputDimensionality: 2 }] },
      { params: { embeddingDimension: 2 } },
    ];
    const recordings = bodies.map((body, at) =>
      recording(`${at}`, {
        api: "openai-embed",
        kind: "embed",
        request: { body },
        expected: { count: 1, dimensions: 2 },
      }),
    );
    await replay({ recordings, targets: [target], seed: 1, concurrency: 1 });
    expect(asked).toEqual([undefined, 2, 2, 2, 2]);
  });
});

/** What the rules make of an expectation. */
function wanted(expected: Recording["expected"], changes: Partial<Recording> = {}) {
  const { reasons: _, ...rest } = wantedOf(recording("a", { expected, ...changes }));
  return rest;
}

describe("the rules", () => {
  test("know the tokens of Bedrock's embeddings by a header, where the body has none", () => {
    const header = "x-amzn-bedrock-input-token-count";
    const embedding = { api: "bedrock-embed", kind: "embed", response: { headers: { [header]: "7" } } };
    expect(wanted({ usage: null }, embedding).expected.usage).toEqual({ [header]: 7 });
    const inBody = { inputTextTokenCount: 8 };
    expect(wanted({ usage: inBody }, embedding).expected.usage).toEqual(inBody);
    expect(wanted({ usage: null }, { ...embedding, response: {} }).expected.usage).toBeNull();
  });

  const call = { id: "1", name: "f", arguments: null, argumentsRaw: '{"a', argumentsInvalid: true };
  const whole = { id: "2", name: "g", arguments: { a: 1 }, argumentsRaw: '{"a":1}' };

  test("leave out a call that the token limit cut, and want a warning with its text", () => {
    expect(wanted({ finishReason: "length", toolCalls: [whole, call] })).toEqual({
      expected: { finishReason: "length", toolCalls: [whole] },
      warnings: ['{"a'],
    });
  });

  test("know a limit by the reason of an incomplete response, too", () => {
    const incomplete = { finishReason: "incomplete", toolCalls: [call] };
    expect(wanted({ ...incomplete, incompleteReason: "max_output_tokens" }).warnings).toEqual(['{"a']);
  });

  test("take the text of reasoning for reasoning, beside its summary", () => {
    const output = [
      {
        content: [
          { type: "reasoning_text", text: "Hm" },
          { type: "reasoning_text", text: "m." },
        ],
      },
      { content: [{ type: "output_text", text: "Hi" }] },
    ];
    const api = "openai-responses";
    expect(wanted({ reasoning: "So: " }, { api, response: { body: { output } } }).expected.reasoning).toBe(
      "So: Hmm.",
    );
    const done = JSON.stringify({ type: "response.reasoning_text.done", text: "Hm." });
    const response = { bodyText: `data: ${done}\n\ndata: {"type":"response.completed"}\n\n` };
    expect(wanted({}, { api, response }).expected.reasoning).toBe("Hm.");
    expect(wanted({}, { response }).expected.reasoning).toBeUndefined();
  });

  test("want invalid_response for a broken call without a limit", () => {
    expect(wanted({ finishReason: "tool_calls", toolCalls: [call] })).toMatchObject({
      error: { code: "invalid_response" },
    });
  });

  test("leave out a call that the limit cut before its arguments", () => {
    const bare = { id: "1", name: "f", arguments: {}, argumentsRaw: "" };
    expect(wanted({ finishReason: "max_tokens", toolCalls: [bare] })).toEqual({
      expected: { finishReason: "max_tokens", toolCalls: [] },
      warnings: ["f"],
    });
    expect(wanted({ finishReason: "tool_calls", toolCalls: [bare] }).expected.toolCalls).toEqual([bare]);
  });

  test("take null for {}, and a function_call for a tool call", () => {
    const nothing = { id: "1", name: "f", arguments: null, argumentsRaw: "null", argumentsNull: true };
    expect(wanted({ toolCalls: [nothing] }).expected.toolCalls).toEqual([{ ...nothing, arguments: {} }]);
    expect(wanted({ toolCalls: [], functionCall: whole }).expected.toolCalls).toEqual([whole]);
  });

  test("want the vendor's error, also inside of a 200", () => {
    expect(wanted({ error: { status: 429, code: "insufficient_quota" } }, { kind: "error" }).error).toEqual({
      code: "quota_exhausted",
      status: 429,
    });
    const response = { bodyText: 'data: {"error":{"status_code":400}}\n\n' };
    expect(wanted({ error: { status: 200 } }, { response }).error).toEqual({
      code: "invalid_input",
      status: 400,
    });
    expect(wanted({ error: { status: 200 } }).error).toEqual({ code: "provider_unavailable" });
  });

  test("take the words of a filter for a refusal, and no other words", () => {
    const blocked = { finishReason: "MODEL_ARMOR", finishMessage: "It was unsafe." };
    expect(wanted(blocked).expected.refusal).toBe("It was unsafe.");
    const called = { finishReason: "STOP", finishMessage: "The model called functions." };
    expect(wanted(called).expected.refusal).toBeUndefined();
  });

  test("want truncated for a stream without an end", () => {
    const unfinished = { text: "a", finishReason: null, done: false };
    expect(wanted(unfinished, { kind: "chat-stream" }).error).toEqual({ code: "truncated" });
    expect(wanted({ ...unfinished, done: true }, { kind: "chat-stream" }).error).toBeUndefined();
  });
});

describe("the report", () => {
  const results: ApiResult[] = [
    {
      api: "acme",
      hasTarget: true,
      passed: ["a", "b"],
      failed: [
        { id: "c", differences: [{ what: "text", expected: "x", actual: "y" }], reasons: ["so it is"] },
      ],
      unsupported: [],
    },
    {
      api: "later",
      hasTarget: false,
      passed: [],
      failed: [],
      unsupported: [{ id: "d", reason: "no provider yet" }],
    },
  ];

  test("shows a row for each api, and what failed, with the rules and the difference", () => {
    expect(describeResults(results)).toBe(
      [
        "api                             passed      failed unsupported       share",
        "acme                                 2           1           0     66.66 %",
        "",
        "no provider yet: later (1)",
        "",
        "failed acme: c",
        "  rule: so it is",
        "  text",
        "    expected 'x'",
        "    actual   'y'",
      ].join("\n"),
    );
  });

  test("gives the counts and the ids as JSON", () => {
    expect(resultsAsJSON(results, 7)).toEqual({
      seed: 7,
      apis: {
        acme: {
          hasProvider: true,
          passed: 2,
          failed: 1,
          unsupported: 0,
          share: 0.6666,
          failures: ["c"],
          unsupportedIds: [],
        },
        later: {
          hasProvider: false,
          passed: 0,
          failed: 0,
          unsupported: 1,
          share: 0,
          failures: [],
          unsupportedIds: ["d"],
        },
      },
    });
  });

  test("holds the floors, which only rise", () => {
    const [share] = results.map(shareOf);
    expect(compareWithFloors(results, { acme: share ?? 0 })).toEqual({ problems: [], remarks: [] });
    expect(compareWithFloors(results, { acme: 0.5 }).remarks).toEqual([
      "acme: its floor of 0.5 can be raised to 0.6666",
    ]);
    expect(compareWithFloors(results, { acme: 0.7, gone: 1 }).problems).toEqual([
      "acme: 0.6666 is under its floor of 0.7",
      "gone: no recordings, and its floor is 1",
    ]);
    expect(compareWithFloors(results, {}).problems).toEqual(["acme: has no floor yet; it can be 0.6666"]);
  });
});

describe("a folder of recordings", async () => {
  const folder = await mkdtemp(join(tmpdir(), "recordings-"));
  afterAll(() => rm(folder, { recursive: true }));

  test("is read with its folders, without what is no recording", async () => {
    await mkdir(join(folder, "acme"));
    await writeFile(join(folder, "acme", "b.json"), JSON.stringify(recording("b")));
    await writeFile(join(folder, "acme", "a.json"), JSON.stringify(recording("a")));
    await writeFile(join(folder, "INDEX.json"), JSON.stringify({ recordings: [] }));
    await writeFile(join(folder, "README.md"), "no recording");
    expect(await readRecordings(folder)).toEqual([recording("a"), recording("b")]);
  });
});
