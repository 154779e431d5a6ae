import type { BelugaError, FinishReason, Source, Usage } from "@beluga/core";
import {
  type ChatAnswer,
  type ChatEventReader,
  asArray,
  asCount,
  asRecord,
  asText,
  isRecord,
  newToolCallId,
} from "@beluga/core/provider";

// What the API sends, of which nothing is taken on trust: gateways that speak its language leave things out.
type Fields = Readonly<Record<string, unknown>>;

/** Reads the events of a stream: {@link https://platform.claude.com/docs/en/build-with-claude/streaming}. */
export class EventReader implements ChatEventReader {
  /** Whether the event that ends the stream was seen. */
  isDone = false;
  readonly #answer: ChatAnswer;
  readonly #failure: (event: unknown) => BelugaError;
  readonly #blocks: BlockReader;
  #usage: Fields = {};

  constructor(answer: ChatAnswer, failure: (event: unknown) => BelugaError) {
    this.#answer = answer;
    this.#failure = failure;
    this.#blocks = new BlockReader(answer);
  }

  read(event: Fields, name: string | undefined): void {
    const { type = name, index } = event;
    const at = typeof index === "number" ? index : 0;
    switch (type) {
      case "content_block_delta":
        if (isRecord(event["delta"])) this.#blocks.delta(at, event["delta"]);
        break;
      case "content_block_start":
        if (isRecord(event["content_block"])) this.#blocks.start(at, event["content_block"]);
        break;
      case "content_block_stop":
        this.#blocks.stop(at);
        break;
      case "message_start":
        if (isRecord(event["message"])) this.#readStart(event["message"]);
        break;
      case "message_delta":
        this.#readEnd(event);
        break;
      case "message_stop":
        this.isDone = true;
        this.#answer.complete();
        break;
      default: // pings, and what future versions add
        if (type === "error" || event["error"]) throw this.#failure(event);
    }
  }

