import { type ChatAnswer, asArray, asRecord, asText, isRecord, newToolCallId } from "@beluga/core/provider";
import {
  type Item,
  type Kind,
  callFields,
  isCall,
  messageFields,
  newItem,
  reasoningFields,
} from "./responses-items.js";
import { citedSource, foundSources } from "./responses-sources.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the items of the output, whole or in pieces: {@link https://platform.openai.com/docs/api-reference/responses/object#responses-object-output}.
 *
 * When an item ends it is there whole, and what no event brought of it before is read then: of some servers all, of most nothing.
 */
export class OutputReader {
  readonly #answer: ChatAnswer;
  readonly #provider: string;
  /** By `output_index`, as ids change from event to event at some gateways. */
  readonly #items = new Map<unknown, Item>();
  /** In the order in which they began. */
  readonly #all: Item[] = [];
  #calls = 0;
  /** The item whose text or reasoning is arriving, and which piece of it. */
  #open: Item | undefined;
  #kind: Kind = "output_text";
  #piece: unknown;
  /** Of the open text. */
  #annotations: readonly unknown[] = [];

  constructor(answer: ChatAnswer, provider: string) {
    this.#answer = answer;
    this.#provider = provider;
  }

  start(index: unknown, fields: Fields): void {
    const item = this.#create(index, fields);
    if (isCall(fields)) this.#startCall(item);
  }

