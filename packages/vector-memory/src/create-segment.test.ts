import { beforeEach, expect, test, vi } from "vitest";
import { type SegmentShape, blockRows } from "./segment.js";

const shape: SegmentShape = { rows: blockRows + 1, dimensions: 3, measure: "dot" };

/** The name of what is created, by modules that are loaded anew: they keep what they have compiled. */
async function created(changes: Partial<SegmentShape> = {}): Promise<string> {
  const { createSegment } = await import("./create-segment.js");
  return createSegment({ ...shape, ...changes }).constructor.name;
}

const { validate, Module, Instance, Memory, CompileError } = WebAssembly;

/** WebAssembly with another of its members. */
function stub(changes: Record<string, unknown>): void {
  vi.stubGlobal("WebAssembly", { validate, Module, Instance, Memory, CompileError, ...changes });
}

function throwing(error: Error): () => never {
  return vi.fn(function construct() {
    throw error;
  });
}

beforeEach(() => vi.resetModules());

test("a table of more than one block is in a memory of WebAssembly", async () => {
  expect(await created()).toBe("WasmSegment");
});

test("a small table is in plain arrays", async () => {
  expect(await created({ rows: blockRows })).toBe("PlainSegment");
});

test("vectors that are wider than a block's addresses reach are in plain arrays", async () => {
  expect([await created({ dimensions: 2 ** 15 }), await created({ dimensions: 2 ** 15 + 1 })]).toEqual([
    "WasmSegment",
    "PlainSegment",
  ]);
});

test("the module is compiled once, or refused once", async () => {
  const compile = vi.fn(function compile(bytes: BufferSource) {
    return new Module(bytes);
  });
  stub({ Module: compile });
  expect([await created(), await created()]).toEqual(["WasmSegment", "WasmSegment"]);
  expect(compile).toHaveBeenCalledTimes(1);

  vi.resetModules();
  const refuse = throwing(new CompileError("forbidden"));
  stub({ Module: refuse });
  expect([await created(), await created()]).toEqual(["PlainSegment", "PlainSegment"]);
  expect(refuse).toHaveBeenCalledTimes(1);
});

test("without WebAssembly, vectors are in plain arrays", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  expect(await created()).toBe("PlainSegment");
});

test("without SIMD, vectors are in plain arrays", async () => {
  stub({ validate: () => false, Module: throwing(new Error("not asked for")) });
  expect(await created()).toBe("PlainSegment");
});

test.each([
  ["workerd", new WebAssembly.CompileError("Wasm code generation disallowed by embedder")],
  ["a page's policy in WebKit", new EvalError("Refused to create a WebAssembly object")],
])("where %s forbids to compile, vectors are in plain arrays", async (_, error) => {
  stub({ Module: throwing(error) });
  expect(await created()).toBe("PlainSegment");
});

test.each([
  ["no more memories can be had", new RangeError("could not allocate memory")],
  ["a page's policy forbids memories", new EvalError("Refused to create a WebAssembly object")],
])("where %s, vectors are in plain arrays", async (_, error) => {
  stub({ Memory: throwing(error) });
  expect(await created()).toBe("PlainSegment");
});

test("other errors are not kept back", async () => {
  stub({ Module: throwing(new TypeError("a fault")) });
  await expect(created()).rejects.toThrow("a fault");
  vi.resetModules();
  stub({ Memory: throwing(new TypeError("another fault")) });
  await expect(created()).rejects.toThrow("another fault");
});
