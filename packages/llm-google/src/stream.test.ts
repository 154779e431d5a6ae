import { BelugaError, type ChatOptions, type ChatResponse, type ChatStreamPart } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { createGoogle } from "./index.js";

// The exchanges in testdata/ show what answers look like as a rule; here is what they hold beside that.

function modelThatAnswers(body: BodyInit, contentType: string) {
  return createGoogle({
    model: "gemini-3.5-flash",
    apiKey: "top-secret",
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { "content-type": contentType } }),
  });
}

type Part = Record<string, unknown>;

const signature = "EqMBCqABAcu98PBElugaSignature==";
/** A chunk, or a whole answer. */
const answer = (parts: readonly Part[], candidate: object = {}, rest: object = {}): object => ({
  candidates: [{ content: { role: "model", parts }, ...candidate }],
  ...rest,
});
const end = { finishReason: "STOP" };
const google = (metadata: object) => ({ providerMetadata: { google: metadata } });
const blocked = (feedback: object) => ({ promptFeedback: feedback, usageMetadata: {} });
const sse = (chunks: readonly object[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join("");

async function read(
  body: BodyInit,
  options: ChatOptions = {},
  contentType = "text/event-stream",
): Promise<{ parts: ChatStreamPart[]; response: ChatResponse }> {
  const parts = await Array.fromAsync(modelThatAnswers(body, contentType).stream("Hi", options));
  const last = parts.at(-1);
  if (last?.type !== "finish") throw new Error("the stream did not finish");
  return { parts, response: last.response };
}

const streamed = async (...chunks: object[]): Promise<ChatResponse> => (await read(sse(chunks))).response;

async function failureOf(reading: Promise<unknown>): Promise<BelugaError> {
  const error = await reading.catch((reason: unknown) => reason);
  if (!BelugaError.is(error)) throw new Error(`expected a BelugaError, got ${String(error)}`);
  return error;
}

const generated = async (body: unknown): Promise<ChatResponse> =>
  modelThatAnswers(JSON.stringify(body), "application/json").generate("Hi");

/** What is sent when an answer goes back with the next message. */
async function sentBack({ message }: ChatResponse): Promise<unknown> {
  let body = "";
  const model = createGoogle({
    model: "gemini-3.5-flash",
    apiKey: "top-secret",
    fetch: async (input, init) => {
      body = await new Request(input, init).text();
      return Response.json(answer([], end));
    },
  });
  await model.generate([{ role: "user", content: "Hi" }, message, { role: "user", content: "And?" }]);
  return (JSON.parse(body) as { contents: { parts: unknown }[] }).contents[1]?.parts;
}

test("text, usage and the vendor's names make the response", async () => {
  const names = { modelVersion: "gemini-3.5-flash-001", responseId: "r-1" };
  const { parts, response } = await read(
    sse([
      answer([{ text: "Hel" }], {}, { ...names, usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } }),
      answer([{ text: "lo" }], end, {
        ...names,
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
      }),
    ]),
  );
  expect(parts.map(({ type }) => type)).toEqual(["text", "text", "finish"]);
  expect(response).toEqual({
    message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    text: "Hello",
    reasoning: "",
    toolCalls: [],
    finishReason: { unified: "stop", raw: "STOP" },
    usage: {
      inputTokens: 3,
      outputTokens: 2,
      totalTokens: 5,
      raw: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
    },
    model: "gemini-3.5-flash-001",
    id: "r-1",
    warnings: [],
    sources: [],
    providerMetadata: {},
  });
});

test("a usage without counts has none", async () => {
  const usageMetadata = { trafficType: "ON_DEMAND" };
  expect((await generated(answer([], end, { usageMetadata }))).usage).toEqual({ raw: usageMetadata });
  expect((await generated(answer([], end))).usage).toEqual({});
});

describe("the answer goes back as it came", () => {
  const parts: Part[] = [
    { text: "Let me think.", thought: true },
    { text: "Done.", thought: true, thoughtSignature: signature },
    { text: "I search." },
    { text: "Signed.", thoughtSignature: signature },
    { text: "Not." },
    {
      toolCall: { toolType: "GOOGLE_SEARCH_WEB", id: "s1", args: { queries: ["x"] } },
      thoughtSignature: signature,
    },
    { toolResponse: { toolType: "GOOGLE_SEARCH_WEB", id: "s1", response: { found: 1 } } },
    { executableCode: { language: "PYTHON", code: "print(1)" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
    { inlineData: { mimeType: "image/png", data: "aGk=" }, thoughtSignature: signature },
    { inlineData: { mimeType: "image/png", data: "eW8=" }, thought: true },
    { fileData: { mimeType: "image/png", fileUri: "gs://bucket/a.png" } },
    { functionCall: { name: "f", args: { a: [1] }, id: "c1" }, thoughtSignature: signature },
    { functionCall: { name: "g", args: {}, id: "c2" } },
    { text: "", thoughtSignature: signature },
    { somethingNew: { a: 1 } },
  ];
  const whole = (at: number) => ({ type: "text", text: "", ...google({ part: parts[at] }) });
  const content = [
    { type: "reasoning", text: "Let me think.", ...google({ thought: true }) },
    {
      type: "reasoning",
      text: "Done.",
      signature,
      ...google({ thought: true, thoughtSignature: signature }),
    },
    { type: "text", text: "I search." },
    { type: "text", text: "Signed.", ...google({ thoughtSignature: signature }) },
    { type: "text", text: "Not." },
    whole(5),
    whole(6),
    whole(7),
    whole(8),
    { type: "file", data: "aGk=", mediaType: "image/png", ...google({ thoughtSignature: signature }) },
    whole(10),
    { type: "file", url: "gs://bucket/a.png", mediaType: "image/png" },
    {
      type: "tool-call",
      id: "c1",
      name: "f",
      arguments: { a: [1] },
      ...google({ thoughtSignature: signature }),
    },
    { type: "tool-call", id: "c2", name: "g", arguments: {} },
    { type: "text", text: "", ...google({ thoughtSignature: signature }) },
    whole(15),
  ];

  test("in one body", async () => {
    const response = await generated(answer(parts, end));
    expect(response.message.content).toEqual(content);
    expect(await sentBack(response)).toEqual(parts);
  });

  test("in pieces", async () => {
    const response = await streamed(...parts.map((part) => answer([part])), answer([{ text: "" }], end));
    expect(response.message.content).toEqual(content);
    expect(await sentBack(response)).toEqual(parts);
  });

  test("with pieces of one kind joined, each under its mark", async () => {
    const thought = (text: string) => answer([{ text, thought: true }]);
    const response = await streamed(
      thought("a"),
      thought("b"),
      answer([{ text: "c" }, { text: "d", thought: false }]),
      thought("e"),
      answer([{ text: "f" }]),
      thought("g"),
      answer([{ functionCall: { name: "f", id: "1" } }]),
      thought("h"),
      answer([{ text: "" }], end),
    );
    expect(response.message.content).toEqual([
      { type: "reasoning", text: "ab", ...google({ thought: true }) },
      { type: "text", text: "cd" },
      { type: "reasoning", text: "e", ...google({ thought: true }) },
      { type: "text", text: "f" },
      { type: "reasoning", text: "g", ...google({ thought: true }) },
      { type: "tool-call", id: "1", name: "f", arguments: {} },
      { type: "reasoning", text: "h", ...google({ thought: true }) },
    ]);
    expect([response.reasoning, response.text]).toEqual(["abegh", "cdf"]);
  });
});

describe("tool calls", () => {
  test("without an id get one, and no two the same", async () => {
    const { toolCalls } = await generated(
      answer([{ functionCall: { name: "f" } }, { functionCall: { name: "f", args: null } }], end),
    );
    expect(toolCalls).toEqual([
      { type: "tool-call", id: expect.stringMatching(/^call_/), name: "f", arguments: {} },
      { type: "tool-call", id: expect.stringMatching(/^call_/), name: "f", arguments: {} },
    ]);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  test("without a name are not to be trusted", async () => {
    const { code } = await failureOf(generated(answer([{ functionCall: { args: {} } }], end)));
    expect(code).toBe("invalid_response");
  });

  test("are handed on as they come", async () => {
    const { parts } = await read(
      sse([answer([{ functionCall: { name: "f", id: "1", args: { a: 1 } } }]), answer([], end)]),
    );
    expect(parts.slice(0, -1)).toEqual([
      { type: "tool-call-start", index: 0, id: "1", name: "f" },
      { type: "tool-call-delta", index: 0, argumentsText: '{"a":1}' },
      {
        type: "tool-call",
        index: 0,
        toolCall: { type: "tool-call", id: "1", name: "f", arguments: { a: 1 } },
      },
    ]);
  });

  const piece = (...partialArgs: object[]) => answer([{ functionCall: { partialArgs, willContinue: true } }]);
  const opening = answer([{ functionCall: { name: "f", id: "1", willContinue: true } }]);

  test("may come in pieces, and end where the next begins", async () => {
    const { toolCalls } = await streamed(
      opening,
      piece({ jsonPath: "$['a b'][1]", numberValue: 2 }, { jsonPath: '$["c"].d', stringValue: "" }),
      piece({ jsonPath: "$.list[0].x", boolValue: false }, { jsonPath: "$.list[1].x", stringValue: "y" }),
      answer([{ functionCall: { name: "g", id: "2" } }], end),
    );
    expect(toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ["f", { "a b": [null, 2], c: { d: "" }, list: [{ x: false }, { x: "y" }] }],
      ["g", {}],
    ]);
  });

  test("in pieces may have the names that objects have", async () => {
    const { toolCalls } = await streamed(
      opening,
      piece(
        { jsonPath: "$.__proto__.polluted", stringValue: "yes" },
        { jsonPath: "$.constructor", numberValue: 1 },
        { jsonPath: "$.list[0]", numberValue: 1 },
        { jsonPath: "$.list.__proto__.polluted", stringValue: "yes" },
      ),
      answer([{ functionCall: {} }], end),
    );
    expect(JSON.stringify(toolCalls[0]?.arguments)).toBe(
      '{"__proto__":{"polluted":"yes"},"constructor":1,"list":[1]}',
    );
    expect("polluted" in []).toBe(false);
  });

  test("in pieces that are not all there make the answer invalid", async () => {
    const cut = read(sse([opening, piece({ jsonPath: "$.a", stringValue: "b" }), answer([], end)]));
    const { code, partial } = await failureOf(cut);
    expect([code, (partial as ChatResponse).toolCalls[0]?.arguments]).toEqual([
      "invalid_response",
      '{"a":"b"',
    ]);
  });
});

describe("an answer that is not as it should be", () => {
  test.each([
    ["SAFETY", "content-filter"],
    ["RECITATION", "content-filter"],
    ["BLOCKLIST", "content-filter"],
    ["PROHIBITED_CONTENT", "content-filter"],
    ["SPII", "content-filter"],
    ["IMAGE_SAFETY", "content-filter"],
    ["IMAGE_PROHIBITED_CONTENT", "content-filter"],
    ["IMAGE_RECITATION", "content-filter"],
    ["MODEL_ARMOR", "content-filter"],
    ["LANGUAGE", "other"],
    ["NO_IMAGE", "other"],
    ["TOO_MANY_TOOL_CALLS", "other"],
    ["OTHER", "other"],
    ["SOMETHING_NEW", "other"],
  ])("ends by %s with %s", async (raw, unified) => {
    const { finishReason } = await streamed(answer([{ text: "a" }], { finishReason: raw }));
    expect(finishReason).toEqual({ raw, unified });
  });

  test.each(["MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL"])(
    "by %s is invalid, with what the model wrote in its metadata",
    async (finishReason) => {
      const chunk = answer([{ text: "a" }], { finishReason, finishMessage: "print(secret" });
      for (const reading of [generated(chunk), streamed(chunk)]) {
        const { code, message, partial } = await failureOf(reading);
        expect(code).toBe("invalid_response");
        expect(message).not.toContain("secret");
        expect(partial).toMatchObject({
          text: "a",
          finishReason: { raw: finishReason },
          providerMetadata: { google: { finishMessage: "print(secret" } },
        });
      }
    },
  );

  test("because the prompt was blocked has the vendor's words, or else its reason", async () => {
    const ratings = [{ category: "HARM_CATEGORY_HARASSMENT", probability: "HIGH" }];
    const feedback = {
      blockReason: "SAFETY",
      blockReasonMessage: "It is not allowed.",
      safetyRatings: ratings,
    };
    for (const response of [await generated(blocked(feedback)), await streamed(blocked(feedback))]) {
      expect(response).toMatchObject({
        text: "",
        refusal: "It is not allowed.",
        finishReason: { raw: "SAFETY", unified: "content-filter" },
        providerMetadata: { google: { promptFeedback: feedback } },
      });
    }
    expect(await generated(blocked({ blockReason: "OTHER" }))).toMatchObject({ refusal: "OTHER" });
  });

  test("is a good one where the feedback to the prompt blocks nothing", async () => {
    const promptFeedback = { safetyRatings: [{ category: "HARM_CATEGORY_HARASSMENT", probability: "LOW" }] };
    const { text, refusal, finishReason } = await generated(answer([{ text: "a" }], end, { promptFeedback }));
    expect([text, refusal, finishReason.unified]).toEqual(["a", undefined, "stop"]);
  });

  test.each([{}, [], "text", { candidates: [] }, { candidates: "none" }, { candidates: [null] }])(
    "%o is none",
    async (body) => {
      expect((await failureOf(generated(body))).code).toBe("invalid_response");
    },
  );

  test("may leave out all that it has nothing to say in", async () => {
    for (const candidate of [end, { ...end, content: {} }, { ...end, content: { parts: [null, 1, {}] } }]) {
      const { message, finishReason } = await generated({ candidates: [candidate] });
      expect([message.content, finishReason.unified]).toEqual([[], "stop"]);
    }
    const nameless = answer([{ text: "a" }], { finishReason: "" }, { modelVersion: "", responseId: "" });
    const { model, id, finishReason } = await generated(nameless);
    expect({ model, id, finishReason }).toEqual({
      model: "gemini-3.5-flash",
      id: undefined,
      finishReason: { unified: "other", raw: undefined },
    });
  });

  test("may say its reason as a number", async () => {
    const { finishReason } = await streamed(answer([{ text: "a" }], { finishReason: 2 }));
    expect(finishReason).toEqual({ raw: "2", unified: "length" });
  });
});

test("what the API says of the answer beside its content is in the provider's metadata", async () => {
  const ratings = [{ category: "HARM_CATEGORY_HARASSMENT", probability: "NEGLIGIBLE" }];
  const urlMetadata = [
    { retrievedUrl: "https://a.example", urlRetrievalStatus: "URL_RETRIEVAL_STATUS_SUCCESS" },
  ];
  const groundingMetadata = { webSearchQueries: ["x"], groundingSupports: [] };
  const { providerMetadata } = await streamed(
    answer([{ text: "a" }], { urlContextMetadata: { urlMetadata }, index: 0 }, { createTime: "2026-05-04" }),
    answer([{ text: "b" }], {
      ...end,
      finishMessage: "Well done.",
      avgLogprobs: -0.5,
      safetyRatings: ratings,
      groundingMetadata,
      urlContextMetadata: {},
      tokenCount: null,
    }),
    { candidates: [{ index: 0, groundingMetadata: {} }] },
  );
  expect(providerMetadata).toEqual({
    google: {
      createTime: "2026-05-04",
      urlContextMetadata: { urlMetadata },
      finishMessage: "Well done.",
      avgLogprobs: -0.5,
      safetyRatings: ratings,
      groundingMetadata,
    },
  });
});

test("a source is handed on where it is told, and once", async () => {
  const web = { web: { uri: "https://a.example", title: "A" } };
  const file = { retrievedContext: { uri: "gs://bucket/b.pdf", title: "B", text: "words" } };
  const store = { retrievedContext: { fileSearchStore: "fileSearchStores/1", text: "more" } };
  const image = { image: { sourceUri: "https://c.example", imageUri: "https://c.example/i.png" } };
  const map = { maps: { uri: "https://maps.example", placeId: "places/1", title: "Place" } };
  const document = { retrievedContext: { documentName: "projects/p/documents/d", uri: "not an address" } };
  const citation = { startIndex: 0, endIndex: 9, uri: "https://d.example", license: "mit" };
  const { parts, response } = await read(
    sse([
      answer([{ text: "a" }], { groundingMetadata: { groundingChunks: [web] } }),
      answer([{ text: "b" }], {
        groundingMetadata: { groundingChunks: [web, file, store, image, map, document, "none"] },
        citationMetadata: { citationSources: [citation] },
      }),
      answer([], { ...end, citationMetadata: { citations: [{ ...citation, title: "D" }] } }),
    ]),
  );
  const sources = [
    { url: "https://a.example", title: "A", ...google(web) },
    { url: "gs://bucket/b.pdf", title: "B", text: "words", ...google(file) },
    { documentId: "fileSearchStores/1", text: "more", ...google(store) },
    { url: "https://c.example", ...google(image) },
    { url: "https://maps.example", documentId: "places/1", title: "Place", ...google(map) },
    { documentId: "projects/p/documents/d", ...google(document) },
    { url: "https://d.example", ...google(citation) },
    { url: "https://d.example", title: "D", ...google({ ...citation, title: "D" }) },
  ];
  expect(response.sources).toEqual(sources);
  expect(parts.slice(0, 3).map(({ type }) => type)).toEqual(["text", "source", "text"]);
});

describe("JSON in place of events", () => {
  const chunks = [
    answer([{ text: 'Grüß } Gott" {{ \\' }]),
    answer([{ text: " 🐋" }], { ...end, finishMessage: "a\\" }),
  ];
  const text = 'Grüß } Gott" {{ \\ 🐋';
  const array = `[${JSON.stringify(chunks[0], null, 2)}\n,\r\n${JSON.stringify(chunks[1])}\n]`;
  const bytes = new TextEncoder().encode(array);
  const json = "application/json; charset=UTF-8";

  test("is read, as the array that comes without alt=sse", async () => {
    expect((await read(array, {}, json)).response.text).toBe(text);
    expect((await read(`\n ${array}`, {}, json)).response.text).toBe(text);
  });

  test("is read the same wherever it is cut", async () => {
    for (let at = 1; at < bytes.length; at++) {
      const cut = new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.subarray(0, at));
          controller.enqueue(bytes.subarray(at));
          controller.close();
        },
      });
      expect((await read(cut, {}, json)).response.text, `cut at ${at}`).toBe(text);
    }
  });

  test("is truncated where it ends too early", async () => {
    for (let at = 0; at < array.lastIndexOf("}"); at++) {
      const { code } = await failureOf(read(array.slice(0, at), {}, json));
      expect(code, `cut at ${at}`).toBe("truncated");
    }
  });

  const error = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } };

  test.each([
    ["an error", JSON.stringify(error, null, 2)],
    ["an array with an error", JSON.stringify([error])],
    ["a chunk and an error", JSON.stringify([chunks[0], error])],
  ])("may be %s", async (_, body) => {
    const { code, status, message } = await failureOf(read(body, {}, json));
    expect([code, status, message]).toEqual([
      "provider_unavailable",
      503,
      "google llm.stream: 503: The model is overloaded.",
    ]);
  });

  test("may follow events, as an error that Google's front end writes", async () => {
    const pieces = [sse(chunks.slice(0, 1)), JSON.stringify(error, null, 2)];
    const broken = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    const { code, partial } = await failureOf(read(broken));
    expect([code, (partial as ChatResponse).text]).toEqual(["provider_unavailable", 'Grüß } Gott" {{ \\']);
  });
});

test("raw chunks come with those who asked for them", async () => {
  const chunks = [answer([{ text: "a" }]), answer([{ text: "b" }], end)];
  const { parts } = await read(sse(chunks), { includeRaw: true });
  expect(parts.flatMap((part) => (part.type === "raw" ? [part.value] : []))).toEqual(chunks);
});

test("a stream may end as those of OpenAI do", async () => {
  const { response } = await read(`${sse([answer([{ text: "a" }], end)])}data: [DONE]\n\n`);
  expect(response.text).toBe("a");
});
