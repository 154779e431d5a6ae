import { type RecordedResponse, bytesOf } from "../exchange.js";

/** How a vendor marks where one piece of a stream ends and the next begins. */
export type Framing = "sse" | "ndjson";

/** The frames of a recorded stream, each with the line ends after it. Joined they are the body again. */
export function framesOf(recorded: RecordedResponse, framing: Framing): string[] {
  const text = Buffer.from(bytesOf(recorded)).toString();
  const end = framing === "sse" ? /(?:\r\n|\n|\r)(?:\r\n|\n|\r)+/g : /(?:\r?\n)+/g;
  const frames: string[] = [];
  let start = 0;
  for (const match of text.matchAll(end)) {
    frames.push(text.slice(start, match.index + match[0].length));
    start = match.index + match[0].length;
  }
  if (start < text.length) frames.push(text.slice(start));
  return frames;
}

/** A frame of one's own making. */
export function frameOf(data: string, framing: Framing, event?: string): string {
  if (framing === "ndjson") return `${data}\n`;
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${data}\n\n`;
}

/** A frame with what ends it, whatever it was recorded with. */
export function withEnd(frame: string, framing: Framing): string {
  return frame.trimEnd() + (framing === "sse" ? "\n\n" : "\n");
}

/** The same stream, written in other ways that the formats allow. */
export function rewritings(frames: readonly string[], framing: Framing): Record<string, string> {
  const plain = frames.map((frame) => withEnd(frame.replaceAll(/\r\n?/g, "\n"), framing));
  const body = plain.join("");
  if (framing === "ndjson") {
    return {
      "CRLF line ends": body.replaceAll("\n", "\r\n"),
      "blank lines between the lines": plain.map((frame) => `\n${frame}\n`).join(""),
      "no line end after the last line": body.trimEnd(),
      "white space around the lines": plain.map((frame) => `  ${frame.trimEnd()} \n`).join(""),
    };
  }
  return {
    "CRLF line ends": body.replaceAll("\n", "\r\n"),
    "CR line ends": body.replaceAll("\n", "\r"),
    "comments between the events": plain.map((frame) => `: keep-alive\n\n${frame}:\n\n`).join(""),
    "comments inside of the events": plain.map((frame) => `: keep-alive\n${frame}`).join(""),
    "further blank lines": `\n\n${plain.map((frame) => `${frame}\n\n`).join("")}`,
    "ids and retry times": plain.map((frame, at) => `id: ${at}\nretry: 10\n${frame}`).join(""),
    "no space after the colons": body.replaceAll(/^(data|event): /gm, "$1:"),
    "no blank line after the last event": body.trimEnd(),
    "no blank line, but a line end, after the last event": `${body.trimEnd()}\n`,
    "data over several lines": body.replaceAll(/^data: \{(?=.)/gm, "data: {\ndata: "),
    "a byte order mark": `\u{feff}${body}`,
  };
}
