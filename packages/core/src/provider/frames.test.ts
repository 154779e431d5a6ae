import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventParser, type FrameParser, LineParser, type ServerSentEvent } from "./frames.js";

const encoder = new TextEncoder();

/** What a parser makes of pieces that come one after the other. */
function parse<Frame>(parser: FrameParser<Frame>, pieces: Iterable<Uint8Array>): Frame[] {
  const frames: Frame[] = [];
  for (const piece of pieces) parser.push(piece, frames);
  parser.end(frames);
  return frames;
}

const events = (...pieces: string[]): ServerSentEvent[] =>
  parse(
    new EventParser(),
    pieces.map((piece) => encoder.encode(piece)),
  );
const lines = (...pieces: string[]): string[] =>
  parse(
    new LineParser(),
    pieces.map((piece) => encoder.encode(piece)),
  );

/** Cuts the bytes at the given places. */
function* cut(bytes: Uint8Array, places: Iterable<number>): Generator<Uint8Array> {
  let start = 0;
  for (const place of places) {
    yield bytes.subarray(start, place);
    start = place;
  }
  yield bytes.subarray(start);
}

/** The standard's own words as code, over the whole text at once; and a last event that its blank line is missing of. */
function reference(text: string): ServerSentEvent[] {
  const found: ServerSentEvent[] = [];
  let event: string | undefined;
  let data: string[] = [];
  for (const line of [...text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/), ""]) {
    if (line === "") {
      if (data.length > 0) found.push({ event, data: data.join("\n") });
      event = undefined;
      data = [];
      continue;
    }
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "data") data.push(value);
    if (field === "event") event = value;
  }
  return found;
}

