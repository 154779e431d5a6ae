import { asRecord, asText } from "@beluga/core/provider";

/**
 * The arguments of a function call that come in pieces, each with its place, where `streamFunctionCallArguments` asks for it (Vertex AI):
 * {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc}.
 */
export class PartialCall {
  readonly index: number;
  readonly #root: Container = { value: emptyObject() };

  constructor(index: number) {
    this.index = index;
  }

  /** `{ jsonPath: "$.city", stringValue: "Par", willContinue: true }`: a text goes on where it was. */
  add(pieces: readonly unknown[]): void {
    for (const piece of pieces) {
      const { jsonPath, stringValue, numberValue, boolValue, nullValue } = asRecord(piece);
      const steps = stepsOf(asText(jsonPath));
      if (typeof stringValue === "string") {
        setAt(this.#root, steps, (before) => (typeof before === "string" ? before : "") + stringValue);
      } else if (nullValue !== undefined) {
        setAt(this.#root, steps, () => null);
      } else {
        setAt(this.#root, steps, () => numberValue ?? boolValue);
      }
    }
  }

  /** All arguments, as JSON. */
  finished(): string {
    return JSON.stringify(this.#root.value);
  }

  /** What there is of them. It is no JSON: that more was to come is the reason why it stops here. */
  unfinished(): string {
    return this.finished().slice(0, -1);
  }
}

interface Container {
  [key: string]: unknown;
}

/** Without a prototype, so that `__proto__` is a key like any other. */
function emptyObject(): Container {
  return Object.create(null) as Container;
}

/** The names and numbers of a path: {@link https://www.rfc-editor.org/rfc/rfc9535}. */
function stepsOf(path: string): (string | number)[] {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[(["'])(.*?)\3\]/g);
  return [...steps].map(([, name, number, , quoted]) =>
    number === undefined ? (name ?? quoted ?? "") : Number(number),
  );
}

/** Sets what is at a place, and makes the objects and arrays on the way there. */
function setAt(
  root: Container,
  steps: readonly (string | number)[],
  change: (before: unknown) => unknown,
): void {
  let container = root;
  let key: string | number = "value";
  for (const step of steps) {
    container = innerOf(container, key, typeof step === "number");
    key = step;
  }
  container[key] = change(container[key]);
}

function innerOf(container: Container, key: string | number, isArray: boolean): Container {
  // Its own alone: the prototype of an array is everybody's.
  const inner = Object.hasOwn(container, key) ? container[key] : undefined;
  if (typeof inner === "object" && inner !== null) return inner as Container;
  const made: Container | unknown[] = isArray ? [] : emptyObject();
  container[key] = made;
  return made as Container;
}
