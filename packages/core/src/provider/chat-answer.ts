import type {
  AssistantPart,
  ChatResponse,
  ChatStreamPart,
  FilePart,
  FinishReason,
  ProviderMetadata,
  ReasoningPart,
  Source,
  TextPart,
  ToolCallPart,
} from "../chat.js";
import type { Warning } from "../common.js";
import { BelugaError } from "../errors.js";
import type { Usage } from "../usage.js";

interface OpenToolCall {
  index: number;
  id: string;
  name: string;
  argumentsText: string;
  providerMetadata: ProviderMetadata | undefined;
  /** Where in the message the call stands; its part is put there when it is complete. */
  position: number;
}

interface AnswerIdentity {
  op: string;
  provider: string;
  model: string;
}

/**
 * An answer while it arrives. A provider writes to it what it reads, piece by piece, from a stream or from one whole body; both then come
 * out the same, with the parts in order, tool calls whole, and one response at the end.
 */
export class ChatAnswer {
  /** The vendor's id of the answer. */
  id: string | undefined;
  /** The model that answers. */
  model: string;
  usage: Usage = {};
  readonly warnings: Warning[];
  readonly providerMetadata: ProviderMetadata = {};
  /** What a consumer of the stream has not seen yet; emptied by whoever hands it on. */
  readonly queue: ChatStreamPart[] = [];

  readonly #identity: AnswerIdentity;
  readonly #streaming: boolean;
  readonly #parts: (AssistantPart | undefined)[] = [];
  readonly #toolCalls = new Map<number, OpenToolCall>();
  readonly #brokenCalls: OpenToolCall[] = [];
  readonly #sources: Source[] = [];
  #open: TextPart | ReasoningPart | undefined;
  #refusal = "";
  #finish: { unified: FinishReason; raw: string | undefined } | undefined;
  #complete = false;

  constructor(identity: AnswerIdentity, warnings: Warning[], streaming: boolean) {
    this.#identity = identity;
    this.model = identity.model;
    this.warnings = warnings;
    this.#streaming = streaming;
  }

