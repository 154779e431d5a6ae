import type { BelugaError, FinishReason, Source, Usage } from "@beluga/core";
import {
  type ChatAnswer,
  asArray,
  asCount,
  asRecord,
  asText,
  decodeBase64,
  encodeBase64,
  isRecord,
  newToolCallId,
} from "@beluga/core/provider";
import type { EventMessage } from "./event-stream.js";

// What the API sends, of which nothing is taken on trust: gateways that speak its language leave things out.
type Fields = Readonly<Record<string, unknown>>;

interface Http {
  parse(text: string): unknown;
  failure(body: unknown): BelugaError;
}

/** Reads the messages of a stream: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html}. */
export class EventReader {
  /** Whether the event was seen that comes last: the one with the usage, after the end of the answer. */
  isDone = false;
  readonly #answer: ChatAnswer;
  readonly #raw: boolean;
  readonly #http: Http;
  readonly #blocks: BlockReader;

  constructor(answer: ChatAnswer, raw: boolean, http: Http) {
    this.#answer = answer;
    this.#raw = raw;
    this.#http = http;
    this.#blocks = new BlockReader(answer);
  }

  read({ kind, name, data }: EventMessage): void {
    if (kind === "event") return this.#readEvent(name, data);
    if (kind === "damaged") throw this.#answer.invalid(data);
    // https://smithy.io/2.0/aws/amazon-eventstream.html
    if (kind === "exception") throw this.#http.failure({ ...parsed(data), __type: name });
    if (kind === "error") throw this.#http.failure({ message: data, __type: name });
  }

  #readEvent(name: string, data: string): void {
    if (!this.#raw && !readEvents.has(name)) return;
    const event = this.#http.parse(data);
    if (!isRecord(event)) throw this.#answer.invalid("an event that is not an object");
    if (this.#raw) this.#answer.raw({ [name]: event });
    const { contentBlockIndex: index } = event;
    const at = typeof index === "number" ? index : 0;
    switch (name) {
      case "contentBlockDelta":
        this.#blocks.delta(at, asRecord(event["delta"]));
        break;
      case "contentBlockStart":
        this.#blocks.start(at, asRecord(event["start"]));
        break;
      case "contentBlockStop":
        this.#blocks.stop(at);
        break;
      case "messageStop":
        readEnd(event, this.#answer);
        break;
      case "metadata":
        readEnd(event, this.#answer);
        this.isDone = this.#answer.isComplete;
        break;
      default: // the start, which says nothing, and what future versions add
    }
  }
}

const readEvents: ReadonlySet<string> = new Set([
  "contentBlockDelta",
  "contentBlockStart",
  "contentBlockStop",
  "messageStart",
  "messageStop",
  "metadata",
]);

function parsed(text: string): Fields {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return { message: text }; // an exception all the same
  }
}

/** Reads a whole answer: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax}. */
export function readAnswer(body: unknown, answer: ChatAnswer, http: Pick<Http, "failure">): void {
  const { output, message } = asRecord(body);
  const { content } = asRecord(asRecord(output)["message"]);
  if (!Array.isArray(content)) {
    if (typeof message === "string" && output === undefined) throw http.failure(body);
    throw answer.invalid("a body without the content of a message");
  }
  const reader = new BlockReader(answer);
  const isCut = finishReasons[asText(asRecord(body)["stopReason"])] === "length";
  const blocks = content.filter(isRecord);
  for (const [index, block] of blocks.entries()) {
    reader.whole(index, block, isCut && index === blocks.length - 1);
  }
  readEnd(asRecord(body), answer);
  answer.complete();
}

/** {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html} */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  content_filtered: "content-filter",
  guardrail_intervened: "content-filter",
};

const readElsewhere: ReadonlySet<string> = new Set(["output", "p", "stopReason", "usage"]);

/** Why the answer ended, what it used, and all else that the API says of it, as it is: `metrics`, `trace`, `serviceTier`. */
function readEnd(fields: Fields, answer: ChatAnswer): void {
  const { stopReason, usage, trace } = fields;
  if (typeof stopReason === "string" && stopReason !== "")
    answer.finish(stopReason, finishReasons[stopReason] ?? "other");
  if (isRecord(usage)) answer.usage = usageOf(usage);
  const { invokedModelId } = asRecord(asRecord(trace)["promptRouter"]);
  if (typeof invokedModelId === "string") answer.model = invokedModelId;
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || readElsewhere.has(name)) continue;
    const metadata = (answer.providerMetadata["bedrock"] ??= {}) as Record<string, unknown>;
    metadata[name] = value;
  }
}

/** A block that is still arriving, beside the text, the reasoning or the call that the answer keeps itself. */
interface OpenBlock {
  /** The member that says what it is; `redactedContent` is one inside of another. */
  kind: string;
  /** As much of its value as has come. */
  fields: Record<string, unknown>;
  /** A tool's arguments or base64, in the pieces that it comes in. */
  pieces: string[];
}

