/** {@link https://docs.pinecone.io/reference/api/database-limits/identifier-limits | ASCII except `\0`, at most 512 characters}. */
const maxLength = 512;

/** Marks ids that are not as they are. */
const mark = "utf8:";

/** A document's id as Pinecone takes it: as it is, and with all that is not ASCII percent-encoded behind a mark. */
export function recordId(id: string): string {
  return isIdentifier(id) && !id.startsWith(mark) ? id : mark + encodeURIComponent(id);
}

/** The document's id. Of records that others wrote, it is the record's. */
export function documentId(id: string): string {
  if (!id.startsWith(mark)) return id;
  try {
    const decoded = decodeURIComponent(id.slice(mark.length));
    return recordId(decoded) === id ? decoded : id;
  } catch {
    return id; // not one of ours
  }
}

/** Why a document's id cannot be kept, if so. */
export function problemWithId(id: string): string | undefined {
  const { length } = recordId(id);
  if (length <= maxLength) return undefined;
  return `it is ${length} characters as Pinecone keeps it, of which ${maxLength} are allowed`;
}

/** Whether a text is made of what ids and namespaces may have. */
export function isIdentifier(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text) && !text.includes("\0");
}
