import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, contenderNames, contenders } from "./contender.js";
import { median } from "./median.js";
import { rowsOf, verdict } from "./report.js";
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

test("rows hold medians and ratios to the bare loop, and the verdict names each row that falls short", () => {
  const scenario = scenarios[0] as Scenario;
  const [row] = rowsOf(scenario, {
    bare: rounds(1),
    beluga: rounds(7),
    "ai-sdk": rounds(9),
    openai: rounds(5),
    langchain: rounds(19),
  });
  expect(row?.values).toEqual({ bare: 2, beluga: 8, "ai-sdk": 10, openai: 6, langchain: 20 });
  expect(row?.ratios).toEqual({ bare: 1, beluga: 4, "ai-sdk": 5, openai: 3, langchain: 10 });
  expect(verdict(row ? [row] : [])).toBe(
    [
      "",
      "Beluga's CPU per chunk is more than 1.5 times the bare loop's: text stream, 50 a write (4.00).",
      "Beluga is not ahead of every peer:",
      "  text stream, 50 a write, CPU: behind openai (6.00 µs/chunk to 8.00)",
    ].join("\n"),
  );
});
