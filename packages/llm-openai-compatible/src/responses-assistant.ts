import type { AssistantMessage, BelugaError, FilePart, ReasoningPart, ToolCallPart } from "@beluga/core";
import { asArray, asRecord, asBase64, isRecord } from "@beluga/core/provider";
import type { WireBody } from "./wire.js";

/** What the items of an assistant's message depend on, beside the message. */
export interface AssistantContext {
  provider: string;
  /** Whether the vendor stores the conversation, so that it finds an item by its id. */
  isStored: boolean;
  /** Whether reasoning is refused of which nothing came: where the token limit ended it, or cut the call after it. */
  refusesLooseReasoning: boolean;
  /** The error for what the wire does not carry. */
  unsupported(what: string): BelugaError;
}

/**
 * Writes what the model said, thought, called and made as the items that they were. Parts that are of one item become that item again: the
 * pieces of a summary, say.
 */
export class AssistantWriter {
  readonly #context: AssistantContext;
  readonly #items: WireBody[] = [];
  /** The last words that are of no item. */
  #plain: { role: "assistant"; content: string } | undefined;
  /** The ids of the reasoning that is there in encrypted form. */
  readonly #encrypted = new Set<unknown>();

  constructor(context: AssistantContext) {
    this.#context = context;
  }

  items({ content }: AssistantMessage): WireBody[] {
    const { provider, refusesLooseReasoning } = this.#context;
    const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    for (const part of parts) {
      if (part.type === "reasoning" && part.redactedData !== undefined)
        this.#encrypted.add(asRecord(part.providerMetadata?.[provider])["id"]);
    }
    for (const part of parts) {
      const own = asRecord(part.providerMetadata?.[provider]);
      if (part.type === "tool-call") this.#items.push(toolCall(part, own));
      else if (part.type === "file") this.#items.push(this.#generatedFile(part, own));
      else if (part.type === "reasoning") this.#reasoning(part, part.providerMetadata?.[provider]);
      else if (typeof own["type"] === "string") this.#items.push({ ...own });
      else this.#text(part.text, own);
    }
    if (refusesLooseReasoning) while (this.#items.at(-1)?.["type"] === "reasoning") this.#items.pop();
    return this.#items;
  }

  #text(text: string, own: Readonly<WireBody>): void {
    const { annotations = [], refusal, ...message } = own;
    if (Object.keys(own).length > 0) {
      const before = this.#items.at(-1);
      const item = isSame(before, "message", message)
        ? before
        : this.#push({ type: "message", role: "assistant", status: "completed", ...message, content: [] });
      const words =
        typeof refusal === "string"
          ? { type: "refusal", refusal }
          : { type: "output_text", text, annotations };
      item["content"] = [...asArray(item["content"]), words];
      return;
    }
    // Of no vendor, or of another, whose own blocks stand on empty texts.
    if (text === "") return;
    if (this.#plain && this.#items.at(-1) === this.#plain) this.#plain.content += text;
    else this.#items.push((this.#plain = { role: "assistant", content: text }));
  }

  /**
   * {@link https://developers.openai.com/api/docs/guides/preserved-reasoning}. That of another vendor is left out; so is what the API would
   * have to look up, in a conversation that it does not store, as it answers that with an error.
   */
  #reasoning({ text, redactedData }: ReasoningPart, own: unknown): void {
    if (!isRecord(own)) return;
    const { kind, ...reasoning } = own;
    const isText = kind === "reasoning_text";
    if (!this.#context.isStored && !isText && !this.#encrypted.has(own["id"])) return;
    const item =
      this.#begun(reasoning, text === "" || redactedData !== undefined) ??
      this.#push({ type: "reasoning", ...reasoning, summary: [] });
    if (redactedData !== undefined) item["encrypted_content"] = redactedData;
    const list = isText ? "content" : "summary";
    if (text !== "") item[list] = [...asArray(item[list]), { type: isText ? kind : "summary_text", text }];
  }

  /**
   * The item that a part of reasoning continues. Its encrypted form is its last part, and may come after the item that follows. Some vendors
   * give all items of an answer one id, so the id alone does not tell.
   */
  #begun(reasoning: Readonly<WireBody>, isLast: boolean): WireBody | undefined {
    const begun = (item: WireBody | undefined): boolean =>
      isSame(item, "reasoning", reasoning) && item["encrypted_content"] === undefined;
    const before = this.#items.at(-1);
    if (begun(before)) return before;
    return isLast ? this.#items.findLast(begun) : undefined;
  }

  /** An image that the model made: `result` is the part's content. */
  #generatedFile({ data = "" }: FilePart, own: Readonly<WireBody>): WireBody {
    if (typeof own["type"] !== "string")
      throw this.#context.unsupported("a file of an assistant that is not its own");
    return { ...own, result: asBase64(data) };
  }

  #push(item: WireBody): WireBody {
    this.#items.push(item);
    return item;
  }
}

function isSame(item: WireBody | undefined, type: string, { id }: Readonly<WireBody>): item is WireBody {
  return item !== undefined && item["type"] === type && item["id"] === id;
}

/** The input of a custom tool is any text. */
function toolCall({ id, name, arguments: args }: ToolCallPart, own: Readonly<WireBody>): WireBody {
  const { arguments: written, ...rest } = own;
  if (own["type"] === "custom_tool_call") {
    return {
      ...rest,
      call_id: id,
      name,
      input: typeof args === "string" ? args : JSON.stringify(args ?? ""),
    };
  }
  const text = isStill(written, args) ? written : JSON.stringify(args ?? {});
  return { type: "function_call", ...rest, call_id: id, name, arguments: text };
}

/** Whether the text that the model wrote still says what the part says, which somebody may have changed. */
function isStill(written: unknown, args: unknown): boolean {
  if (typeof written !== "string") return false;
  try {
    return JSON.stringify(JSON.parse(written)) === JSON.stringify(args);
  } catch {
    return false; // the part goes instead
  }
}
