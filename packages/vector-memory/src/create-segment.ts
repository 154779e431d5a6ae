import { decodeBase64 } from "@beluga/core/provider";
import { PlainSegment } from "./plain-segment.js";
import { scanModule } from "./scan-module.js";
import { type Segment, type SegmentShape, blockRows } from "./segment.js";
import { WasmSegment } from "./wasm-segment.js";

/** The fastest segment that the runtime can give. All give the same measures. */
export function createSegment(shape: SegmentShape): Segment {
  // Few vectors are searched in no time anyway, and a memory of WebAssembly is more than they need.
  const suits = shape.rows > blockRows && shape.dimensions <= WasmSegment.maxDimensions;
  const scan = suits ? compileScan() : undefined;
  if (scan) {
    try {
      return new WasmSegment(scan, shape);
    } catch (error) {
      // Runtimes set gigabytes of addresses aside for each such memory, and run out of those before they run out of memory.
      if (!(error instanceof RangeError || isForbidden(error))) throw error;
    }
  }
  return new PlainSegment(shape);
}

/** Known once it was asked for. */
let compiled: { readonly scan: WebAssembly.Module | undefined } | undefined;

/**
 * The module of `scan.wat`. `undefined` where there is no WebAssembly with SIMD, and where it is forbidden to compile at run time: in
 * [workerd](https://developers.cloudflare.com/workers/runtime-apis/web-standards/), and on pages with a
 * [Content-Security-Policy](https://github.com/WebAssembly/content-security-policy/blob/main/proposals/CSP.md) that does not allow it.
 */
export function compileScan(): WebAssembly.Module | undefined {
  compiled ??= { scan: compile() };
  return compiled.scan;
}

function compile(): WebAssembly.Module | undefined {
  if (typeof WebAssembly === "undefined" || !isLittleEndian()) return undefined;
  const bytes = decodeBase64(scanModule) as Uint8Array<ArrayBuffer>;
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** Of bytes that are valid. WebKit throws what it throws for a forbidden `eval`, and may do so later, when an instance is made. */
function isForbidden(error: unknown): boolean {
  return error instanceof WebAssembly.CompileError || error instanceof EvalError;
}

/** As the memory of WebAssembly is everywhere. What JavaScript sees of it is in the machine's order. */
function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
