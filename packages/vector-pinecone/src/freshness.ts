/**
 * What a store has written, and whether a query came too early to see it: each write of a namespace gets a log sequence number, and a query
 * says up to which number it looked. Serverless indexes alone have them; elsewhere each answer counts.
 *
 * @see {@link https://docs.pinecone.io/guides/index-data/check-data-freshness}
 */
export class Freshness {
  #written = 0;
  #added = 0;
  #seen = 0;

  /** Takes note of what a write was answered with. */
  wrote(headers: Headers, what: "documents" | "deletes" | "all deleted"): void {
    const number = numberIn(headers, "x-pinecone-request-lsn") ?? 0;
    this.#written = Math.max(this.#written, number);
    if (what === "documents") this.#added = Math.max(this.#added, number);
    if (what === "all deleted") this.#added = 0;
  }

  /** Whether no write is left that a query might not see. */
  get isSettled(): boolean {
    return this.#seen >= this.#written;
  }

  /** What has been written so far, for `sees`: what is written while a query is repeated is none of its business. */
  get target(): { written: number; added: number } {
    return { written: this.#written, added: this.#added };
  }

  /** Whether the answer with these headers sees all of the target. */
  sees(target: Freshness["target"], headers: Headers): boolean {
    const number = numberIn(headers, "x-pinecone-max-indexed-lsn");
    this.#seen = Math.max(this.#seen, number ?? 0);
    // A namespace that is empty was seen to say nothing (not in the reference), and so may one whose first documents are still to be indexed.
    return number === undefined ? this.#seen >= target.added : number >= target.written;
  }
}

function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}
