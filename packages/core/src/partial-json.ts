/**
 * Reads a JSON object or array that arrives in pieces, and says at any time what there is of it.
 *
 * What it says is never wrong, only not all yet: strings grow, arrays and objects gain members, and a number, `true`, `false` or `null`
 * is there once it is whole. Text before the value is skipped. Each character is looked at once.
 */
export class PartialJSON {
  #state: State = "before";
  #root: unknown;
  /** The containers that are not closed yet, outermost first. */
  readonly #open: Frame[] = [];
  /** What is read of the string, or of the number or literal, that is not complete. */
  #token = "";
  #isKey = false;
  /** The first half of a surrogate pair, until what follows it is there. */
  #held = "";
  /** The digits so far of an escape by number. */
  #hex = "";
  /** The depth of what looked like JSON and is none. */
  #depth = 0;

  /** Whether the open containers belong to a snapshot as well, and are copied before they change. */
  #shared = false;
  #changed = false;
  /** What it costs to copy the open containers, as much as they hold. */
  #width = 0;
  /** What the text read so far pays for. */
  #credit = 0;

  /** Whether the value has been read to its end; what follows it is not read. */
  get complete(): boolean {
    return this.#state === "complete";
  }

  /**
   * Whether there is more than the last snapshot had. Where very much is open, a snapshot is only made after some more text, so that all of them
   * together cost no more than in proportion to the text.
   */
  get hasNews(): boolean {
    return this.#changed && this.#width <= this.#credit;
  }

  /** What there is so far; `undefined` before the value begins. Reading on leaves it as it is, and shares with it what does not change. */
  snapshot(): unknown {
    this.#shared = true;
    this.#changed = false;
    this.#credit -= this.#width;
    return this.#root;
  }

  /** Reads on, from a place in the text, and returns the place up to which it read: the end of the text, or of the value. */
  read(text: string, from = 0): number {
    let at = from;
    while (at < text.length && this.#state !== "complete") at = this.#step(text, at);
    this.#credit += (at - from) * creditPerCharacter;
    if (this.#token !== "" && !this.#isKey && inString.has(this.#state)) this.#replace(this.#token);
    return at;
  }

  #step(text: string, at: number): number {
    const char = text.charAt(at);
    switch (this.#state) {
      case "string":
        return this.#readString(text, at);
      case "escape":
        return this.#readEscape(char, at);
      case "unicode":
        return this.#readUnicode(char, at);
      case "scalar":
        return this.#readScalar(text, at);
      case "before":
        if (char === "{" || char === "[") this.#openContainer(char);
        return at + 1;
      case "broken":
        if (char === "{" || char === "[") this.#depth++;
        else if ((char === "}" || char === "]") && --this.#depth === 0) this.#state = "before";
        return at + 1;
      default:
        if (char === " " || char === "\n" || char === "\r" || char === "\t") return at + 1;
        return this.#readStructure(char, at);
    }
  }

  #readStructure(char: string, at: number): number {
    const frame = this.#open.at(-1) as Frame;
    const closing = Array.isArray(frame.node) ? "]" : "}";
    switch (this.#state) {
      case "first key":
      case "key":
        if (char === '"') this.#openString(true);
        else if (char === closing && this.#state === "first key") this.#closeContainer();
        else return this.#break(at);
        return at + 1;
      case "colon":
        if (char !== ":") return this.#break(at);
        this.#state = "value";
        return at + 1;
      case "next":
        if (char === closing) this.#closeContainer();
        else if (char !== ",") return this.#break(at);
        else if (typeof frame.key === "number") {
          frame.key++;
          this.#state = "value";
        } else this.#state = "key";
        return at + 1;
      default:
        if (char === '"') this.#openString(false);
        else if (char === "{" || char === "[") this.#openContainer(char);
        else if (char === closing && this.#state === "first value") this.#closeContainer();
        else if (scalar.test(char)) {
          this.#state = "scalar";
          this.#token = "";
          return at;
        } else return this.#break(at);
        return at + 1;
    }
  }

  /** It is no JSON. All that its brackets enclose is passed over, so that nothing from its middle is taken for the value. */
  #break(at: number): number {
    this.#depth = this.#open.length;
    this.#open.length = 0;
    this.#width = 0;
    this.#token = this.#held = "";
    this.#state = "broken";
    return at;
  }

  #openContainer(char: "{" | "["): void {
    const node: Container = char === "[" ? [] : {};
    if (this.#open.length > 0) this.#add(node);
    else this.#root = node;
    this.#open.push({ node, key: char === "[" ? 0 : "", cost: memberCost });
    this.#width += memberCost;
    this.#changed = true;
    this.#state = char === "[" ? "first value" : "first key";
  }

  #closeContainer(): void {
    this.#width -= (this.#open.pop() as Frame).cost;
    this.#endValue();
  }

  #endValue(): void {
    this.#token = "";
    this.#state = this.#open.length > 0 ? "next" : "complete";
  }

