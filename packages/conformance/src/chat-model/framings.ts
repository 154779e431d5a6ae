import assert from "node:assert/strict";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import { type ChatExchange, bytesOf, headersOf } from "../exchange.js";
import { type Random, sample, seededRandom } from "../random.js";
import { callModel } from "./collect.js";
import { framings } from "./frames.js";
import { type ChatSuite, breathe, comparable, prompt } from "./suite.js";

/** How many cuts are tried in all, spread over the exchanges; smaller recordings are cut everywhere. */
const budget = 1600;

export function framingChecks(spec: ChatModelSpec): ChatCheck[] {
  const streams = spec.exchanges.filter(({ stream }) => stream);
  const share = Math.ceil(budget / Math.max(1, streams.length));
  return [
    ...streams.map((exchange) => ({
      name: `${exchange.name}: cut in two, at every byte`,
      run: async (suite: ChatSuite) => assertCuts(suite, exchange, share),
    })),
    {
      name: "byte by byte",
      async run(suite) {
        for (const exchange of streams) {
          const { bytes, same } = await reference(suite, exchange);
          await same(bytes, [...bytes.keys()], "byte by byte");
        }
      },
    },
    {
      name: "byte by byte, over a socket",
      async run(suite) {
        const exchange = streams
          .toSorted((a, b) => size(a) - size(b))
          .find(({ stream }) => bytesOf(stream ?? {}).some((byte) => byte > 127));
        if (!exchange?.stream) return;
        const bytes = bytesOf(exchange.stream);
        const { model } = suite.served([
          { ...suite.reply(exchange.stream), body: [...bytes].map((byte) => new Uint8Array([byte])) },
        ]);
        const { expected } = await reference(suite, exchange);
        assert.deepEqual(comparable(await callModel(model, "stream", prompt), exchange.expected), expected);
      },
    },
    {
      name: "events joined, and cut anywhere",
      async run(suite) {
        const random = seededRandom(suite.seed);
        for (const exchange of streams) {
          const { bytes, same } = await reference(suite, exchange);
          for (let i = 0; i < 25; i++) {
            const cuts = Array.from({ length: 1 + random.below(12) }, () => random.below(bytes.byteLength));
            await same(bytes, cuts, `cut at ${cuts.join(", ")} (seed ${suite.seed})`);
          }
          await breathe();
        }
      },
    },
    ...Object.entries(framings[spec.framing ?? "sse"].rewritings).map(([name, rewrite]) => ({
      name,
      async run(suite: ChatSuite) {
        const few = new Set(streams.toSorted((a, b) => size(a) - size(b)).slice(0, 3));
        for (const exchange of streams) {
          const { same } = await reference(suite, exchange);
          const bytes = rewrite(suite.frames(exchange.stream ?? {}));
          await same(bytes, [], name);
          if (few.has(exchange)) await same(bytes, [...bytes.keys()], `${name}, byte by byte`);
          // Between the two halves of a line end, above all.
          const returns = [...bytes.keys()].filter((at) => bytes[at] === 13);
          for (const at of sample(returns, Math.ceil(share / 8), seededRandom(suite.seed))) {
            await same(bytes, [at + 1], `${name}, cut after byte ${at}`);
          }
          await breathe();
        }
      },
    })),
    {
      name: "events of a kind that is not known are passed over",
      async run(suite) {
        const { unknown, ended } = suite.framing;
        for (const exchange of streams) {
          const { same } = await reference(suite, exchange);
          const frames = suite.frames(exchange.stream ?? {}).flatMap((frame) => [...unknown, ended(frame)]);
          await same(Buffer.concat(frames), [], "with unknown events");
        }
      },
    },
  ];
}

function size({ stream }: ChatExchange): number {
  return bytesOf(stream ?? {}).byteLength;
}

interface Reference {
  bytes: Uint8Array;
  /** What comes of the stream where it arrives in one piece. */
  expected: unknown;
  /** Asserts that the same comes of these bytes, cut at these positions. */
  same(bytes: Uint8Array, cuts: readonly number[], how: string): Promise<void>;
}

async function reference(suite: ChatSuite, exchange: ChatExchange): Promise<Reference> {
  const recorded = exchange.stream ?? {};
  const headers = headersOf(recorded);
  const bytes = bytesOf(recorded);
  const read = async (body: Uint8Array, cuts: readonly number[] = []): Promise<unknown> =>
    comparable(await suite.answered("stream", { headers, bytes: body }, cuts), exchange.expected);
  const expected = await read(bytes);
  return {
    bytes,
    expected,
    async same(body, cuts, how) {
      assert.deepEqual(await read(body, cuts), expected, `${exchange.name}: another answer, ${how}`);
    },
  };
}

async function assertCuts(suite: ChatSuite, exchange: ChatExchange, share: number): Promise<void> {
  const { bytes, same } = await reference(suite, exchange);
  const positions = cutPositions(bytes, suite.framing.delicate(bytes), share, seededRandom(suite.seed));
  for (const [at, position] of positions.entries()) {
    await same(bytes, [position], `cut after byte ${position} (seed ${suite.seed})`);
    if (at % 50 === 49) await breathe();
  }
}

/** Everywhere, or where it is most likely to hurt, and at random. */
function cutPositions(
  bytes: Uint8Array,
  delicate: (position: number) => boolean,
  most: number,
  random: Random,
): number[] {
  const all = [...bytes.keys()].slice(1);
  if (all.length <= most) return all;
  const first = sample(all.filter(delicate), Math.ceil(most / 2), random);
  const others = sample(
    all.filter((position) => !delicate(position)),
    most - first.length,
    random,
  );
  return [...first, ...others];
}
