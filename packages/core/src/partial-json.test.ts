import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PartialJSON, findJSON } from "./partial-json.js";

/** What there is after each piece; `undefined` where there is nothing new. */
function read(...pieces: string[]): unknown[] {
  const reader = new PartialJSON();
  return pieces.map((piece) => {
    reader.read(piece);
    return reader.hasNews ? reader.snapshot() : undefined;
  });
}

/** What there is of the text. */
const partOf = (text: string): unknown => read(text)[0];

/** Whether a value can become another one by growing: nothing that is there is wrong. */
function growsTo(part: unknown, whole: unknown): boolean {
  if (typeof part === "string") return typeof whole === "string" && whole.startsWith(part);
  if (typeof part !== "object" || part === null) return Object.is(part, whole);
  if (typeof whole !== "object" || whole === null || Array.isArray(part) !== Array.isArray(whole))
    return false;
  return Object.entries(part).every(([key, value]) => {
    const grown = Object.getOwnPropertyDescriptor(whole, key);
    return grown !== undefined && growsTo(value, grown.value);
  });
}

/** Objects and arrays; no -0, which `JSON.parse` and `toEqual` tell apart from 0. Each key once, as `__proto__` too. */
const container = fc
  .oneof(
    fc.array(fc.jsonValue({ stringUnit: "binary" })),
    fc.dictionary(
      fc.oneof(fc.string({ unit: "binary" }), fc.constant("__proto__")),
      fc.jsonValue({ stringUnit: "binary" }),
      { noNullPrototype: true },
    ),
  )
  .map((value) => JSON.stringify(value));

const byNumber = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The same JSON as others write it: with white space, and characters by number. */
const written = fc
  .tuple(container, fc.constantFrom(0, 1, "\t"), fc.boolean())
  .map(([json, space, escaped]) => {
    const spaced = JSON.stringify(JSON.parse(json), undefined, space);
    return escaped ? spaced.replaceAll(/[^\t\n\x20-\x7e]/g, byNumber) : spaced;
  });