  /** A piece of the words of a message, or of reasoning. */
  delta(kind: Kind, event: Fields): void {
    const { output_index: index, delta } = event;
    const type = kind === "output_text" ? "message" : "reasoning";
    const item = this.#items.get(index) ?? this.#create(index, { type });
    this.#add(
      item,
      kind,
      kind === "summary_text" ? event["summary_index"] : event["content_index"],
      asText(delta),
    );
  }

  refusal({ output_index: index, delta }: Fields): void {
    this.#addRefusal(this.#items.get(index) ?? this.#create(index, { type: "message" }), asText(delta));
  }

  /** A piece of the arguments of a function, or of the input of a custom tool. */
  callInput({ output_index: index, delta }: Fields): void {
    const item = this.#items.get(index);
    if (!item)
      throw this.#answer.invalid(`the input of a tool call (index ${String(index)}) that was not started`);
    // Without a name yet: then the whole input is read when it has one.
    if (item.call !== undefined) this.#addInput(item, item.call, asText(delta));
  }

  annotation({ output_index: index, annotation }: Fields): void {
    const item = this.#items.get(index);
    if (!item || !isRecord(annotation)) return;
    this.#addSource(item, annotation);
    if (this.#open === item) this.#annotations = [...this.#annotations, annotation];
  }

  end(index: unknown, fields: Fields): void {
    const present = this.#items.get(index);
    this.#end(present && !present.isDone ? present : this.#create(index, fields), fields);
  }

  /**
   * The end of the response, with its whole output. It may be empty although there were items, or have some that no event showed; each is
   * told by its type, and its place among those of that type.
   */
  endAll(output: readonly unknown[]): void {
    const seen = this.#all.slice();
    for (const fields of output.filter(isRecord)) {
      const at = seen.findIndex((item) => item.fields["type"] === fields["type"]);
      const [item] = at < 0 ? [] : seen.splice(at, 1);
      if (!item?.isDone) this.#end(item ?? this.#create(undefined, fields), fields);
    }
    // A call that did not end may have been cut: whether it is whole all the same is the answer's to say.
    for (const item of seen) if (!item.isDone && !isCall(item.fields)) this.#end(item, item.fields);
    this.#close();
  }

  #create(index: unknown, fields: Fields): Item {
    const item = newItem(fields);
    if (index !== undefined) this.#items.set(index, item);
    this.#all.push(item);
    return item;
  }

  #end(item: Item, fields: Fields): void {
    item.fields = fields;
    item.isDone = true;
    switch (fields["type"]) {
      case "message":
        return this.#endMessage(item);
      case "reasoning":
        return this.#endReasoning(item);
      case "function_call":
      case "custom_tool_call":
        return this.#endCall(item);
      case "image_generation_call":
        return this.#endImage(fields);
      default:
        return this.#keep(fields);
    }
  }

  #endMessage(item: Item): void {
    const contents = asArray(item.fields["content"]).filter(isRecord);
    let length = 0;
    let cited = 0;
    for (const [piece, content] of contents.entries()) {
      if (content["type"] === "refusal") {
        this.#addRefusal(item, asText(content["refusal"]).slice(item.refusal.length));
        continue;
      }
      length = this.#addMissing(item, "output_text", piece, content["text"], length);
      const annotations = asArray(content["annotations"]).filter(isRecord);
      const isOpen = this.#open === item && (this.#piece === piece || contents.length === 1);
      if (isOpen) this.#annotations = annotations;
      for (const annotation of annotations.slice(Math.max(0, item.sources - cited)))
        this.#addSource(item, annotation);
      cited += annotations.length;
      this.#addLogprobs(content["logprobs"]);
    }
    this.#closeItem(item);
    // One that says nothing goes back as well: the API wants what came after reasoning.
    if (item.refusal !== "" || !item.hasPart) {
      const refusal = item.refusal !== "" && { refusal: item.refusal };
      this.#keep({ ...messageFields(item.fields), ...refusal });
    }
  }

  #endReasoning(item: Item): void {
    const { summary, content, encrypted_content: encrypted } = item.fields;
    for (const [kind, pieces] of [["summary_text", summary] as const, ["reasoning_text", content] as const]) {
      let length = 0;
      for (const [piece, { text }] of asArray(pieces).map(asRecord).entries())
        length = this.#addMissing(item, kind, piece, text, length);
    }
    const detail = typeof encrypted === "string" && encrypted !== "" && { redactedData: encrypted };
    if (this.#open === item) {
      if (detail) this.#answer.reasoningDetail(detail);
      this.#close();
    } else if (detail || !item.hasPart) {
      this.#close();
      const providerMetadata = { [this.#provider]: reasoningFields(item.fields) };
      this.#answer.part({ type: "reasoning", text: "", ...detail, providerMetadata });
    }
  }

  /** The end of a piece of which only the beginning was read. Returns the length of all pieces up to this one. */
  #addMissing(item: Item, kind: Kind, piece: number, text: unknown, before: number): number {
    const words = asText(text);
    this.#add(item, kind, piece, words.slice(Math.max(0, item.read[kind] - before)));
    return before + words.length;
  }

  #endCall(item: Item): void {
    if (item.call === undefined) this.#startCall(item);
    const { fields, call } = item;
    if (call === undefined) throw this.#answer.invalid("a tool call without the tool's name");
    const isCustom = fields["type"] === "custom_tool_call";
    this.#addInput(item, call, asText(isCustom ? fields["input"] : fields["arguments"]).slice(item.input));
    if (fields["status"] === "incomplete") return;
    if (isCustom) this.#answer.toolCallDelta(call, item.input === 0 ? '""' : '"');
    this.#answer.toolCallMetadata(call, { [this.#provider]: callFields(fields) });
    this.#answer.toolCallEnd(call);
  }

  #startCall(item: Item): void {
    const { call_id: id, id: itemId, name } = item.fields;
    if (typeof name !== "string" || name === "") return;
    this.#close();
    item.call = this.#calls++;
    const metadata = { [this.#provider]: callFields(item.fields) };
    this.#answer.toolCallStart(item.call, asText(id) || asText(itemId) || newToolCallId(), name, metadata);
  }

  /** The input of a custom tool is any text: a string, as the arguments of a call. */
  #addInput(item: Item, call: number, delta: string): void {
    if (delta === "") return;
    const isCustom = item.fields["type"] === "custom_tool_call";
    const start = item.input === 0 ? '"' : "";
    item.input += delta.length;
    this.#answer.toolCallDelta(call, isCustom ? start + JSON.stringify(delta).slice(1, -1) : delta);
  }

  /** {@link https://developers.openai.com/api/docs/guides/tools-image-generation} */
  #endImage(fields: Fields): void {
    const { result: data, ...own } = fields;
    if (typeof data !== "string" || data === "") return this.#keep(fields);
    this.#close();
    const format = asText(own["output_format"]) || "png";
    const mediaType = format === "svg" ? "image/svg+xml" : `image/${format}`;
    this.#answer.part({ type: "file", mediaType, data, providerMetadata: { [this.#provider]: own } });
  }

  /** What Beluga has no part for stays as it is, on an empty text, and so goes back to the vendor in its place. */
  #keep({ created_by: _, ...fields }: Fields): void {
    this.#close();
    this.#answer.part({ type: "text", text: "", providerMetadata: { [this.#provider]: fields } });
    for (const source of foundSources(fields)) this.#answer.source(source);
  }

  #add(item: Item, kind: Kind, piece: unknown, delta: string): void {
    if (delta === "") return;
    if (this.#open !== item || this.#piece !== piece || this.#kind !== kind) {
      this.#close();
      this.#open = item;
      this.#kind = kind;
      this.#piece = piece;
      item.hasPart = true;
    }
    item.read[kind] += delta.length;
    if (kind === "output_text") this.#answer.text(delta);
    else this.#answer.reasoning(delta);
  }

  #addRefusal(item: Item, delta: string): void {
    item.refusal += delta;
    this.#answer.refusal(delta);
  }

  #addSource(item: Item, annotation: Fields): void {
    item.sources++;
    this.#answer.source(citedSource(annotation, this.#provider));
  }

  #addLogprobs(logprobs: unknown): void {
    const tokens = asArray(logprobs);
    if (tokens.length === 0) return;
    const metadata = (this.#answer.providerMetadata[this.#provider] ??= {}) as Record<string, unknown>;
    metadata["logprobs"] = [...asArray(metadata["logprobs"]), ...tokens];
  }

  #closeItem(item: Item): void {
    if (this.#open === item) this.#close();
  }

  /** The text or reasoning that is open is complete, and gets the vendor's data of its item. */
  #close(): void {
    if (!this.#open) return;
    const { fields } = this.#open;
    const own =
      this.#kind === "output_text"
        ? {
            ...messageFields(fields),
            ...(this.#annotations.length > 0 && { annotations: this.#annotations }),
          }
        : { ...reasoningFields(fields), ...(this.#kind === "reasoning_text" && { kind: this.#kind }) };
    this.#answer.partMetadata({ [this.#provider]: own });
    this.#answer.endPart();
    this.#open = undefined;
    this.#annotations = [];
  }
}
