/**
 * As much of ONNX's format as a small graph needs: protobuf messages, written field by field.
 *
 * @see {@link https://github.com/onnx/onnx/blob/main/onnx/onnx.proto | onnx.proto}, from which the numbers of the fields come
 */
export interface OnnxGraph {
  inputs: Readonly<Record<string, OnnxValue>>;
  outputs: Readonly<Record<string, OnnxValue>>;
  /** The constants. */
  initializers: Readonly<Record<string, { dims: readonly number[]; data: Float32Array | BigInt64Array }>>;
  nodes: readonly OnnxNode[];
}

/** A dimension that is not known before is given by a name. */
interface OnnxValue {
  type: "float" | "int64";
  dims: readonly (number | string)[];
}

export interface OnnxNode {
  /** The name of the operator: `Gather`. */
  operator: string;
  inputs: readonly string[];
  output: string;
  attributes?: Readonly<Record<string, number>>;
}

const elementTypes = { float: 1, int64: 7 };

export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const { inputs, outputs, initializers, nodes } = graph;
  const operators = message([text(1, ""), int(2, 17)]);
  return message([
    int(1, 8), // the version of the format
    bytes(7, [
      ...nodes.map((node) => bytes(1, nodeFields(node))),
      text(2, "graph"),
      ...Object.entries(initializers).map(([name, { dims, data }]) =>
        bytes(5, [
          ...dims.map((dim) => int(1, dim)),
          int(2, elementTypes[data instanceof Float32Array ? "float" : "int64"]),
          text(8, name),
          bytes(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
        ]),
      ),
      ...Object.entries(inputs).map(([name, value]) => bytes(11, valueFields(name, value))),
      ...Object.entries(outputs).map(([name, value]) => bytes(12, valueFields(name, value))),
    ]),
    bytes(8, [operators]),
  ]);
}

function nodeFields({ operator, inputs, output, attributes = {} }: OnnxNode): Uint8Array[] {
  return [
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(5, [text(1, name), int(3, value), int(20, 2)]),
    ),
  ];
}

function valueFields(name: string, { type, dims }: OnnxValue): Uint8Array[] {
  const shape = dims.map((dim) => bytes(1, [typeof dim === "number" ? int(1, dim) : text(2, dim)]));
  return [text(1, name), bytes(2, [bytes(1, [int(1, elementTypes[type]), bytes(2, shape)])])];
}

function int(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field << 3), ...varint(value)]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, [new TextEncoder().encode(value)]);
}

/** Also a message within a message. */
function bytes(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = message(parts);
  return message([Uint8Array.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
}

function message(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number): number[] {
  const digits = [];
  let rest = value;
  while (rest > 127) {
    digits.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...digits, rest];
}