  #readStart(message: Fields): void {
    readIdentity(message, this.#answer);
    readMetadata(message, this.#answer);
    this.#readUsage(message["usage"]);
  }

  #readEnd(event: Fields): void {
    const delta = asRecord(event["delta"]);
    this.#readUsage(event["usage"]);
    readMetadata(event, this.#answer);
    readMetadata(delta, this.#answer);
    readStop(delta, this.#answer);
  }

  /** The counts are cumulative: each replaces the one of the same name before it, unless it is not told again. */
  #readUsage(usage: unknown): void {
    if (!isRecord(usage)) return;
    const told = Object.entries(usage).filter(([name, count]) => count !== null || !(name in this.#usage));
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
    this.#answer.usage = usageOf(this.#usage);
  }
}

/** Reads a whole answer: {@link https://platform.claude.com/docs/en/api/messages/create#response}. */
export function readMessage(body: unknown, answer: ChatAnswer): void {
  if (!isRecord(body) || !Array.isArray(body["content"])) throw answer.invalid("a body without content");
  readIdentity(body, answer);
  if (isRecord(body["usage"])) answer.usage = usageOf(body["usage"]);
  readMetadata(body, answer);
  const content = (body["content"] as readonly unknown[]).filter(isRecord);
  const isCut = finishReasons[asText(body["stop_reason"])] === "length";
  const blocks = new BlockReader(answer);
  for (const [index, block] of content.entries()) {
    blocks.start(index, block, isCut && index === content.length - 1);
    blocks.stop(index);
  }
  readStop(body, answer);
  answer.complete();
}

function readIdentity({ id, model }: Fields, answer: ChatAnswer): void {
  if (typeof id === "string" && id !== "") answer.id = id;
  if (typeof model === "string" && model !== "") answer.model = model;
}

const readElsewhere: ReadonlySet<string> = new Set([
  "content",
  "delta",
  "id",
  "model",
  "role",
  "stop_reason",
  "type",
  "usage",
]);

/** All else that the API says of an answer, as it is: `stopSequence`, `stopDetails`, `container`, `contextManagement`. */
function readMetadata(fields: Fields, answer: ChatAnswer): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || readElsewhere.has(name)) continue;
    const metadata = (answer.providerMetadata["anthropic"] ??= {}) as Record<string, unknown>;
    metadata[name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
}

/** {@link https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons} */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  refusal: "content-filter",
};

function readStop({ stop_reason: reason, stop_details: details }: Fields, answer: ChatAnswer): void {
  if (typeof reason !== "string" || reason === "") return;
  answer.finish(reason, finishReasons[reason] ?? "other");
  if (reason === "refusal") answer.refusal(asText(asRecord(details)["explanation"]));
}

/** A block that is still arriving, and is not the text, the reasoning or the call that the answer keeps itself. */
interface OpenBlock {
  /** As it came, or as far as it has come. */
  fields: Record<string, unknown>;
  /** Of a tool that runs at the vendor's: the text of its arguments. */
  inputText: string;
}

/** Reads content blocks, whole or in pieces: {@link https://platform.claude.com/docs/en/api/messages/create#response}. */
class BlockReader {
  readonly #answer: ChatAnswer;
  readonly #open = new Map<number, OpenBlock>();
  /** From the index of a `tool_use` block to the number of its call. */
  readonly #calls = new Map<number, number>();
  /** A call whose block is complete, but which the token limit may have cut: only a block after it tells. */
  #lastCall: number | undefined;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  /** @param isCut - The answer ended by the token limit with this whole block. */
  start(index: number, block: Fields, isCut = false): void {
    const answer = this.#answer;
    this.#endCall();
    switch (block["type"]) {
      case "text": {
        const { type: _, text, citations, ...rest } = block;
        if (Object.keys(rest).length > 0) this.#open.set(index, { fields: rest, inputText: "" });
        for (const citation of asArray(citations)) this.#readCitation(index, citation);
        answer.text(asText(text));
        break;
      }
      case "thinking": {
        const { type: _, thinking, signature, ...rest } = block;
        if (Object.keys(rest).length > 0) this.#open.set(index, { fields: rest, inputText: "" });
        answer.reasoning(asText(thinking));
        if (signature) answer.reasoningDetail({ signature: asText(signature) });
        break;
      }
      case "redacted_thinking": {
        const { type: _, data, ...rest } = block;
        const metadata = Object.keys(rest).length > 0 && { providerMetadata: { anthropic: rest } };
        answer.part({ type: "reasoning", text: "", redactedData: asText(data), ...metadata });
        break;
      }
      case "tool_use":
        this.#startCall(index, block, isCut);
        break;
      default:
        this.#open.set(index, { fields: { ...block }, inputText: "" });
    }
  }

  delta(index: number, delta: Fields): void {
    switch (delta["type"]) {
      case "text_delta":
        this.#answer.text(asText(delta["text"]));
        break;
      case "thinking_delta":
        this.#answer.reasoning(asText(delta["thinking"]));
        break;
      case "signature_delta":
        this.#answer.reasoningDetail({ signature: asText(delta["signature"]) });
        break;
      case "input_json_delta":
        this.#readInput(index, asText(delta["partial_json"]));
        break;
      case "citations_delta":
        this.#readCitation(index, delta["citation"]);
        break;
      default:
        this.#addTo(index, delta);
    }
  }

  stop(index: number): void {
    const open = this.#open.get(index);
    this.#open.delete(index);
    this.#lastCall = this.#calls.get(index);
    if (open) {
      if (typeof open.fields["type"] === "string") this.#keepBlock(open);
      else this.#answer.partMetadata({ anthropic: open.fields });
    }
    this.#answer.endPart();
  }

  /** The answer went on after the last call, so that one was not cut. */
  #endCall(): void {
    if (this.#lastCall !== undefined) this.#answer.toolCallEnd(this.#lastCall);
    this.#lastCall = undefined;
  }

  #startCall(index: number, block: Fields, isCut: boolean): void {
    const { type: _, id, name, input, ...rest } = block;
    if (typeof name !== "string" || name === "")
      throw this.#answer.invalid("a tool call without the tool's name");
    const number = this.#calls.size;
    this.#calls.set(index, number);
    const metadata = Object.keys(rest).length > 0 ? { anthropic: rest } : undefined;
    this.#answer.toolCallStart(number, asText(id) || newToolCallId(), name, metadata);
    // In a stream the arguments come in pieces, and this is `{}`.
    const hasInput = isRecord(input) ? Object.keys(input).length > 0 : input !== undefined && input !== null;
    if (!hasInput) return;
    const text = JSON.stringify(input);
    // Whether the object had more members than came before the limit is not told, so it is not closed.
    this.#answer.toolCallDelta(number, isCut ? text.slice(0, -1) : text);
  }

  #readInput(index: number, partialJSON: string): void {
    const call = this.#calls.get(index);
    const open = this.#open.get(index);
    if (call !== undefined) this.#answer.toolCallDelta(call, partialJSON);
    else if (open) open.inputText += partialJSON;
    else throw this.#answer.invalid(`arguments of a tool call (index ${index}) that was not started`);
  }