  /** A piece of text. Joins the text before it, unless another part or {@link ChatAnswer.endPart} came between. */
  text(delta: string): void {
    if (delta === "") return;
    if (this.#open?.type === "text") this.#open.text += delta;
    else this.#begin({ type: "text", text: delta });
    if (this.#streaming) this.queue.push({ type: "text", text: delta });
  }

  /** A piece of reasoning. */
  reasoning(delta: string): void {
    if (delta === "") return;
    if (this.#open?.type === "reasoning") this.#open.text += delta;
    else this.#begin({ type: "reasoning", text: delta });
    if (this.#streaming) this.queue.push({ type: "reasoning", text: delta });
  }

  /** A part of the message that does not come in pieces: a file, reasoning that the vendor encrypted. */
  part(part: FilePart | ReasoningPart | TextPart): void {
    if (part.type !== "file" && part.text !== "") {
      this.endPart();
      this[part.type](part.text);
      Object.assign(this.#open as TextPart | ReasoningPart, part);
    } else {
      this.#parts.push({ ...part });
    }
    this.endPart();
  }

  /** What belongs to the reasoning that is arriving, or to an empty one where none is: its signature, the vendor's ids. */
  reasoningDetail(detail: Omit<Partial<ReasoningPart>, "type" | "text">): void {
    if (this.#open?.type !== "reasoning") this.#begin({ type: "reasoning", text: "" });
    const open = this.#open as ReasoningPart;
    const signature =
      detail.signature === undefined ? {} : { signature: (open.signature ?? "") + detail.signature };
    Object.assign(open, detail, signature);
  }

  /** The vendor's data of the text or reasoning that is arriving. */
  partMetadata(metadata: ProviderMetadata): void {
    if (this.#open) this.#open.providerMetadata = { ...this.#open.providerMetadata, ...metadata };
  }

  /** The text or reasoning so far is complete; what comes next is a part of its own. */
  endPart(): void {
    this.#open = undefined;
  }

  /** The vendor's words of a refusal. */
  refusal(delta: string): void {
    this.#refusal += delta;
  }

  /** The start of a call; `index` tells calls apart until they are complete. */
  toolCallStart(index: number, id: string, name: string, providerMetadata?: ProviderMetadata): void {
    this.endPart();
    this.toolCallEnd(index); // of an earlier call with this index, whose end the vendor did not say
    const position = this.#parts.push(undefined) - 1;
    this.#toolCalls.set(index, { index, id, name, argumentsText: "", providerMetadata, position });
    if (this.#streaming) this.queue.push({ type: "tool-call-start", index, id, name });
  }

  /** A piece of the arguments' JSON text. */
  toolCallDelta(index: number, argumentsText: string): void {
    const call = this.#toolCalls.get(index);
    if (!call) throw this.invalid(`arguments of a tool call (index ${index}) that was not started`);
    if (argumentsText === "") return;
    call.argumentsText += argumentsText;
    if (this.#streaming) this.queue.push({ type: "tool-call-delta", index, argumentsText });
  }

  hasToolCall(index: number): boolean {
    return this.#toolCalls.has(index);
  }

  /** The vendor's data of a call that is not complete yet. */
  toolCallMetadata(index: number, providerMetadata: ProviderMetadata): void {
    const call = this.#toolCalls.get(index);
    if (call) call.providerMetadata = { ...call.providerMetadata, ...providerMetadata };
  }

  /**
   * The call is complete. Where its arguments are no valid JSON, what becomes of it depends on how the answer ends.
   */
  toolCallEnd(index: number): void {
    const call = this.#toolCalls.get(index);
    if (!call) return;
    this.#toolCalls.delete(index);
    const parsed = parseArguments(call.argumentsText);
    if (parsed) this.#addToolCall(call, parsed.value);
    else this.#brokenCalls.push(call);
  }

  /** A call that comes whole, its arguments as JSON text. */
  toolCall(
    index: number,
    id: string,
    name: string,
    argumentsText: string,
    providerMetadata?: ProviderMetadata,
  ): void {
    this.toolCallStart(index, id, name, providerMetadata);
    this.toolCallDelta(index, argumentsText);
    this.toolCallEnd(index);
  }

  /** How many calls there are so far. */
  get toolCallCount(): number {
    return this.#parts.filter((part) => part === undefined || part.type === "tool-call").length;
  }

  source(source: Source): void {
    this.#sources.push(source);
    if (this.#streaming) this.queue.push({ type: "source", source });
  }

  warn(warning: Warning): void {
    this.warnings.push(warning);
  }

  /** The vendor's own event; handed on to those who asked for it. */
  raw(value: unknown): void {
    this.queue.push({ type: "raw", value });
  }

  /** The vendor's reason for the end of the answer. May be called again; the first one that says something stands. */
  finish(raw: string | undefined, unified: FinishReason): void {
    // Looked up by the vendor's word, which may be the name of what every object has: `constructor`.
    this.#finish ??= { raw, unified: typeof unified === "string" ? unified : "other" };
  }

  /** Whether a finish reason was seen, or {@link ChatAnswer.complete} called: only then is the end of the stream a normal end. */
  get isComplete(): boolean {
    return this.#complete || this.#finish !== undefined;
  }

  /** The vendor's terminal marker was seen. */
  complete(): void {
    this.#complete = true;
  }

  get #unified(): FinishReason {
    const unified = this.#finish?.unified ?? "other";
    if (this.#refusal !== "") return "content-filter";
    // Several vendors say "stop" although the model called tools.
    return unified === "stop" && this.#parts.some((part) => part?.type === "tool-call")
      ? "tool-calls"
      : unified;
  }

  /** What may have stopped the model in the middle of a tool call, so that such a call is no fault of the answer. */
  get #cutBy(): string | undefined {
    return { length: "the token limit", "content-filter": "the vendor's filter" }[this.#unified as string];
  }

  /**
   * Settles what is open, and gives the response; a stream's last part is queued.
   *
   * @throws BelugaError `truncated` where the vendor did not say that the answer is complete, `invalid_response` where a tool call's arguments are no JSON.
   */
  end(): ChatResponse {
    if (!this.isComplete) throw this.truncated();
    const cut = this.#cutBy;
    const last = this.#parts.length - 1;
    for (const call of this.#toolCalls.values()) {
      // Stopped when nothing of this last call's arguments had come: it was cut before them.
      if (cut && call.argumentsText.trim() === "" && call.position === last) {
        this.#brokenCalls.push(call);
        this.#toolCalls.delete(call.index);
      } else {
        this.toolCallEnd(call.index);
      }
    }
    for (const { name, argumentsText } of this.#brokenCalls) {
      if (!cut) throw this.invalid(`the arguments of the tool call "${name}" are not valid JSON`);
      this.warn({
        type: "other",
        message: `${cut} cut the call of the tool "${name}", which is left out; its arguments so far: ${argumentsText}`,
      });
    }
    const response = this.response();
    if (this.#streaming) this.queue.push({ type: "finish", response });
    return response;
  }

  /** The response so far. Of an answer that broke, calls whose arguments are not JSON carry the text of them. */
  response(): ChatResponse {
    const parts = this.#parts.slice();
    if (!this.#cutBy) {
      for (const { position, id, name, argumentsText } of [
        ...this.#toolCalls.values(),
        ...this.#brokenCalls,
      ]) {
        parts[position] = { type: "tool-call", id, name, arguments: argumentsText };
      }
    }
    const content: AssistantPart[] = [];
    const toolCalls: ToolCallPart[] = [];
    // At the end, because to keep them beside the parts would cost each piece a second time.
    const texts = { text: "", reasoning: "" };
    for (const part of parts) {
      if (part === undefined) continue;
      content.push(part);
      if (part.type === "tool-call") toolCalls.push(part);
      else if (part.type !== "file") texts[part.type] += part.text;
    }
    return {
      message: { role: "assistant", content },
      ...texts,
      toolCalls,
      ...(this.#refusal !== "" && { refusal: this.#refusal }),
      finishReason: { unified: this.#unified, raw: this.#finish?.raw },
      usage: this.usage,
      model: this.model,
      id: this.id,
      warnings: this.warnings,
      sources: this.#sources,
      providerMetadata: this.providerMetadata,
    };
  }

  /** The error for an answer that cannot be trusted, with what has arrived. */
  invalid(problem: string): BelugaError {
    return this.#error("invalid_response", problem);
  }

  /** The error for an answer that ended too early, with what has arrived. */
  truncated(): BelugaError {
    return this.#error("truncated", "the answer ended before the vendor said that it was complete");
  }

  #error(code: "truncated" | "invalid_response", problem: string): BelugaError {
    const { op, provider, model } = this.#identity;
    return new BelugaError({
      op,
      code,
      provider,
      model,
      message: `${provider} ${op}: ${problem}`,
      partial: this.response(),
    });
  }

  #begin(part: TextPart | ReasoningPart): void {
    this.#open = part;
    this.#parts.push(part);
  }

  #addToolCall({ index, id, name, position, providerMetadata }: OpenToolCall, value: unknown): void {
    const toolCall: ToolCallPart = {
      type: "tool-call",
      id,
      name,
      arguments: value,
      ...(providerMetadata && { providerMetadata }),
    };
    this.#parts[position] = toolCall;
    if (this.#streaming) this.queue.push({ type: "tool-call", index, toolCall });
  }
}

/** Absent, empty and `null` arguments are `{}`. */
function parseArguments(text: string): { value: unknown } | undefined {
  if (text.trim() === "") return { value: {} };
  try {
    return { value: (JSON.parse(text) as unknown) ?? {} };
  } catch {
    return undefined; // the caller decides, by how the answer ends, whether that is an error
  }
}
