import { expect, test } from "vitest";
import { type HeapSample, heapProblem } from "./heap.js";

const megabyte = 2 ** 20;

/** Of 66,667 calls, as 50,000 streams are, with up to a megabyte that comes and goes. */
function samples(bytesPerCall: number, calls = 66_667): HeapSample[] {
  const noise = [0.4, 1, 0, 0.9, 0.2, 0.7, 0.1, 0.9, 0.3, 0.8];
  return noise.map((some, at) => {
    const made = Math.round((calls * (at + 1)) / noise.length);
    return { calls: made, bytes: 100 * megabyte + some * megabyte + made * bytesPerCall };
  });
}

test("a heap that only comes and goes is no problem", () => {
  expect(heapProblem(samples(0))).toBeUndefined();
  expect(heapProblem(samples(0, 4_000))).toBeUndefined();
});

test("200 bytes that stay of each call are found in 50,000 streams", () => {
  expect(heapProblem(samples(200))).toMatch(
    /^the heap grew by \d+\.\d+ MB in \d+ calls, (19|20|21)\d bytes a call$/,
  );
});

test("a kilobyte that stays of each call is found in 3,000 streams", () => {
  expect(heapProblem(samples(1024, 4_000))).toContain("the heap grew by");
});

test("what the first calls leave behind for good is no leak", () => {
  const [first, second, ...rest] = samples(0) as [HeapSample, HeapSample, ...HeapSample[]];
  const cold = [first, second].map((sample) => ({ ...sample, bytes: sample.bytes - 10 * megabyte }));
  expect(heapProblem([...cold, ...rest])).toBeUndefined();
});

test("one high sample at the end is no leak, and one low sample at the start hides none", () => {
  const steady = samples(0);
  expect(heapProblem([...steady.slice(0, -1), { calls: 66_667, bytes: 120 * megabyte }])).toBeUndefined();
  expect(
    heapProblem(samples(200).map((sample, at) => (at === 0 ? { ...sample, bytes: 0 } : sample))),
  ).toContain("grew");
});

test("too few samples are a problem, and no proof", () => {
  expect(heapProblem(samples(0).slice(0, 3))).toBe("3 samples of the heap are too few");
});
