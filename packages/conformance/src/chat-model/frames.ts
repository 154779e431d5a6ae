import { awsEventStream } from "./event-frames.js";

/** How a vendor marks where one piece of a stream ends and the next begins. */
export type Framing = "sse" | "ndjson" | "aws-event-stream";

/** What the checks have to know of a framing. A frame is bytes, with what ends it; joined the frames are the body again. */
export interface Frames {
  /** The frames of a recorded stream. */
  split(body: Uint8Array): Uint8Array[];
  /** A frame in words, for `completes`. */
  textOf(frame: Uint8Array): string;
  /** The frame that such words say, as in `StreamError.frame`. */
  frameOf(text: string): Uint8Array;
  /** A frame with other data in it, that is otherwise like the given one. */
  withData(data: string, like: Uint8Array): Uint8Array;
  /** A frame with what ends it, whatever it was recorded with. */
  ended(frame: Uint8Array): Uint8Array;
  /** A body without what need not stand at its end. */
  trimmed(body: Uint8Array): Uint8Array;
  /** Frames of kinds that no vendor has. */
  readonly unknown: readonly Uint8Array[];
  /** What may come at any time and says nothing. */
  readonly keepAlive: Uint8Array;
  /** How a frame begins that is too long, whatever follows. */
  readonly endless: Uint8Array;
  /** Where a body that is cut in two is most likely to hurt: inside of characters, around the ends of frames. */
  delicate(body: Uint8Array): (position: number) => boolean;
  /** The same stream, written in other ways that the format allows. */
  readonly rewritings: Readonly<Record<string, (frames: readonly Uint8Array[]) => Uint8Array>>;
  /** A frame that was damaged on its way, where the format has what tells. */
  readonly damages: Readonly<Record<string, (frame: Uint8Array) => Uint8Array>>;
}

const unknownData = '{"type":"beluga_conformance","beluga_conformance":{"text":"no"}}';

const sse: Frames = {
  ...textFrames(/(?:\r\n|\n|\r)(?:\r\n|\n|\r)+/g, "\n\n"),
  withData: (data) => Buffer.from(`data: ${data}\n\n`),
  unknown: [`event: beluga_conformance\ndata: ${unknownData}\n\n`, `data: ${unknownData}\n\n`].map((frame) =>
    Buffer.from(frame),
  ),
  keepAlive: Buffer.from(": wait\n\n"),
  endless: Buffer.from('data: {"text":"'),
  rewritings: textRewritings("\n\n", {
    "CRLF line ends": (frames) => frames.join("").replaceAll("\n", "\r\n"),
    "CR line ends": (frames) => frames.join("").replaceAll("\n", "\r"),
    "comments between the events": (frames) =>
      frames.map((frame) => `: keep-alive\n\n${frame}:\n\n`).join(""),
    "comments inside of the events": (frames) => frames.map((frame) => `: keep-alive\n${frame}`).join(""),
    "further blank lines": (frames) => `\n\n${frames.map((frame) => `${frame}\n\n`).join("")}`,
    "ids and retry times": (frames) => frames.map((frame, at) => `id: ${at}\nretry: 10\n${frame}`).join(""),
    "no space after the colons": (frames) => frames.join("").replaceAll(/^(data|event): /gm, "$1:"),
    "no blank line after the last event": (frames) => frames.join("").trimEnd(),
    "no blank line, but a line end, after the last event": (frames) => `${frames.join("").trimEnd()}\n`,
    "data over several lines": (frames) => frames.join("").replaceAll(/^data: \{(?=.)/gm, "data: {\ndata: "),
    "a byte order mark": (frames) => `\u{feff}${frames.join("")}`,
  }),
};

const ndjson: Frames = {
  ...textFrames(/(?:\r?\n)+/g, "\n"),
  withData: (data) => Buffer.from(`${data}\n`),
  unknown: [Buffer.from(`${unknownData}\n`)],
  keepAlive: Buffer.from("\n"),
  endless: Buffer.from('{"text":"'),
  rewritings: textRewritings("\n", {
    "CRLF line ends": (frames) => frames.join("").replaceAll("\n", "\r\n"),
    "blank lines between the lines": (frames) => frames.map((frame) => `\n${frame}\n`).join(""),
    "no line end after the last line": (frames) => frames.join("").trimEnd(),
    "white space around the lines": (frames) => frames.map((frame) => `  ${frame.trimEnd()} \n`).join(""),
  }),
};

export const framings: Readonly<Record<Framing, Frames>> = {
  sse,
  ndjson,
  "aws-event-stream": awsEventStream,
};

/** What framings of text have in common: frames end with line ends. */
function textFrames(
  anyEnd: RegExp,
  end: string,
): Pick<Frames, "damages" | "delicate" | "ended" | "frameOf" | "split" | "textOf" | "trimmed"> {
  return {
    split(body) {
      const text = Buffer.from(body).toString();
      const frames: string[] = [];
      let start = 0;
      for (const match of text.matchAll(anyEnd)) {
        frames.push(text.slice(start, match.index + match[0].length));
        start = match.index + match[0].length;
      }
      if (start < text.length) frames.push(text.slice(start));
      return frames.map((frame) => Buffer.from(frame));
    },
    textOf: (frame) => Buffer.from(frame).toString().trim(),
    frameOf: (text) => Buffer.from(withEnd(text, end)),
    ended: (frame) => Buffer.from(withEnd(Buffer.from(frame).toString(), end)),
    trimmed: (body) => Buffer.from(Buffer.from(body).toString().trimEnd()),
    delicate: (body) => (position) =>
      ((body[position] ?? 0) & 0xc0) === 0x80 || body[position] === 10 || body[position - 1] === 10,
    damages: {},
  };
}

function textRewritings(
  end: string,
  rewritings: Readonly<Record<string, (frames: readonly string[]) => string>>,
): Frames["rewritings"] {
  return Object.fromEntries(
    Object.entries(rewritings).map(([name, rewrite]) => [
      name,
      (frames: readonly Uint8Array[]) =>
        Buffer.from(
          rewrite(
            frames.map((frame) => withEnd(Buffer.from(frame).toString().replaceAll(/\r\n?/g, "\n"), end)),
          ),
        ),
    ]),
  );
}

function withEnd(frame: string, end: string): string {
  return frame.trimEnd() + end;
}
