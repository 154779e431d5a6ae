export function toBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function toFloats(blob: unknown): Float32Array {
  const bytes = blob as Uint8Array<ArrayBuffer>;
  // Floats have to stand at multiples of four, and Node does not promise that.
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** Texts are read as blobs, because Node 22 cuts a TEXT at its first NUL. */
export function toText(blob: unknown): string {
  const { buffer, byteOffset, byteLength } = blob as Uint8Array<ArrayBuffer>;
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}
