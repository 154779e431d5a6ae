import { compileScan } from "../create-segment.js";
import { PlainSegment } from "../plain-segment.js";
import type { Segment, SegmentShape } from "../segment.js";
import { WasmSegment } from "../wasm-segment.js";

/** The two ways of searching, each also for tables that are so small that a store would take the other. */
export const paths: Readonly<Record<"WebAssembly" | "JavaScript", (shape: SegmentShape) => Segment>> = {
  WebAssembly(shape) {
    const scan = compileScan();
    if (!scan) throw new Error("this runtime does not compile WebAssembly with SIMD");
    return new WasmSegment(scan, shape);
  },
  JavaScript: (shape) => new PlainSegment(shape),
};
