/** Of the ids of points: `b4d7c3c9-bbd9-468c-9c50-5b4568536df2`. Another one would not find the documents that were written with this one. */
const namespace = Uint8Array.from("b4d7c3c9bbd9468c9c505b4568536df2".match(/../g) ?? [], (byte) =>
  parseInt(byte, 16),
);

/**
 * The id of a document's point: Qdrant takes integers and UUIDs only, so it is the UUID of version 5 that the document's id has in a namespace of
 * Beluga's. Two documents of one id are one point, whoever writes them.
 *
 * @see {@link https://qdrant.tech/documentation/manage-data/points/#point-ids}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5}
 */
export async function pointIdOf(id: string): Promise<string> {
  const name = new TextEncoder().encode(id);
  const bytes = new Uint8Array(namespace.length + name.length);
  bytes.set(namespace);
  bytes.set(name, namespace.length);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes), 0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50; // version 5
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80; // the RFC's variant
  const digits = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