  /** {@link https://platform.claude.com/docs/en/build-with-claude/citations}: kept with the text, to go back with it, and a source. */
  #readCitation(index: number, citation: unknown): void {
    if (!isRecord(citation)) return;
    const open = this.#open.get(index) ?? { fields: {}, inputText: "" };
    this.#open.set(index, open);
    open.fields["citations"] = [...asArray(open.fields["citations"]), citation];
    this.#answer.source({ ...citedSource(citation), providerMetadata: { anthropic: citation } });
  }

  /** A piece of a kind that is not known here: words are added to those before, all else replaces. */
  #addTo(index: number, { type: _, ...delta }: Fields): void {
    const { fields } = this.#open.get(index) ?? {};
    if (!fields) return;
    for (const [name, value] of Object.entries(delta)) {
      const before = fields[name];
      fields[name] = typeof before === "string" && typeof value === "string" ? before + value : value;
    }
  }

  /** A block that Beluga has no part for stays as it is, on an empty text, and so goes back to the vendor in its place. */
  #keepBlock({ fields, inputText }: OpenBlock): void {
    if (inputText.trim() !== "") {
      const input = parseInput(inputText);
      if (input === undefined) {
        this.#answer.warn({
          type: "other",
          message: `the answer ended within the call of the server's tool "${asText(fields["name"])}", which is left out; its arguments so far: ${inputText}`,
        });
        return;
      }
      fields["input"] = input;
    }
    this.#answer.part({ type: "text", text: "", providerMetadata: { anthropic: fields } });
    for (const source of foundSources(fields)) this.#answer.source(source);
    // Another model took over: https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
    if (fields["type"] === "fallback") readIdentity({ model: asRecord(fields["to"])["model"] }, this.#answer);
  }
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the caller says so in a warning
  }
}

/** A document is named by its file, or by its place among all documents of the request, from 0. */
function citedSource(citation: Fields): Source {
  const { cited_text: text, title, document_title: documentTitle, url, source, file_id: file } = citation;
  const { document_index: place } = citation;
  const words = title ?? documentTitle;
  const address = url ?? source;
  const isAddress = typeof address === "string" && URL.canParse(address);
  const document = file ?? (isAddress ? undefined : (address ?? place));
  return {
    ...(isAddress && { url: address }),
    ...(typeof words === "string" && { title: words }),
    ...((typeof document === "string" || typeof document === "number") && { documentId: String(document) }),
    ...(typeof text === "string" && { text }),
  };
}

/** What a search found, or which page was fetched. A search that failed has an error in place of the list. */
function foundSources({ type, content }: Fields): Source[] {
  const found =
    type === "web_search_tool_result" ? asArray(content) : type === "web_fetch_tool_result" ? [content] : [];
  return found.filter(isRecord).flatMap(({ url, title, content: page }) => {
    if (typeof url !== "string") return [];
    const words = title ?? asRecord(page)["title"];
    return [{ url, ...(typeof words === "string" && { title: words }) }];
  });
}

/**
 * The API's `input_tokens` are those that no cache had a part in; all that was read is the sum:
 * {@link https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance}.
 */
function usageOf(raw: Fields): Usage {
  const fresh = asCount(raw["input_tokens"]);
  const output = asCount(raw["output_tokens"]);
  const cached = asCount(raw["cache_read_input_tokens"]);
  const written = asCount(raw["cache_creation_input_tokens"]);
  const reasoning = asCount(asRecord(raw["output_tokens_details"])["thinking_tokens"]);
  const input = fresh === undefined ? undefined : fresh + (cached ?? 0) + (written ?? 0);
  return {
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(input !== undefined && output !== undefined && { totalTokens: input + output }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(written !== undefined && { cacheWriteTokens: written }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
    raw,
  };
}
