/** What is wrong: the first few in words, and how many there are, as what is broken may be broken in each of many thousand calls. */
export class Problems {
  readonly #first: string[] = [];
  #count = 0;

  /** `undefined` is none. */
  add(problem: string | undefined): void {
    if (problem === undefined) return;
    if (this.#count++ < 25) this.#first.push(problem);
  }

  get all(): readonly string[] {
    const more = this.#count - this.#first.length;
    return more > 0 ? [...this.#first, `and ${more} more`] : this.#first;
  }
}