/** Reads content blocks, whole or in pieces: {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html}. */
class BlockReader {
  readonly #answer: ChatAnswer;
  readonly #open = new Map<number, OpenBlock>();
  /** From the index of a `toolUse` block to the number of its call. */
  readonly #calls = new Map<number, number>();
  /** A call whose block is complete, but which the token limit may have cut: only a block after it tells. */
  #lastCall: number | undefined;
  /** The index of the block that the answer's open text is of. */
  #textAt: number | undefined;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  /** @param isCut - The answer ended by the token limit with this block. */
  whole(index: number, block: Fields, isCut: boolean): void {
    const { text, toolUse, reasoningContent, citationsContent, image } = block;
    if (typeof text === "string") {
      this.delta(index, { text });
    } else if (isRecord(toolUse) && !isServerTool(toolUse)) {
      this.#wholeCall(index, toolUse, isCut);
    } else if (isRecord(reasoningContent)) {
      const { reasoningText, redactedContent } = reasoningContent;
      this.delta(index, { reasoningContent: { ...asRecord(reasoningText), redactedContent } });
    } else if (isRecord(citationsContent)) {
      for (const piece of asArray(citationsContent["content"]))
        this.delta(index, { text: asText(asRecord(piece)["text"]) });
      for (const citation of asArray(citationsContent["citations"])) this.delta(index, { citation });
    } else if (isRecord(image)) {
      this.start(index, { image });
      this.delta(index, { image });
    } else {
      this.#endCall();
      this.#keep(block);
    }
    this.stop(index);
  }

  #wholeCall(index: number, { input, ...start }: Fields, isCut: boolean): void {
    this.start(index, { toolUse: start });
    const hasInput = isRecord(input) ? Object.keys(input).length > 0 : input !== undefined && input !== null;
    if (!hasInput) return;
    const text = JSON.stringify(input);
    // Whether the object had more members than came before the limit is not told, so it is not closed.
    this.#readInput(index, isCut ? text.slice(0, -1) : text);
  }

  start(index: number, start: Fields): void {
    this.#endCall();
    const { toolUse } = start;
    if (isRecord(toolUse) && !isServerTool(toolUse)) return this.#startCall(index, toolUse);
    for (const [kind, value] of Object.entries(start)) {
      this.#open.set(index, { kind, fields: { ...asRecord(value) }, pieces: [] });
    }
  }

  delta(index: number, delta: Fields): void {
    const { text, toolUse, reasoningContent, citation, toolResult, image } = delta;
    if (isRecord(toolUse)) return this.#readInput(index, asText(toolUse["input"]));
    this.#endCall();
    if (typeof text === "string") this.#readText(index, text);
    else if (isRecord(reasoningContent)) this.#readReasoning(index, reasoningContent);
    else if (isRecord(citation)) this.#readCitation(index, citation);
    else if (Array.isArray(toolResult)) this.#add(index, "toolResult", "content", toolResult);
    else if (isRecord(image)) this.#readImage(index, image);
    else this.#readUnknown(index, delta);
  }

  stop(index: number): void {
    const open = this.#open.get(index);
    this.#open.delete(index);
    this.#lastCall = this.#calls.get(index);
    if (open) this.#close(open, this.#textAt === index);
    this.#textAt = undefined;
    this.#answer.endPart();
  }

  /** The answer went on after the last call, so that one was not cut. */
  #endCall(): void {
    if (this.#lastCall !== undefined) this.#answer.toolCallEnd(this.#lastCall);
    this.#lastCall = undefined;
  }

  #startCall(index: number, { toolUseId, name, type, ...others }: Fields): void {
    if (typeof name !== "string" || name === "")
      throw this.#answer.invalid("a tool call without the tool's name");
    const number = this.#calls.size;
    this.#calls.set(index, number);
    // "tool_use" is what a call is without a type, and is not taken back.
    const rest = type === undefined || type === "tool_use" ? others : { type, ...others };
    const metadata = Object.keys(rest).length > 0 ? { bedrock: rest } : undefined;
    this.#answer.toolCallStart(number, asText(toolUseId) || newToolCallId(), name, metadata);
  }

  #readInput(index: number, input: string): void {
    const call = this.#calls.get(index);
    const open = this.#open.get(index);
    if (call !== undefined) this.#answer.toolCallDelta(call, input);
    else if (open) open.pieces.push(input);
    else throw this.#answer.invalid(`arguments of a tool call (index ${index}) that was not started`);
  }

  #readText(index: number, text: string): void {
    if (text === "") return;
    this.#textAt = index;
    this.#answer.text(text);
  }

  /** {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningContentBlockDelta.html} */
  #readReasoning(index: number, { text, signature, redactedContent }: Fields): void {
    this.#answer.reasoning(asText(text));
    if (signature) this.#answer.reasoningDetail({ signature: asText(signature) });
    if (typeof redactedContent === "string")
      this.#opened(index, "redactedContent").pieces.push(redactedContent);
  }

  /**
   * Kept with the text, to go back with it, and a source. Each comes whole, though the reference calls it an update.
   * {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html}
   */
  #readCitation(index: number, citation: Fields): void {
    this.#add(index, "citationsContent", "citations", [citation]);
    this.#answer.source({ ...citedSource(citation), providerMetadata: { bedrock: citation } });
  }

  #readImage(index: number, { source, error }: Fields): void {
    const { bytes } = asRecord(source);
    if (typeof bytes === "string") this.#opened(index, "image").pieces.push(bytes);
    const { message } = asRecord(error);
    if (message !== undefined)
      this.#answer.warn({ type: "other", message: `an image of the answer is missing: ${asText(message)}` });
  }

  /** A piece of a kind that is not known here: words are added to those before, all else replaces. */
  #readUnknown(index: number, delta: Fields): void {
    for (const [kind, value] of Object.entries(delta)) {
      const { fields } = this.#opened(index, kind);
      for (const [name, member] of Object.entries(asRecord(value))) {
        const before = fields[name];
        fields[name] = typeof before === "string" && typeof member === "string" ? before + member : member;
      }
    }
  }

  #add(index: number, kind: string, name: string, members: readonly unknown[]): void {
    const { fields } = this.#opened(index, kind);
    fields[name] = [...asArray(fields[name]), ...members];
  }

  /** Most blocks begin with their first piece. */
  #opened(index: number, kind: string): OpenBlock {
    const open = this.#open.get(index) ?? { kind, fields: {}, pieces: [] };
    this.#open.set(index, open);
    return open;
  }

  #close({ kind, fields, pieces }: OpenBlock, hasText: boolean): void {
    if (kind === "citationsContent" && hasText) {
      this.#answer.partMetadata({ bedrock: fields });
    } else if (kind === "redactedContent") {
      this.#answer.part({ type: "reasoning", text: "", redactedData: joinedBase64(pieces) });
    } else if (kind === "image") {
      const mediaType = `image/${asText(fields["format"])}`;
      if (pieces.length > 0) this.#answer.part({ type: "file", mediaType, data: joinedBase64(pieces) });
    } else if (kind === "toolUse" && pieces.join("").trim() !== "") {
      this.#keepServerCall(fields, pieces.join(""));
    } else {
      this.#keep({ [kind]: fields });
    }
  }

  #keepServerCall(fields: Fields, inputText: string): void {
    const input = parseInput(inputText);
    if (input !== undefined) return this.#keep({ toolUse: { ...fields, input } });
    this.#answer.warn({
      type: "other",
      message: `the answer ended within the call of the server's tool "${asText(fields["name"])}", which is left out; its arguments so far: ${inputText}`,
    });
  }

  /** A block that Beluga has no part for stays as it is, on an empty text, and so goes back to the vendor in its place. */
  #keep(block: Fields): void {
    this.#answer.part({ type: "text", text: "", providerMetadata: { bedrock: block } });
  }
}

