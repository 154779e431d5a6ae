// JSON as Qdrant reads it, by serde_json 1.0.151 with the features that its Cargo.toml names: `preserve_order`, and so without
// `float_roundtrip`. https://github.com/qdrant/qdrant/blob/v1.19.0/Cargo.toml#L291

/** The text is refused; the message is how serde_json says why. */
export class SerdeError extends Error {}

/** {@link https://docs.rs/serde_json/1.0.151/serde_json/struct.Deserializer.html#method.disable_recursion_limit | At the 128th level it gives up}. */
const maxDepth = 127;

/** @throws SerdeError where Qdrant would answer with a format error. */
export function parseAsSerde(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" ? numberAsSerde(context?.source ?? String(value)) : value,
    );
  } catch (error) {
    if (error instanceof SerdeError) throw error;
    throw new SerdeError(
      text === "" ? "EOF while parsing a value at line 1 column 0" : "expected value at line 1 column 1",
    );
  }
  check(value, 0);
  return value;
}

/** What Qdrant keeps of a payload: on disk it is JSON, which is parsed again whenever it is looked at. */
export function keptAsSerde(value: unknown): unknown {
  return parseAsSerde(JSON.stringify(value));
}

function check(value: unknown, depth: number): void {
  if (typeof value === "string" && /\p{Surrogate}/u.test(value))
    throw new SerdeError("lone leading surrogate in hex escape at line 1 column 1");
  if (typeof value !== "object" || value === null) return;
  if (depth === maxDepth) throw new SerdeError("recursion limit exceeded at line 1 column 1");
  for (const [key, inner] of Object.entries(value)) {
    check(key, depth + 1);
    check(inner, depth + 1);
  }
}

/**
 * A number that is no integer of 64 bits becomes its digits, as an integer, times or divided by a power of ten, each rounded by itself. That is exact
 * for up to 15 digits, and off by one in the last place for some of 16 and 17.
 *
 * {@link https://github.com/serde-rs/json/blob/v1.0.151/src/de.rs | f64_from_parts},
 * {@link https://github.com/serde-rs/json/issues/1336 | an issue on it}
 */
export function numberAsSerde(source: string): number {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source) ?? [];
  let digits = 0n;
  let exponent = Number(power);
  let isFull = false;
  for (const [at, digit] of Array.from(whole + fraction).entries()) {
    const isFraction = at >= whole.length;
    const longer = digits * 10n + BigInt(digit);
    isFull ||= longer > 2n ** 64n - 1n;
    // Digits that 64 bits have no place for are left out; the whole ones count in the power.
    if (isFull) exponent += isFraction ? 0 : 1;
    else {
      digits = longer;
      exponent -= isFraction ? 1 : 0;
    }
  }
  let value = Number(digits);
  for (; exponent < -308 && value !== 0; exponent += 308) value /= 1e308;
  if (exponent > 308 && value !== 0) throw outOfRange();
  const powerOfTen = Number(`1e${Math.min(308, Math.abs(exponent))}`);
  value = exponent < 0 ? value / powerOfTen : value * powerOfTen;
  if (!Number.isFinite(value)) throw outOfRange();
  return sign === "-" ? -value : value;
}

function outOfRange(): SerdeError {
  return new SerdeError("number out of range at line 1 column 1");
}

/** A number of single precision with the digits that it needs, as Rust writes it: 0.1, where JavaScript writes 0.10000000149011612. */
export function shortest(value: number): number {
  for (let precision = 1; precision < 9; precision++) {
    const rounded = Number(value.toPrecision(precision));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}
