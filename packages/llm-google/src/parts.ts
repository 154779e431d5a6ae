import type { FilePart, ProviderMetadata } from "@beluga/core";
import { type ChatAnswer, asArray, asText, isRecord, newToolCallId } from "@beluga/core/provider";
import { PartialCall } from "./partial-call.js";

type Fields = Readonly<Record<string, unknown>>;

/** Reads the parts of an answer, whole or in pieces: {@link https://ai.google.dev/api/caching#Part}. */
export class PartReader {
  readonly #answer: ChatAnswer;
  #calls = 0;
  /** A call whose arguments are still arriving. */
  #partialCall: PartialCall | undefined;
  /** The last part was a thought, and is marked as one: what comes of it next joins it. */
  #isThinking = false;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  read(part: Fields): void {
    const { text, thought, functionCall, inlineData, fileData } = part;
    if (typeof text === "string" && isPlain(part)) {
      this.#readText(text, thought === true);
      return;
    }
    this.#isThinking = false;
    if (typeof text === "string") this.#readSigned(text, part);
    else if (isRecord(functionCall)) this.#readCall(functionCall, part);
    // Pictures that the model made while it thought are none of the answer.
    else if (isRecord(inlineData) && thought !== true) {
      this.#readFile(part, inlineData["mimeType"], { data: asText(inlineData["data"]) });
    } else if (isRecord(fileData)) {
      this.#readFile(part, fileData["mimeType"], { url: asText(fileData["fileUri"]) });
    } else if (Object.keys(part).length > 0) {
      // What Beluga has no word for stays as it is, on an empty text, and so goes back to the vendor in its place.
      this.#answer.part({ type: "text", text: "", providerMetadata: { google: { part } } });
    }
  }

  /** The answer stops here: a call that is still arriving is not whole. */
  stop(): void {
    const call = this.#partialCall;
    if (call) this.#answer.toolCallDelta(call.index, call.unfinished());
    this.#partialCall = undefined;
  }

  #readText(text: string, isThought: boolean): void {
    if (text === "") return;
    if (!isThought) this.#answer.text(text);
    else {
      this.#answer.reasoning(text);
      if (!this.#isThinking) this.#answer.partMetadata({ google: { thought: true } });
    }
    this.#isThinking = isThought;
  }

  /** A signature belongs to the part that it came with, be its text empty: that stays one of its own. */
  #readSigned(text: string, { text: _, thought, ...details }: Fields): void {
    const { thoughtSignature: signature } = details;
    if (thought !== true) {
      this.#answer.part({ type: "text", text, providerMetadata: { google: details } });
      return;
    }
    this.#answer.part({
      type: "reasoning",
      text,
      ...(typeof signature === "string" && { signature }),
      providerMetadata: { google: { thought, ...details } },
    });
  }

  /** {@link https://ai.google.dev/api/caching#FunctionCall} */
  #readCall(call: Fields, { functionCall: _, ...details }: Fields): void {
    const answer = this.#answer;
    const { args, partialArgs } = call;
    const name = asText(call["name"]);
    const goesOn = call["willContinue"] === true;
    if (this.#partialCall && name === "") {
      this.#partialCall.add(asArray(partialArgs));
      if (!goesOn) this.#endPartialCall(this.#partialCall);
      return;
    }
    if (this.#partialCall) this.#endPartialCall(this.#partialCall);
    if (name === "") throw answer.invalid("a function call without the function's name");
    const index = this.#calls++;
    answer.toolCallStart(index, asText(call["id"]) || newToolCallId(), name, metadataOf(details));
    if (goesOn) {
      this.#partialCall = new PartialCall(index);
      this.#partialCall.add(asArray(partialArgs));
      return;
    }
    if (args !== undefined && args !== null) answer.toolCallDelta(index, JSON.stringify(args));
    answer.toolCallEnd(index);
  }

  #endPartialCall(call: PartialCall): void {
    this.#partialCall = undefined;
    this.#answer.toolCallDelta(call.index, call.finished());
    this.#answer.toolCallEnd(call.index);
  }

  #readFile(
    { inlineData: _, fileData: __, ...details }: Fields,
    mimeType: unknown,
    source: Pick<FilePart, "data" | "url">,
  ): void {
    const providerMetadata = metadataOf(details);
    this.#answer.part({
      type: "file",
      ...source,
      mediaType: asText(mimeType) || "application/octet-stream",
      ...(providerMetadata && { providerMetadata }),
    });
  }
}

/** Whether a text says no more than its words. */
function isPlain(part: Fields): boolean {
  for (const name in part) if (name !== "text" && name !== "thought") return false;
  return true;
}

function metadataOf(details: Fields): ProviderMetadata | undefined {
  return Object.keys(details).length > 0 ? { google: details } : undefined;
}
