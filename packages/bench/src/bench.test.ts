import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, contenderNames, contenders } from "./contender.js";
import { median } from "./median.js";
import { type Rounds, type Row, rowsOf, verdict } from "./report.js";
import { type Measurement, type Scenario, scenarios } from "./scenarios.js";
import { baseURLOf, startServer } from "./server.js";

let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.close());

/** Enough that a stream takes more than one write, and the embeddings more than one request where a client splits them. */
const smallSize = ({ group }: Scenario): number =>
  ({ chunks: 120, embeddings: 600 })[group] ?? (group === "tool-calls" ? 1 : 3);

const clientFor = (client: (baseURL: string) => Client, scenario: Scenario): Client =>
  client(baseURLOf(server.origin, scenario.plan(smallSize(scenario))));

describe.each(contenderNames)("%s", (name) => {
  test.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    "reads all that the server sends: %s",
    async (_, scenario) => {
      const { connect } = await contenders[name]();
      const outcome = await scenario.run(clientFor(connect, scenario), smallSize(scenario));
      expect(() => outcome.check()).not.toThrow();
    },
    30_000,
  );
});

describe("a client that reads less, or something else, is found out", () => {
  const broken: Record<string, (client: Client) => Client> = {
    "a piece of text left out": (client) => ({
      ...client,
      streamText: (prompt, onText) => client.streamText(prompt, (text) => text !== "\n\n" && onText(text)),
    }),
    "a stream that is given as one piece": (client) => ({
      ...client,
      async streamText(prompt, onText) {
        let all = "";
        await client.streamText(prompt, (text) => (all += text));
        onText(all);
      },
    }),
    "arguments that are not parsed": (client) => ({
      ...client,
      streamToolCall: async (...args) => JSON.stringify(await client.streamToolCall(...args)),
    }),
    "another answer": (client) => ({
      ...client,
      generate: async (prompt) => (await client.generate(prompt)).slice(1),
    }),
    "vectors in another order": (client) => ({
      ...client,
      embed: async (texts) => (await client.embed(texts)).toReversed(),
    }),
    "numbers that lost precision": (client) => ({
      ...client,
      embed: async (texts) =>
        (await client.embed(texts)).map((vector) =>
          Array.from(vector, (value) => Number(value.toPrecision(4))),
        ),
    }),
  };

  test.each(Object.entries(broken))("%s", async (_, breakIt) => {
    const { connect } = await contenders.bare();
    const problems = [];
    for (const scenario of scenarios) {
      const outcome = await scenario.run(breakIt(clientFor(connect, scenario)), smallSize(scenario));
      try {
        outcome.check();
      } catch (error) {
        problems.push(error);
      }
    }
    expect(problems).not.toEqual([]);
  });
});

test("the median of an even number of values is between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

const rounds = (cpu: number): Measurement[] =>
  [cpu, cpu + 1, cpu + 90].map((value) => ({ cpu: value, wall: 1, peakMemory: 1 }));

const rowOf = (aim: number): Row => {
  const scenario = { ...(scenarios[0] as Scenario) };
  scenario.metrics = [{ of: "cpu", label: "CPU", unit: "µs/chunk", aim }];
  const measured = { bare: 1, beluga: 7, "ai-sdk": 9, openai: 5, langchain: 19 };
  const [row] = rowsOf(
    scenario,
    Object.fromEntries(Object.entries(measured).map(([name, cpu]) => [name, rounds(cpu)])) as Rounds,
  );
  return row as Row;
};

test("rows hold medians, and ratios to the bare loop", () => {
  const { values, ratios } = rowOf(4);
  expect(values).toEqual({ bare: 2, beluga: 8, "ai-sdk": 10, openai: 6, langchain: 20 });
  expect(ratios).toEqual({ bare: 1, beluga: 4, "ai-sdk": 5, openai: 3, langchain: 10 });
});

test("the verdict holds each row to its own aim, and names those that fall short, and every peer that is ahead", () => {
  expect(verdict([rowOf(4), rowOf(3.9)]).split("\n")).toEqual([
    "",
    "Beluga, in times of the bare loop:",
    "  text stream, 50 a write, CPU                  4.00, aim 4.00",
    "  text stream, 50 a write, CPU                  4.00, aim 3.90  MISSED",
    "Beluga is not ahead of every peer:",
    "  text stream, 50 a write, CPU: behind openai (6.00 µs/chunk to 8.00)",
    "  text stream, 50 a write, CPU: behind openai (6.00 µs/chunk to 8.00)",
  ]);
});

test("each kind of work has an aim", () => {
  const aims = scenarios.map(({ title, metrics }) => [
    title,
    Object.fromEntries(metrics.flatMap(({ label, aim }) => (aim === undefined ? [] : [[label, aim]]))),
  ]);
  expect(Object.fromEntries(aims)).toEqual({
    "text stream, 50 a write": { CPU: 1.25 },
    "text stream, 1 a write": { CPU: 1.1 },
    "text stream, 1 a read": { CPU: 1.1 },
    "tool call, 50 a write": { CPU: 1.5 },
    "tool call, 1 a write": { CPU: 1.5 },
    "500 streams at once": { CPU: 1.1, "peak memory": 1.1 },
    "small call": { CPU: 1.1 },
    "first piece of text": { time: 1.2 },
    "2,048 embeddings of 1,536": { CPU: 1.1 },
  });
});
