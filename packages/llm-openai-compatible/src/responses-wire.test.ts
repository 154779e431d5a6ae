import type { ChatOptions, Warning } from "@beluga/core";
import { expect, test } from "vitest";
import { type OpenAIResponsesWire, createOpenAIResponsesModel } from "./responses.js";

// What a vendor may do in its own way. The requests themselves are tested in llm-openai.

interface Sent {
  url: string;
  body: Record<string, unknown>;
  warnings: Warning[];
  providerMetadata: Record<string, unknown>;
}

async function asked(wire: Partial<OpenAIResponsesWire>, options: ChatOptions = {}): Promise<Sent> {
  let request: Request | undefined;
  const { warnings, providerMetadata } = await createOpenAIResponsesModel({
    provider: "acme",
    packageName: "@acme/beluga-llm",
    version: "1.0.0",
    baseURL: "https://api.acme.example/v1",
    model: "acme-1",
    fetch: async (input, init) => {
      request = new Request(input, init);
      return Response.json({ output: [], cost: 2 });
    },
    ...wire,
  }).generate("Hi", options);
  if (!request) throw new Error("nothing was sent");
  return {
    url: request.url,
    body: (await request.json()) as Record<string, unknown>,
    warnings,
    providerMetadata,
  };
}

/** Counts how often it is shown a response. */
const readExtras: OpenAIResponsesWire["readExtras"] = (answer) => {
  let count = 0;
  return ({ cost }) => {
    answer.providerMetadata["acme"] = { cost, count: ++count };
  };
};

test("it may be at another path, with a query", async () => {
  const { url } = await asked({ path: "answers", query: { "api-version": "2026-01-01" } });
  expect(url).toBe("https://api.acme.example/v1/answers?api-version=2026-01-01");
});

test("it may have other names for options, and other models", async () => {
  const { body, warnings } = await asked(
    {
      optionNames: { topK: "top_k", seed: "seed", topP: false },
      traits: { efforts: ["high"], sampling: "never", openAIReasoning: true, minOutputTokens: 1 },
      refineBody(body, call) {
        body["asked_by"] = call.op;
      },
    },
    { topK: 3, seed: 1, topP: 0.5, temperature: 0.5, maxTokens: 2, reasoning: { effort: "low" } },
  );
  expect(body).toEqual({
    model: "acme-1",
    input: [{ role: "user", content: "Hi" }],
    max_output_tokens: 2,
    top_k: 3,
    seed: 1,
    reasoning: { effort: "high" },
    include: ["reasoning.encrypted_content"],
    asked_by: "llm.generate",
  });
  expect(warnings.map(({ type, option }) => `${type} ${option}`)).toEqual([
    "adjusted reasoning.effort",
    "unsupported temperature",
    "unsupported topP",
  ]);
});

test("it may add to the start of a stream, to its end, and to a whole response", async () => {
  expect((await asked({ readExtras })).providerMetadata).toEqual({ acme: { cost: 2, count: 1 } });

  const events = ["created", "completed"].map(
    (name) => `data: {"type":"response.${name}","response":{"output":[],"cost":3}}\n\n`,
  );
  const model = createOpenAIResponsesModel({
    provider: "acme",
    packageName: "@acme/beluga-llm",
    version: "1.0.0",
    baseURL: "https://api.acme.example/v1",
    model: "acme-1",
    readExtras,
    fetch: async () => new Response(events.join(""), { headers: { "content-type": "text/event-stream" } }),
  });
  expect(await Array.fromAsync(model.stream("Hi"))).toMatchObject([
    { type: "finish", response: { providerMetadata: { acme: { cost: 3, count: 2 } } } },
  ]);
});