describe("EventParser", () => {
  const whole: [string, string, ServerSentEvent[]][] = [
    ["an event", "data: one\n\n", [{ event: undefined, data: "one" }]],
    [
      "events with names",
      "event: start\ndata: 1\n\nevent:stop\ndata:2\n\ndata: 3\n\n",
      [
        { event: "start", data: "1" },
        { event: "stop", data: "2" },
        { event: undefined, data: "3" },
      ],
    ],
    ["the name after the data", "data: 1\nevent: late\n\n", [{ event: "late", data: "1" }]],
    ["lines that end in CRLF", "event: a\r\ndata: 1\r\n\r\n", [{ event: "a", data: "1" }]],
    [
      "lines that end in CR",
      "event: a\rdata: 1\r\rdata: 2\r\r",
      [
        { event: "a", data: "1" },
        { event: undefined, data: "2" },
      ],
    ],
    [
      "lines that end in all three ways",
      "data: 1\r\n\ndata: 2\r\r\ndata: 3\n\r\ndata: 4\n\rdata: 5\r\n\r",
      ["1", "2", "3", "4", "5"].map((data) => ({ event: undefined, data })),
    ],
    [
      "comments",
      ": keep-alive\n\n:\n\ndata: 1\n: in the middle\ndata: 2\n\n",
      [{ event: undefined, data: "1\n2" }],
    ],
    ["data of several lines", "data: 1\ndata:\ndata: 3\n\n", [{ event: undefined, data: "1\n\n3" }]],
    [
      "empty data",
      "data:\n\ndata: \n\n",
      [
        { event: undefined, data: "" },
        { event: undefined, data: "" },
      ],
    ],
    [
      "data without a colon",
      "data\n\ndata\ndata\n\n",
      [
        { event: undefined, data: "" },
        { event: undefined, data: "\n" },
      ],
    ],
    ["a name without a colon, which is empty", "event: a\nevent\ndata: 1\n\n", [{ event: "", data: "1" }]],
    ["only the first space taken off", "data:  two\n\n", [{ event: undefined, data: " two" }]],
    ["no event of a name alone", "event: ping\n\ndata: 1\n\n", [{ event: undefined, data: "1" }]],
    [
      "id, retry and what else there is passed over",
      "id: 7\nretry: 10\ndatum: x\ndata2: y\n data: z\ndata: 1\n\n",
      [{ event: undefined, data: "1" }],
    ],
    [
      "extra blank lines",
      "\n\n\ndata: 1\n\n\n\n\ndata: 2\n\n\n",
      [
        { event: undefined, data: "1" },
        { event: undefined, data: "2" },
      ],
    ],
    ["a byte order mark", "\ufeffdata: 1\n\n", [{ event: undefined, data: "1" }]],
    ["a byte order mark in the middle as text", "data: \ufeff1\n\n", [{ event: undefined, data: "\ufeff1" }]],
    [
      "a last event without its blank line",
      "data: 1\n\ndata: 2\n",
      [
        { event: undefined, data: "1" },
        { event: undefined, data: "2" },
      ],
    ],
    [
      "a last line without its end",
      "data: 1\n\nevent: x\ndata: 2",
      [
        { event: undefined, data: "1" },
        { event: "x", data: "2" },
      ],
    ],
    ["a last line that ends in CR", "data: 1\r", [{ event: undefined, data: "1" }]],
    ["text of every width", "data: a é 語 😀 ẞ\n\n", [{ event: undefined, data: "a é 語 😀 ẞ" }]],
    ["nothing in nothing", "", []],
  ];

  it.each(whole)("reads %s", (_what, text, expected) => {
    expect(events(text)).toEqual(expected);
    expect(reference(text)).toEqual(expected);
  });

  it.each(whole)(
    "reads the same from one byte at a time, and from any two pieces: %s",
    (_what, text, expected) => {
      const bytes = encoder.encode(text);
      expect(parse(new EventParser(), cut(bytes, bytes.keys()))).toEqual(expected);
      for (let place = 0; place <= bytes.length; place++) {
        expect(parse(new EventParser(), cut(bytes, [place]))).toEqual(expected);
        expect(parse(new EventParser(), cut(bytes, [place, place, place]))).toEqual(expected);
      }
    },
  );

  const fields = ["data", "data:", "data: ", "event:", "event: ", "event", ":", "id: 1", "data: {}\n\n"];
  const piece = fc.constantFrom("\n", "\r", "\r\n", "\n\n", " ", "x", "é", "😀", ...fields);

  // One at most: of two, Node's TextDecoder takes both off where the first is cut in two.
  const mark = fc.constantFrom("", "\ufeff");

  it("reads any text as the standard says, however it is cut", () => {
    fc.assert(
      fc.property(
        mark,
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (mark, all, places) => {
          const text = mark + all.join("");
          const bytes = encoder.encode(text);
          const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
          const expected = reference(text);
          expect(events(text)).toEqual(expected);
          expect(parse(new EventParser(), cut(bytes, sorted))).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("hands an event on with the read that completes it, and not later", () => {
    const parser = new EventParser();
    const found: ServerSentEvent[] = [];
    parser.push(encoder.encode("data: 1\n\ndata: 2\r\n\r"), found);
    expect(found.map(({ data }) => data)).toEqual(["1", "2"]);
    parser.push(encoder.encode("\ndata: 3\n"), found);
    expect(found).toHaveLength(2);
    parser.push(encoder.encode("\n"), found);
    expect(found.map(({ data }) => data)).toEqual(["1", "2", "3"]);
  });

  it("replaces bytes that are no UTF-8, a character cut off at the end among them", () => {
    const bytes = Uint8Array.of(
      ...encoder.encode("data: a"),
      0xff,
      ...encoder.encode("\n\ndata: b"),
      0xf0,
      0x9f,
    );
    expect(parse(new EventParser(), [bytes]).map(({ data }) => data)).toEqual(["a\ufffd", "b\ufffd"]);
  });

  it("says how much it keeps of what is not complete, in lines or without", () => {
    const parser = new EventParser();
    const found: ServerSentEvent[] = [];
    parser.push(encoder.encode("data: 12345"), found);
    expect(parser.pending).toBe(11);
    parser.push(encoder.encode("\ndata: 678\ndat"), found);
    expect(parser.pending).toBe("12345\n678".length + "dat".length);
    parser.push(encoder.encode("a: 9\n\n"), found);
    expect({ pending: parser.pending, found }).toEqual({
      pending: 0,
      found: [{ event: undefined, data: "12345\n678\n9" }],
    });
  });

  it("looks at each character a bounded number of times, of an event of 4 MB in pieces of 1 kB", () => {
    const piece = encoder.encode("x".repeat(1024));
    for (const [start, ends] of [
      ["data: ", "\n\n"],
      ["data: ", "\r\r"],
    ] as const) {
      const searched = countSearches(() => {
        const [only, ...more] = parse(
          new EventParser(),
          (function* () {
            yield encoder.encode(start);
            for (let i = 0; i < 4096; i++) yield piece;
            yield encoder.encode(ends);
          })(),
        );
        expect(more).toEqual([]);
        expect(only?.data).toHaveLength(4096 * 1024);
      });
      expect(searched).toBeLessThan(20 * 4096 * 1024);
    }
  });

  it("looks at each character a bounded number of times, of many lines that end in CR", () => {
    const text = "data: x\r\r".repeat(20_000);
    const searched = countSearches(() => expect(events(text, "\ndata: y\n\n")).toHaveLength(20_001));
    expect(searched).toBeLessThan(20 * text.length);
    const mixed = `${"data: x\n\n".repeat(20_000)}\r`;
    expect(countSearches(() => expect(events(mixed)).toHaveLength(20_000))).toBeLessThan(20 * mixed.length);
  });
});

/** How many characters the searches of strings go over while something runs: the work that grows where an algorithm is not linear. */
function countSearches(run: () => void): number {
  const { indexOf, includes } = String.prototype;
  let searched = 0;
  const counted = (text: string, search: string, from: number): number => {
    const found = indexOf.call(text, search, from);
    searched += (found < 0 ? text.length : found + search.length) - from;
    return found;
  };
  Object.assign(String.prototype, {
    indexOf(this: string, search: string, from = 0) {
      return counted(this, search, from);
    },
    includes(this: string, search: string, from = 0) {
      return counted(this, search, from) >= 0;
    },
  });
  try {
    run();
  } finally {
    Object.assign(String.prototype, { indexOf, includes });
  }
  return searched;
}

describe("LineParser", () => {
  const whole: [string, string, string[]][] = [
    ["lines", '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    ["lines that end in CRLF", "1\r\n2\r\n", ["1", "2"]],
    ["no line at a CR alone", "1\r2\n", ["1\r2"]],
    ["blank lines passed over", "\n\r\n1\n \t\n\n2\n\n", ["1", "2"]],
    ["white space kept that stands beside text", "  {}  \n", ["  {}  "]],
    ["a last line without its end", "1\n2", ["1", "2"]],
    ["a last line that ends in CR", "1\n2\r", ["1", "2"]],
    ["a byte order mark", "\ufeff1\n", ["1"]],
    ["text of every width", "é\n語\n😀\n", ["é", "語", "😀"]],
    ["nothing in nothing", "", []],
  ];

  it.each(whole)("reads %s, also one byte at a time and from any two pieces", (_what, text, expected) => {
    const bytes = encoder.encode(text);
    expect(lines(text)).toEqual(expected);
    expect(parse(new LineParser(), cut(bytes, bytes.keys()))).toEqual(expected);
    for (let place = 0; place <= bytes.length; place++) {
      expect(parse(new LineParser(), cut(bytes, [place]))).toEqual(expected);
    }
  });

  it("reads the same however a text is cut", () => {
    const piece = fc.constantFrom("\n", "\r", "\r\n", "{}", " ", "é", "😀", '{"text":"a"}\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 8 }), (all, places) => {
        const text = `${all.join("")}\n`;
        const bytes = encoder.encode(text);
        const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
        const expected = text.split(/\r?\n/).filter((line) => line.trim() !== "");
        expect(parse(new LineParser(), cut(bytes, sorted))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("says how much it keeps of a line that is not complete", () => {
    const parser = new LineParser();
    const found: string[] = [];
    parser.push(encoder.encode("1\n234"), found);
    expect({ pending: parser.pending, found }).toEqual({ pending: 3, found: ["1"] });
    parser.push(encoder.encode("5"), found);
    expect(parser.pending).toBe(4);
    parser.end(found);
    expect({ pending: parser.pending, found }).toEqual({ pending: 0, found: ["1", "2345"] });
  });

  it("looks at each character a bounded number of times, of a line of 4 MB in pieces of 1 kB", () => {
    const piece = "x".repeat(1024);
    const pieces = [...Array.from({ length: 4096 }, () => piece), "\n"];
    const searched = countSearches(() => expect(lines(...pieces)).toEqual([piece.repeat(4096)]));
    expect(searched).toBeLessThan(20 * 4096 * 1024);
  });
});
