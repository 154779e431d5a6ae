import assert from "node:assert/strict";
import { argumentsOf, component, shortAnswer, textOf, textsToEmbed, width } from "./answers.js";
import type { Client } from "./contender.js";
import type { Plan } from "./server.js";

/** One kind of work that is measured. */
export interface Scenario {
  /** For `--only`. Several scenarios may share one. */
  group: string;
  /** What a row of the table begins with. */
  title: string;
  /** How much of it is one round. `quick` is enough to see that everything works, and a rough figure. */
  size: { full: number; quick: number };
  /** How many rounds come before those that count, until the engine has compiled what is hot. One, where it is quick. */
  warmUps: number;
  rounds: { full: number; quick: number };
  plan(size: number): Partial<Plan>;
  /** Does the work; what was read is checked after the clock has stopped. */
  run(client: Client, size: number): Promise<Outcome>;
  metrics: readonly Metric[];
  /**
   * Every round in a process of its own, so that the peak of its memory is that of one round. A warm-up is a tenth of one then, and the
   * first round does not count, unless it is quick: the server builds its bodies in it.
   */
  ownProcess?: boolean;
}

interface Outcome {
  /** What costs are divided by: chunks, calls. */
  units: number;
  /** Milliseconds from each call to its first piece of text. */
  firstPieces?: readonly number[];
  /** Throws where not everything was read, or something else. */
  check(): void;
}

/** What one round gives: costs per unit in microseconds, the others of the whole round. */
export interface Measurement {
  cpu: number;
  wall: number;
  /** The median, in milliseconds. */
  firstPiece?: number | undefined;
  /** The largest resident set of the process until then, in megabytes. */
  peakMemory: number;
}

interface Metric {
  of: keyof Measurement;
  label: string;
  unit: string;
  /** From what was measured to the unit. */
  scale?: number;
  /** At most so many times what the bare loop needs: what Beluga aims at. */
  aim?: number;
}

const cpuPerChunk: Metric = { of: "cpu", label: "CPU", unit: "µs/chunk" };
const timePerChunk: Metric = { of: "wall", label: "time", unit: "µs/chunk" };
const peakMemory: Metric = { of: "peakMemory", label: "peak memory", unit: "MB" };

export const scenarios: readonly Scenario[] = [
  {
    group: "chunks",
    title: "text stream, 50 a write",
    size: { full: 60_000, quick: 2_000 },
    warmUps: 3,
    rounds: { full: 11, quick: 2 },
    plan: (chunks) => ({ kind: "text", chunks, perWrite: 50 }),
    run: readText,
    metrics: [{ ...cpuPerChunk, aim: 1.25 }, timePerChunk],
  },
  {
    group: "chunks",
    title: "text stream, 1 a write",
    size: { full: 60_000, quick: 2_000 },
    warmUps: 3,
    rounds: { full: 11, quick: 2 },
    plan: (chunks) => ({ kind: "text", chunks, perWrite: 1 }),
    run: readText,
    metrics: [{ ...cpuPerChunk, aim: 1.1 }, timePerChunk],
  },
  {
    group: "chunks",
    title: "text stream, 1 a read",
    size: { full: 20_000, quick: 2_000 },
    warmUps: 2,
    rounds: { full: 5, quick: 2 },
    // The slowest contender needs less for one, so none falls behind and reads several at once.
    plan: (chunks) => ({ kind: "text", chunks, perWrite: 1, gap: 40 }),
    run: readText,
    // The time is the server's.
    metrics: [{ ...cpuPerChunk, aim: 1.1 }],
  },
  {
    group: "tool-calls",
    title: "tool call, 50 a write",
    size: { full: 5, quick: 1 },
    warmUps: 2,
    rounds: { full: 5, quick: 2 },
    plan: () => ({ kind: "tool-call", chunks: deltasEach, perWrite: 50 }),
    run: readToolCalls,
    metrics: [{ ...cpuPerChunk, aim: 1.5 }, timePerChunk],
  },
  {
    group: "tool-calls",
    title: "tool call, 1 a write",
    size: { full: 5, quick: 1 },
    warmUps: 2,
    rounds: { full: 5, quick: 2 },
    plan: () => ({ kind: "tool-call", chunks: deltasEach, perWrite: 1 }),
    run: readToolCalls,
    metrics: [{ ...cpuPerChunk, aim: 1.5 }, timePerChunk],
  },
  {
    group: "streams",
    title: "500 streams at once",
    size: { full: 500, quick: 100 },
    warmUps: 1,
    rounds: { full: 5, quick: 1 },
    plan: (together) => ({ kind: "text", chunks: chunksEach, together }),
    run: readTogether,
    metrics: [{ ...cpuPerChunk, aim: 1.1 }, timePerChunk, { ...peakMemory, aim: 1.1 }],
    ownProcess: true,
  },
  {
    group: "calls",
    title: "small call",
    size: { full: 2_000, quick: 200 },
    warmUps: 1,
    rounds: { full: 5, quick: 2 },
    plan: () => ({}),
    run: callInTurn,
    metrics: [
      { of: "cpu", label: "CPU", unit: "µs/call", aim: 1.1 },
      { of: "wall", label: "time", unit: "µs/call" },
    ],
  },
  {
    group: "first-piece",
    title: "first piece of text",
    size: { full: 300, quick: 60 },
    warmUps: 2,
    rounds: { full: 5, quick: 2 },
    plan: () => ({ kind: "text", chunks: 5, pause: 2 }),
    run: awaitFirstPieces,
    metrics: [{ of: "firstPiece", label: "time", unit: "ms", aim: 1.2 }],
  },
  {
    group: "embeddings",
    title: "2,048 embeddings of 1,536",
    size: { full: 2_048, quick: 256 },
    warmUps: 1,
    rounds: { full: 5, quick: 1 },
    plan: () => ({}),
    run: embedAll,
    metrics: [
      { of: "cpu", label: "CPU", unit: "ms", scale: 1 / 1000, aim: 1.1 },
      { of: "wall", label: "time", unit: "ms", scale: 1 / 1000 },
      peakMemory,
    ],
    ownProcess: true,
  },
];

