interface Codecs {
  fromBase64?(text: string): Uint8Array;
  Buffer?: {
    from(text: string, encoding: "base64"): Uint8Array;
    from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64"): string };
  };
}

// The standard methods, where the runtime has them already; Node's own, which is as quick, where not; else what every runtime has.
// oxlint-disable-next-line no-restricted-properties -- used only where it is
const { Buffer: NodeBuffer } = globalThis as Codecs;

/** The bytes of a base64 text. Throws a `SyntaxError` or `DOMException` where it is none. */
export function decodeBase64(text: string): Uint8Array {
  const { fromBase64 } = Uint8Array as unknown as Codecs;
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  if (NodeBuffer) return NodeBuffer.from(text, "base64");
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
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

/** The vector in base64 of little-endian 32-bit floats, as vendors send it. `undefined` where the length is not that of floats. */
export function decodeFloats(text: string): Float32Array | undefined {
  const bytes = decodeBase64(text);
  if (bytes.byteLength % 4 !== 0) return undefined;
  // A copy, because floats have to stand at multiples of four, and small buffers of Node's are slices of a shared one.
  return new Float32Array(bytes.slice().buffer);
}