/** A tool that runs at the vendor's, whose call is not for the caller: {@link https://docs.aws.amazon.com/nova/latest/nova2-userguide/tool-system.html}. */
function isServerTool({ type }: Fields): boolean {
  return type === "server_tool_use";
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the caller says so in a warning
  }
}

/** Each piece may be padded. */
function joinedBase64(pieces: readonly string[]): string {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  return encodeBase64(Uint8Array.from(pieces.flatMap((piece) => [...decodeBase64(piece)])));
}

/** A document is named by its place among all documents of the request, from 0, and so is a search result. */
function citedSource({ title, source, sourceContent, location }: Fields): Source {
  const { web, ...places } = asRecord(location);
  const { url = source } = asRecord(web);
  const isAddress = typeof url === "string" && URL.canParse(url);
  const [place] = Object.values(places).map(asRecord);
  const document =
    place?.["documentIndex"] ?? place?.["searchResultIndex"] ?? (isAddress ? undefined : source);
  const text = asArray(sourceContent)
    .map((piece) => asText(asRecord(piece)["text"]))
    .join("");
  return {
    ...(isAddress && { url }),
    ...(typeof title === "string" && { title }),
    ...((typeof document === "string" || typeof document === "number") && { documentId: String(document) }),
    ...(text !== "" && { text }),
  };
}

/**
 * The API's `inputTokens` are those that no cache had a part in; the total counts all that was read:
 * {@link https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html}.
 */
function usageOf(raw: Fields): Usage {
  const fresh = asCount(raw["inputTokens"]);
  const output = asCount(raw["outputTokens"]);
  const total = asCount(raw["totalTokens"]);
  const cached = asCount(raw["cacheReadInputTokens"]);
  const written = asCount(raw["cacheWriteInputTokens"]);
  const sum = fresh === undefined ? undefined : fresh + (cached ?? 0) + (written ?? 0);
  const input = total === undefined || output === undefined ? sum : total - output;
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(input !== undefined && output !== undefined && { totalTokens: input + output }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    raw,
  };
}