const prompt = "Tell me about whales.";

async function readText(client: Client, chunks: number): Promise<Outcome> {
  let text = "";
  let count = 0;
  await client.streamText(prompt, (piece) => {
    text += piece;
    if (piece !== "") count++;
  });
  return {
    units: chunks,
    check() {
      assert.equal(count, chunks);
      assert.equal(text, textOf(chunks));
    },
  };
}

/** A file of about 9 kB, written by the model. */
const deltasEach = 2_000;

async function readToolCalls(client: Client, calls: number): Promise<Outcome> {
  const args: unknown[] = [];
  let count = 0;
  for (let call = 0; call < calls; call++) {
    const whole = await client.streamToolCall(prompt, (delta) => {
      if (delta !== "") count++;
    });
    args.push(whole);
  }
  return {
    units: calls * deltasEach,
    check() {
      assert.equal(count, calls * deltasEach);
      assert.deepEqual(
        args,
        Array.from({ length: calls }, () => argumentsOf(deltasEach)),
      );
    },
  };
}

const chunksEach = 100;

async function readTogether(client: Client, streams: number): Promise<Outcome> {
  const outcomes = await Promise.all(Array.from({ length: streams }, () => readText(client, chunksEach)));
  return {
    units: streams * chunksEach,
    check() {
      for (const outcome of outcomes) outcome.check();
    },
  };
}

async function callInTurn(client: Client, calls: number): Promise<Outcome> {
  const answers: string[] = [];
  for (let call = 0; call < calls; call++) answers.push(await client.generate(prompt));
  return {
    units: calls,
    check() {
      assert.equal(answers.length, calls);
      for (const answer of answers) assert.equal(answer, shortAnswer);
    },
  };
}

async function awaitFirstPieces(client: Client, calls: number): Promise<Outcome> {
  const firstPieces: number[] = [];
  const texts: string[] = [];
  for (let call = 0; call < calls; call++) {
    const start = performance.now();
    let text = "";
    await client.streamText(prompt, (piece) => {
      if (text === "" && piece !== "") firstPieces.push(performance.now() - start);
      text += piece;
    });
    texts.push(text);
  }
  return {
    units: calls,
    firstPieces,
    check() {
      assert.equal(firstPieces.length, calls);
      for (const text of texts) assert.equal(text, textOf(5));
    },
  };
}

async function embedAll(client: Client, count: number): Promise<Outcome> {
  const vectors = await client.embed(textsToEmbed(count));
  return {
    units: 1,
    check() {
      assert.equal(vectors.length, count);
      for (const [number, vector] of vectors.entries()) {
        assert.equal(vector.length, width);
        for (let index = 0; index < width; index++) {
          // Some give back the decimal number that was on the wire, others the float that it stands for.
          if (Math.fround(vector[index] as number) !== component(number, index))
            assert.fail(`vector ${number} is wrong at ${index}`);
        }
      }
    },
  };
}
