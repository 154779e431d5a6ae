interface Codecs {
  fromBase64?(text: string): Uint8Array;
  Buffer?: {
    from(text: string, encoding: "base64"): Uint8Array;
    from(
      bytes: ArrayBufferLike,
      offset: number,
      length: number,
    ): { toString(encoding: "base64"): string; write(text: string, at: number, encoding: "base64"): number };
    /** With whatever was in the memory before, and a buffer of its own. */
    allocUnsafeSlow(
      size: number,
    ): Uint8Array<ArrayBuffer> & { write(text: string, at: number, encoding: "base64"): number };
  };
}

// The standard methods, where the runtime has them already; Node's own, which is as quick, where not; else what every runtime has.
const { Buffer: NodeBuffer } = globalThis as Codecs;

/** The bytes of a base64 text, in which white space may stand. Throws a `SyntaxError` or `DOMException` where it is none. */
export function decodeBase64(text: string): Uint8Array {
  const { fromBase64 } = Uint8Array as unknown as Codecs;
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  if (NodeBuffer) return decodeWithBuffer(NodeBuffer, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Into bytes of their own, and checked first, because Node passes over what is not base64. */
function decodeWithBuffer(buffer: NonNullable<Codecs["Buffer"]>, text: string): Uint8Array {
  const compact = text.replace(/[\t\n\f\r ]+/g, "");
  const digits = compact.replace(/=+$/, "").length;
  const isPadded = digits < compact.length;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || digits % 4 === 1 || (isPadded && compact.length % 4 !== 0)) {
    throw new SyntaxError("not base64");
  }
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4));
  buffer.from(bytes.buffer, 0, bytes.byteLength).write(compact, 0, "base64");
  return bytes;
}

export function encodeBase64(bytes: Uint8Array): string {
  const { toBase64 } = bytes as Uint8Array & { toBase64?(): string };
  if (toBase64) return toBase64.call(bytes);
  if (NodeBuffer) return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let binary = "";
  // In slices, because the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** The content of a part in base64, which it may be in already. */
export function asBase64(data: Uint8Array | string = ""): string {
  return typeof data === "string" ? data : encodeBase64(data);
}

/** The content of a part in a URL of its own. */
export function dataURL({ data, mediaType }: { data?: Uint8Array | string; mediaType: string }): string {
  return `data:${mediaType};base64,${asBase64(data)}`;
}

/**
 * The vector in base64 of little-endian 32-bit floats, as vendors send it. `undefined` where the text is no base64, or its length is not
 * that of floats.
 */
export function decodeFloats(text: string): Float32Array | undefined {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const size = Math.floor(((text.length - padding) * 3) / 4);
  if (size % 4 !== 0) return undefined;
  // Straight into place, and that is not cleared before: thousands of vectors come at once.
  if (NodeBuffer) {
    const bytes = NodeBuffer.allocUnsafeSlow(size);
    const isWhole = bytes.write(text, 0, "base64") === size; // too few, where a character is not base64
    return isWhole ? new Float32Array(bytes.buffer, bytes.byteOffset, size / 4) : undefined;
  }
  try {
    const decoded = decodeBase64(text);
    return decoded.byteLength === size ? new Float32Array(decoded.buffer as ArrayBuffer) : undefined;
  } catch {
    return undefined;
  }
}
