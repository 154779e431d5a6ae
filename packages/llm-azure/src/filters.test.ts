import { BelugaError } from "@beluga/core";
import { describe, expect, test } from "vitest";
import { type AzureConfig, createAzure } from "./index.js";

function modelThatAnswers(response: Response, api: "responses" | "chat") {
  const config: AzureConfig = { model: "my-gpt", resource: "acme", apiKey: "key-1", maxRetries: 0, api };
  return createAzure({ ...config, fetch: async () => response });
}

/** What a stream's response says in the name of Azure. */
async function ofStream(api: "responses" | "chat", events: readonly (object | string)[]): Promise<unknown> {
  const body = events.map(
    (event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`,
  );
  const response = new Response(body.join(""), { headers: { "content-type": "text/event-stream" } });
  let metadata: unknown;
  for await (const part of modelThatAnswers(response, api).stream("Hi")) {
    if (part.type === "finish") metadata = part.response.providerMetadata?.["azure"];
  }
  return metadata;
}

/** The same of a whole body. */
async function ofBody(api: "responses" | "chat", body: object): Promise<unknown> {
  const { providerMetadata } = await modelThatAnswers(Response.json(body), api).generate("Hi");
  return providerMetadata?.["azure"];
}

const safe = { filtered: false, severity: "safe" };
const medium = { filtered: true, severity: "medium" };
const found = { detected: true, filtered: false };
const notFound = { detected: false, filtered: false };

const chunk = (results: object | undefined, fields: object = { delta: { content: "a" } }) => ({
  id: "chatcmpl-1",
  choices: [{ index: 0, ...(results && { content_filter_results: results }), ...fields }],
});

describe("of a chat completion", () => {
  const promptFilterResults = [
    { prompt_index: 0, content_filter_results: { hate: safe, jailbreak: notFound } },
  ];
  const ofPrompt = { id: "", model: "", choices: [], prompt_filter_results: promptFilterResults };
  const last = chunk({}, { delta: {}, finish_reason: "stop" });

  test("what filters say of the prompt and of the answer is kept, of each category the gravest", async () => {
    const chunks = [
      ofPrompt,
      chunk({ hate: safe, violence: safe, protected_material_text: notFound }),
      chunk({ hate: { filtered: false, severity: "low" }, violence: medium, protected_material_text: found }),
      chunk({
        hate: safe,
        violence: { filtered: false, severity: "high" },
        protected_material_text: notFound,
      }),
      // An answer that nobody asked to be read.
      { id: "chatcmpl-1", choices: [{ index: 1, delta: {}, content_filter_results: { sexual: medium } }] },
      last,
      "[DONE]",
    ];
    expect(await ofStream("chat", chunks)).toEqual({
      promptFilterResults,
      contentFilterResults: {
        hate: { filtered: false, severity: "low" },
        violence: medium,
        protected_material_text: found,
      },
    });
  });

  test("an asynchronous filter says how far it has come", async () => {
    const offsets = { check_offset: 506, start_offset: 44, end_offset: 571 };
    const note = (content_filter_offsets: object) => ({
      ...chunk({ hate: safe }, { finish_reason: null, content_filter_offsets }),
      id: "",
    });
    const chunks = [
      { ...ofPrompt, prompt_filter_results: undefined, prompt_annotations: promptFilterResults },
      chunk(undefined),
      note({ check_offset: 44, start_offset: 44, end_offset: 198 }),
      last,
      note(offsets),
      "[DONE]",
    ];
    expect(await ofStream("chat", chunks)).toEqual({
      promptFilterResults,
      contentFilterResults: { hate: safe },
      contentFilterOffsets: offsets,
    });
  });

  test("a whole body has it, too", async () => {
    const choice = {
      index: 0,
      finish_reason: "content_filter",
      content_filter_results: { violence: medium },
    };
    expect(await ofBody("chat", { prompt_filter_results: promptFilterResults, choices: [choice] })).toEqual({
      promptFilterResults,
      contentFilterResults: { violence: medium },
    });
  });

  test("without filters nothing is said", async () => {
    const message = { role: "assistant", content: "ok" };
    const choice = { index: 0, message, finish_reason: "stop", content_filter_results: {} };
    expect(await ofBody("chat", { choices: [choice] })).toBeUndefined();
    expect(await ofStream("chat", [chunk({}), last, "[DONE]"])).toBeUndefined();
  });
});

describe("of a response", () => {
  const contentFilters = [
    { blocked: true, source_type: "completion", content_filter_results: { violence: medium } },
  ];
  const response = {
    status: "incomplete",
    incomplete_details: { reason: "content_filter" },
    content_filters: contentFilters,
    output: [],
  };
  const metadata = { contentFilters, incompleteDetails: { reason: "content_filter" } };

  test("what filters say is kept", async () => {
    expect(await ofBody("responses", response)).toEqual(metadata);
    const events = [
      { type: "response.created", response: { ...response, status: "in_progress", content_filters: null } },
      { type: "response.incomplete", response },
    ];
    expect(await ofStream("responses", events)).toEqual(metadata);
  });
});

describe("a prompt that is rejected is content_filter, with the names of the filters", () => {
  const message = "The response was filtered.";
  const bodies = {
    "of a dated version": {
      code: "content_filter",
      message,
      innererror: {
        code: "ResponsibleAIPolicyViolation",
        content_filter_result: {
          hate: safe,
          violence: medium,
          jailbreak: { detected: true, filtered: true },
        },
      },
    },
    "of v1": {
      code: "content_filter",
      message,
      content_filters: [
        { source_type: "prompt", blocked: true, content_filter_results: { hate: safe, violence: medium } },
        {
          source_type: "prompt",
          blocked: true,
          content_filter_results: { violence: medium, jailbreak: { filtered: true } },
        },
      ],
      innererror: { code: "ContentFiltered" },
    },
    "of other models of Foundry": {
      code: "content_filter",
      message,
      inner_error: {
        content_filter_results: { violence: medium, jailbreak: { detected: true, filtered: true } },
      },
    },
  };

  test.for(Object.entries(bodies))("%s", async ([, error]) => {
    for (const api of ["responses", "chat"] as const) {
      const answer = modelThatAnswers(Response.json({ error }, { status: 400 }), api).generate("Hi");
      const failure: unknown = await answer.catch((reason: unknown) => reason);
      expect(BelugaError.is(failure) && [failure.code, failure.message]).toEqual([
        "content_filter",
        "azure llm.generate: 400: The response was filtered. [violence (medium), jailbreak]",
      ]);
    }
  });

  test("after a stream has begun", async () => {
    const events = [
      { type: "response.created", response: { id: "resp_1", status: "in_progress", output: [] } },
      { type: "response.failed", response: { id: "resp_1", status: "failed", error: null, output: [] } },
      { type: "error", error: { type: "invalid_request_error", code: "content_policy_violation", message } },
    ];
    await expect(ofStream("responses", events)).rejects.toMatchObject({
      code: "content_filter",
      message: "azure llm.stream: The response was filtered.",
    });
  });
});