describe("PartialJSON", () => {
  it.each<[what: string, text: string, part: unknown]>([
    ["nothing", "", undefined],
    ["words alone", "Here you are: ", undefined],
    ["the start of an object", "{", {}],
    ["the start of an array", "[", []],
    ["a key that is not whole", '{"a', {}],
    ["a key without its value", '{"a":', {}],
    ["an empty string", '{"a":"', { a: "" }],
    ["a string", '{"a":"one tw', { a: "one tw" }],
    ["a string cut after a backslash", '{"a":"one\\', { a: "one" }],
    ["a string cut in an escape by number", '{"a":"one\\u00e', { a: "one" }],
    ["an escape", '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9', { a: '"\\/\b\f\n\r\té' }],
    ["half a surrogate pair", '{"a":"x\ud83d', { a: "x" }],
    ["half a surrogate pair by number", '{"a":"x\\ud83d', { a: "x" }],
    ["half a surrogate pair, and half an escape", '{"a":"x\\ud83d\\ude', { a: "x" }],
    ["a surrogate pair", '{"a":"x\\ud83d\\ude00', { a: "x😀" }],
    ["half a pair alone, which JSON allows", '{"a":"\\ud83d."', { a: "\ud83d." }],
    ["half a pair at the end of a string", '{"a":"\\ud83d"', { a: "\ud83d" }],
    ["half a pair before another string", '["\ud83d","a"', ["\ud83d", "a"]],
    ["a number that may go on", '{"a":12', {}],
    ["a number cut in its exponent", '{"a":[1,12e', { a: [1] }],
    ["a number cut after its sign", '{"a":[1,-', { a: [1] }],
    ["a whole number", '{"a":12.5e1 ', { a: 125 }],
    ["a literal that is not whole", '{"a":[true,fal', { a: [true] }],
    ["literals", "[true,false,null]", [true, false, null]],
    ["an array in an array", "[[1],[2,", [[1], [2]]],
    ["white space everywhere", ' \r\n{ "a"\t:\r\n[ 1 , { } ] , "b" : "x" } ', { a: [1, {}], b: "x" }],
    ["text before it", 'Here [you] {are}:\n```json\n{"a":1}\n```', { a: 1 }],
    ["text after it, which is not read", '{"a":1} and {"b":2}', { a: 1 }],
    ["a key that comes twice: the last counts", '{"a":[1],"a":"x"}', { a: "x" }],
  ])("gives what there is: %s", (_what, text, part) => {
    expect(partOf(text)).toEqual(part);
  });

  it.each<[what: string, broken: string]>([
    ["words in brackets", "[see below]"],
    ["words deep in brackets", '[[[see {"inner":1}] {"inner":2}] {"inner":3}]'],
    ["words in braces", "{sic}"],
    ["single quotes", "{'a': {\"inner\": 1}}"],
    ["a comma too many", '{"a":[{"inner":1},]}'],
    ["a missing comma", '[{"inner":1} {"inner":2}]'],
    ["a missing colon", '{"a" {"inner":1}}'],
    ["a wrong end", '[{"inner":1]}'],
    ["an escape that is none", '{"a":"\\x", "b":{"inner":1}}'],
    ["an escape by a number that is none", '{"a":"\\u12g4", "b":{"inner":1}}'],
    ["a line break in a string", '{"a":"1\n2", "b":{"inner":1}}'],
    ["a number that is none", '{"a":01, "b":{"inner":1}}'],
    ["a literal that is none", '{"a":undefined, "b":{"inner":1}}'],
  ])("passes over what is no JSON, whole, and reads what follows: %s", (_what, broken) => {
    expect(partOf(`${broken} {"a":"yes"}`)).toEqual({ a: "yes" });
    expect(findJSON(broken)).toEqual([]);
  });

  it("begins anew after what is no JSON, with nothing left of it", () => {
    expect(read('["\ud83d\\x"] {', '"', 'a":"', "b")).toEqual([{}, undefined, { a: "" }, { a: "b" }]);
    expect(read("[12] {", '"a":"')).toEqual([[12], undefined]);
    expect(read("[12 x] {", '"a":"')).toEqual([{}, { a: "" }]);
  });

  it.each([
    ["closed", "]"],
    ["broken", "x] "],
  ])("has news at each piece once something wide is %s", (_what, end) => {
    const reader = new PartialJSON();
    const snapshotsOf = (text: string): number => {
      let snapshots = 0;
      for (const char of text) {
        reader.read(char);
        if (!reader.hasNews) continue;
        reader.snapshot();
        snapshots++;
      }
      return snapshots;
    };
    expect(snapshotsOf(`{"wide":[${"1,".repeat(5_000)}1`)).toBeLessThan(1_000);
    reader.read(`${end}${end === "]" ? "," : "} {"}"a":"`);
    expect(snapshotsOf("a".repeat(1_000))).toBe(1_000);
  });

  it("has news only when something has changed", () => {
    expect(
      read("Well: ", "{", ' "a"', ":", '"', "x", "\\", "n", '"', ",", '"b":1', "2", "}", " Done."),
    ).toEqual(
      // prettier-ignore
      [undefined, {}, undefined, undefined, { a: "" }, { a: "x" }, undefined, { a: "x\n" }, undefined, undefined, undefined, undefined, { a: "x\n", b: 12 }, undefined],
    );
  });

  it("leaves a snapshot as it is, and shares with the next what has not changed", () => {
    const reader = new PartialJSON();
    reader.read('{"done":{"a":[1]},"open":[{"b":1},{"c":"x');
    const first = reader.snapshot() as { done: unknown; open: unknown[] };
    const copy = structuredClone(first);
    reader.read('y"},{"d":null}]}');
    const second = reader.snapshot() as typeof first;
    expect(first).toEqual(copy);
    expect(second).toEqual({ done: { a: [1] }, open: [{ b: 1 }, { c: "xy" }, { d: null }] });
    expect(second.done).toBe(first.done);
    expect(second.open[0]).toBe(first.open[0]);
    expect(second.open).not.toBe(first.open);
  });

  it("takes __proto__ for a key like any other", () => {
    const [first, second] = read('{"__proto__":{"polluted":"ye', 's"},"a":{"__proto__":"x"}}') as object[];
    expect(Object.getPrototypeOf(first)).toBe(Object.prototype);
    expect(JSON.stringify(first)).toBe('{"__proto__":{"polluted":"ye"}}');
    expect(JSON.stringify(second)).toBe('{"__proto__":{"polluted":"yes"},"a":{"__proto__":"x"}}');
    expect(Object.getPrototypeOf(second)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });

  it("reads what JSON.parse reads, in any pieces, and every part of it grows to the whole", () => {
    fc.assert(
      fc.property(written, fc.array(fc.nat(), { maxLength: 8 }), (json, places) => {
        const whole: unknown = JSON.parse(json);
        const cuts = [...new Set(places.map((place) => place % json.length)), json.length].sort(
          (a, b) => a - b,
        );
        const reader = new PartialJSON();
        let from = 0;
        let before: unknown;
        for (const cut of cuts) {
          reader.read(json.slice(from, cut));
          from = cut;
          if (!reader.hasNews) continue;
          const part = reader.snapshot();
          expect(growsTo(part, whole)).toBe(true);
          if (before !== undefined) expect(growsTo(before, part)).toBe(true);
          before = part;
        }
        expect(reader.complete).toBe(true);
        expect(before).toEqual(whole);
      }),
    );
  });

  it("gives the same character by character as at once, and what grows to the whole", () => {
    fc.assert(
      fc.property(
        written.filter(({ length }) => length < 300),
        (json) => {
          const whole: unknown = JSON.parse(json);
          const byCharacter = new PartialJSON();
          for (let end = 1; end <= json.length; end++) {
            const part = partOf(json.slice(0, end));
            byCharacter.read(json.charAt(end - 1));
            const piecewise = byCharacter.snapshot();
            // The matcher takes long, and is only there to say what is wrong.
            if (!isDeepStrictEqual(piecewise, part)) expect(piecewise).toEqual(part);
            if (!growsTo(part, whole)) expect.fail(`${JSON.stringify(part)} does not grow to ${json}`);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("copies no more than in proportion to the text, however wide the value is", () => {
    const members = 2_000;
    const json = `{${Array.from({ length: members }, (_, at) => `"key${at}":"${at}"`).join()}}`;
    const reader = new PartialJSON();
    let copies = 0;
    let snapshots = 0;
    for (const char of json) {
      reader.read(char);
      if (!reader.hasNews) continue;
      copies += Object.keys(reader.snapshot() as object).length;
      snapshots++;
    }
    expect(reader.snapshot()).toEqual(JSON.parse(json));
    expect(copies).toBeLessThan(json.length * 8 + members);
    expect(snapshots).toBeGreaterThan(200);
  });

  it("reads brackets of any depth", () => {
    const depth = 100_000;
    const reader = new PartialJSON();
    for (let at = 0; at < depth; at++) {
      reader.read("[");
      if (reader.hasNews) reader.snapshot();
    }
    reader.read("]".repeat(depth));
    expect(reader.complete).toBe(true);
  });
});

describe("findJSON", () => {
  it.each<[what: string, text: string, found: unknown[]]>([
    ["none", "No JSON here: 1, true, [sic]", []],
    ["one among words", 'Here: {"a":{"b":[1]}}. Good?', [{ a: { b: [1] } }]],
    ["one in a fence", '```json\n[{"a":1}]\n```', [[{ a: 1 }]]],
    ["several", '{"a":1}\n[2] {"b":3}', [{ a: 1 }, [2], { b: 3 }]],
    ["none that is cut", 'Here: {"a":[{"b":1}', []],
    ["brackets in strings", '{"a":"}]\\"{"} x', [{ a: '}]"{' }]],
  ])("finds the values that are whole: %s", (_what, text, found) => {
    expect(findJSON(text)).toEqual(found);
  });
});
