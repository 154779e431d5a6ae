import type { ChatModel, ChatOptions, ChatStreamPart } from "@beluga/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCall } from "./caller.js";
import { type Clients, createClients } from "./clients.js";
import { type Plan, chatWires, expectedOf, planOf } from "./plan.js";
import { type SoakServer, startServer } from "./server.js";

const seed = 7;
let server: SoakServer;
let clients: Clients;
beforeAll(async () => {
  server = await startServer(seed);
  clients = createClients(server);
});
afterAll(() => server.close());

/** A plan of a case, without a whim of the caller's. */
function planFor(caseName: string, kind: Plan["kind"] = "stream", wire?: Plan["wire"]): Plan {
  for (let number = 0; ; number++) {
    const plan = planOf(seed, number);
    if (plan.case.name === caseName && plan.kind === kind && plan.wire === (wire ?? plan.wire) && !plan.whim)
      return plan;
  }
}

/** What is found where the parts of every stream are broken like this. */
async function foundIn(
  caseName: string,
  breakParts: Break,
): Promise<{ isAllowed: boolean; problems: string[] }> {
  const plan = planFor(caseName);
  const patient = { ...clients.patient };
  for (const wire of chatWires) {
    const model = patient[wire];
    const stream: ChatModel["stream"] = (input, options = {}) =>
      breakParts(model.stream(input, options), options);
    patient[wire] = { ...model, stream };
  }
  const { end, problems } = await makeCall(plan, { ...clients, patient }, new AbortController().signal);
  return { isAllowed: expectedOf(plan).ends.includes(end), problems };
}

type Break = (parts: AsyncIterable<ChatStreamPart>, options: ChatOptions) => AsyncIterable<ChatStreamPart>;

test.each(["clean", "reset midway", "cut in an event", "aborted midway", "left midway", "consumer throws"])(
  "a model that is not broken is not found fault with, on any wire: %s",
  async (caseName) => {
    for (const wire of chatWires) {
      const plan = planFor(caseName, "stream", wire);
      const { end, problems } = await makeCall(plan, clients, new AbortController().signal);
      expect({ end, problems }).toEqual({ end: expectedOf(plan).ends[0], problems: [] });
    }
  },
);

test.each<[what: string, caseName: string, breakParts: Break, problem: string]>([
  [
    "that leaves out a piece",
    "clean",
    async function* (parts) {
      let count = 0;
      for await (const part of parts) if (count++ !== 1) yield part;
    },
    "the pieces of text",
  ],
  [
    "that hands on two pieces as one",
    "clean",
    async function* (parts) {
      let first = "";
      let count = 0;
      for await (const part of parts) {
        if (count++ === 0 && part.type === "text") first = part.text;
        else yield count === 2 && part.type === "text" ? { ...part, text: first + part.text } : part;
      }
    },
    "the pieces of text",
  ],
  [
    "whose response is not what it has streamed",
    "clean",
    async function* (parts) {
      for await (const part of parts)
        yield part.type === "finish" ? { ...part, response: { ...part.response, text: "" } } : part;
    },
    "the text of the response",
  ],
  [
    "that hands on a part after the last",
    "clean",
    async function* (parts) {
      yield* parts;
      yield { type: "text", text: "" };
    },
    "a part after the finish part",
  ],
  [
    "that loses what had arrived",
    "reset midway",
    async function* (parts) {
      try {
        yield* parts;
      } catch (error) {
        throw Object.assign(error as Error, { partial: { text: "" } });
      }
    },
    "the partial text in the error",
  ],
  [
    "that tells of an abort in words of its own",
    "aborted midway",
    async function* (parts) {
      try {
        yield* parts;
      } catch {
        throw new Error("aborted");
      }
    },
    "rejected with Error: aborted",
  ],
  [
    "that goes on after an abort",
    "aborted midway",
    async function* (parts, { signal }) {
      const seen: ChatStreamPart[] = [];
      try {
        for await (const part of parts) yield ((seen.push(part), part));
      } finally {
        if (signal?.aborted) yield* seen;
      }
    },
    "a part after the abort",
  ],
])("a model is found out %s", async (_what, caseName, breakParts, problem) => {
  const { problems } = await foundIn(caseName, breakParts);
  expect(problems.join("\n")).toContain(problem);
});

test("a model is found out that takes a broken stream for a whole one", async () => {
  const found = await foundIn("no terminal marker", async function* (parts) {
    try {
      yield* parts;
    } catch (error) {
      yield { type: "finish", response: (error as { partial: never }).partial };
    }
  });
  expect(found.isAllowed).toBe(false);
});

test("an embedder is found out that gives the vectors in another order", async () => {
  const plan = planFor("clean", "embed", "openai-embeddings");
  const embedder = clients.patient["openai-embeddings"];
  const reversed: typeof embedder = {
    ...embedder,
    async embed(...args) {
      const response = await embedder.embed(...args);
      return { ...response, embeddings: response.embeddings.toReversed() };
    },
  };
  const patient = { ...clients.patient, "openai-embeddings": reversed };
  const { problems } = await makeCall(plan, { ...clients, patient }, new AbortController().signal);
  expect(problems.join()).toContain("the vectors");
});