  #openString(isKey: boolean): void {
    this.#isKey = isKey;
    if (!isKey) this.#add("");
    this.#state = "string";
  }

  #readString(text: string, at: number): number {
    let end = at;
    let code = 0;
    for (; end < text.length; end++) {
      code = text.charCodeAt(end);
      if (code === quote || code === backslash || code < space) break;
    }
    if (end > at) this.#append(text.slice(at, end));
    if (end === text.length) return end;
    if (code === quote) this.#closeString();
    else if (code === backslash) this.#state = "escape";
    else return this.#break(end);
    return end + 1;
  }

  #readEscape(char: string, at: number): number {
    if (char === "u") {
      this.#hex = "";
      this.#state = "unicode";
      return at + 1;
    }
    const meant = escapes.get(char);
    if (meant === undefined) return this.#break(at);
    this.#append(meant);
    this.#state = "string";
    return at + 1;
  }

  #readUnicode(char: string, at: number): number {
    if (!hexDigit.test(char)) return this.#break(at);
    this.#hex += char;
    if (this.#hex.length === 4) {
      this.#append(String.fromCharCode(Number.parseInt(this.#hex, 16)));
      this.#state = "string";
    }
    return at + 1;
  }

  #append(piece: string): void {
    const whole = this.#held + piece;
    const last = whole.charCodeAt(whole.length - 1);
    // Only the new piece is looked at: to look into the long string would cost as much as it is long.
    this.#held = last >= 0xd800 && last <= 0xdbff ? whole.slice(-1) : "";
    this.#token += this.#held === "" ? whole : whole.slice(0, -1);
  }

  #closeString(): void {
    const string = this.#token + this.#held;
    this.#held = "";
    if (!this.#isKey) {
      this.#replace(string);
      this.#endValue();
      return;
    }
    (this.#open.at(-1) as Frame).key = string;
    this.#token = "";
    this.#state = "colon";
  }

  #readScalar(text: string, at: number): number {
    let end = at;
    while (end < text.length && scalar.test(text.charAt(end))) end++;
    this.#token += text.slice(at, end);
    if (end === text.length) return end;
    let value: unknown;
    try {
      value = JSON.parse(this.#token);
    } catch {
      return this.#break(end);
    }
    this.#add(value);
    this.#endValue();
    return end;
  }

  /** Puts a new member where the innermost container is being read. */
  #add(value: unknown): void {
    this.#own();
    const frame = this.#open.at(-1) as Frame;
    setMember(frame, value);
    const cost = Array.isArray(frame.node) ? itemCost : memberCost;
    frame.cost += cost;
    this.#width += cost;
    this.#changed = true;
  }

  /** Puts the longer string in the place of the shorter. */
  #replace(string: string): void {
    const frame = this.#open.at(-1) as Frame;
    const shown = (frame.node as Record<PropertyKey, unknown>)[frame.key] as string;
    if (shown.length === string.length) return;
    this.#own();
    setMember(frame, string);
    this.#changed = true;
  }

  /** Copies the containers that are open, where a snapshot has them too. Those that are closed never change. */
  #own(): void {
    if (!this.#shared) return;
    this.#shared = false;
    let parent: Frame | undefined;
    for (const frame of this.#open) {
      frame.node = Array.isArray(frame.node) ? frame.node.slice() : { ...frame.node };
      if (parent) setMember(parent, frame.node);
      else this.#root = frame.node;
      parent = frame;
    }
  }
}

/** The JSON objects and arrays in a text that are whole, and stand in no other. */
export function findJSON(text: string): unknown[] {
  const found: unknown[] = [];
  for (let at = 0; at < text.length;) {
    const reader = new PartialJSON();
    at = reader.read(text, at);
    if (reader.complete) found.push(reader.snapshot());
  }
  return found;
}

type State =
  | "before"
  | "broken"
  | "first key"
  | "key"
  | "colon"
  | "first value"
  | "value"
  | "next"
  | "string"
  | "escape"
  | "unicode"
  | "scalar"
  | "complete";

type Container = unknown[] | Record<string, unknown>;

interface Frame {
  node: Container;
  /** Where in it the member belongs that is being read. */
  key: string | number;
  /** Of copying it. */
  cost: number;
}

// An object's members cost far more to copy than an array's. What each character pays for is so high that values of the usual size are
// shown at each piece, and low enough that a megabyte takes seconds at worst.
const itemCost = 1;
const memberCost = 8;
const creditPerCharacter = 64;

const inString: ReadonlySet<State> = new Set<State>(["string", "escape", "unicode"]);
const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const scalar = /[-+.0-9A-Za-z]/;
const hexDigit = /[0-9A-Fa-f]/;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** An own member whatever its name, as `JSON.parse` makes it: `__proto__` would set the prototype. */
function setMember({ node, key }: Frame, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
  } else (node as Record<PropertyKey, unknown>)[key] = value;
}
