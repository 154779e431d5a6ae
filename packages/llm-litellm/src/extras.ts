import type { Source } from "@beluga/core";
import {
  type ChatAnswer,
  type ResponseInfo,
  asArray,
  asRecord,
  asText,
  isRecord,
} from "@beluga/core/provider";
import { type WireBody, metadataOf } from "@beluga/llm-openai-compatible/base";
import { keep } from "./kept.js";

type Fields = Readonly<WireBody>;

/** Reads what LiteLLM adds to an answer: blocks of thinking, what is particular to a vendor, costs. */
export function readExtras(
  answer: ChatAnswer,
  _failure: unknown,
  { headers }: ResponseInfo,
): (chunk: Fields) => void {
  noteHeaders(answer, headers);
  const thinking = new ThinkingBlocks(answer);
  const specific = new SpecificFields(answer);
  return (chunk) => {
    noteCost(answer, chunk);
    const choice = asArray(chunk["choices"])[0];
    if (!isRecord(choice) || (choice["index"] ?? 0) !== 0) return;
    const { native_finish_reason: nativeReason } = asRecord(choice["provider_specific_fields"]);
    if (nativeReason) metadataOf(answer, litellm)["nativeFinishReason"] = nativeReason;
    const { delta, message } = choice;
    const { provider_specific_fields: fields, thinking_blocks: blocks } = asRecord(delta ?? message);
    if (fields) specific.add(asRecord(fields));
    // Last, as they open the reasoning whose words are read next.
    if (blocks) for (const block of asArray(blocks)) thinking.add(asRecord(block), delta !== undefined);
  };
}

const litellm = { provider: "litellm" };

/** What the proxy says of an answer beside it: {@link https://docs.litellm.ai/docs/proxy/response_headers}. */
export function noteHeaders(answer: ChatAnswer, headers: Headers): void {
  const cost = headers.get("x-litellm-response-cost");
  const modelId = headers.get("x-litellm-model-id");
  // Of a stream it is not known yet, and may be 0 or absent.
  if (cost !== null && Number(cost) > 0) metadataOf(answer, litellm)["cost"] = Number(cost);
  if (modelId !== null) metadataOf(answer, litellm)["modelId"] = modelId;
}

/** Where the proxy counts it: {@link https://docs.litellm.ai/docs/proxy/config_settings}, `include_cost_in_streaming_usage`. */
export function noteCost(answer: ChatAnswer, { usage }: Fields): void {
  if (!usage) return;
  const { cost } = asRecord(usage);
  if (typeof cost === "number") metadataOf(answer, litellm)["cost"] = cost;
}

/**
 * The blocks of an answer's thinking, which go back unmodified: {@link https://docs.litellm.ai/docs/reasoning_content#spec}. In a stream
 * each comes in pieces, the last of which has the signature.
 */
class ThinkingBlocks {
  readonly #answer: ChatAnswer;
  readonly #blocks: Record<string, unknown>[] = [];

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  add(piece: Fields, isStreamed: boolean): void {
    const last = this.#blocks.at(-1);
    if (isStreamed && last && continues(last, piece)) {
      last["thinking"] = asText(last["thinking"]) + asText(piece["thinking"]);
      if (piece["signature"]) last["signature"] = piece["signature"];
      return;
    }
    this.#blocks.push({ ...piece });
    // The list of the message stands at its first reasoning, and grows there.
    if (!last) this.#answer.reasoningDetail({ providerMetadata: keep({ thinking_blocks: this.#blocks }) });
  }
}

/** What a vendor encrypted comes whole. */
function continues(last: Fields, piece: Fields): boolean {
  return piece["type"] === "thinking" && last["type"] === "thinking" && !last["signature"];
}

/**
 * What is particular to a vendor: tools that ran there, compacted context. LiteLLM makes the vendor's own blocks of it when it comes back
 * ({@link https://docs.litellm.ai/docs/providers/gemini#context-circulation-server-side-tool-combination}), so it is kept on an empty text.
 */
class SpecificFields {
  readonly #answer: ChatAnswer;
  #kept: WireBody | undefined;

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  add(fields: Fields): void {
    for (const [name, value] of Object.entries(fields)) {
      // In a stream, lists come again whole each time that they have grown.
      if (value !== null && !readElsewhere.has(name)) this.#fields()[name] = value;
    }
    const { citation, citations, search_results: searches, compaction_delta: compaction } = fields;
    if (citation) this.#cite(citation);
    for (const cited of asArray(citations).flat()) this.#cite(cited);
    for (const { search_query: query, data } of asArray(searches).map(asRecord))
      for (const result of asArray(data)) this.#answer.source(foundSource(asRecord(result), query));
    const { content } = asRecord(compaction);
    const block = asArray(this.#kept?.["compaction_blocks"]).at(-1);
    if (content !== undefined && isRecord(block)) block["content"] = content;
  }

  #fields(): WireBody {
    if (!this.#kept) {
      this.#kept = {};
      const providerMetadata = keep({ provider_specific_fields: this.#kept });
      this.#answer.part({ type: "text", text: "", providerMetadata });
    }
    return this.#kept;
  }

  #cite(citation: unknown): void {
    if (isRecord(citation)) this.#answer.source(citedSource(citation));
  }
}

/** Fields that say again what stands elsewhere, that come in pieces, or that are made sources of. */
const readElsewhere: ReadonlySet<string> = new Set([
  "citation",
  "citations",
  "compaction_delta",
  "compaction_start",
  "reasoning_content",
  "reasoningContent",
  "reasoningContentBlocks",
  "search_results",
  "thinking_blocks",
]);

/** Of a page, or of a document of the request: {@link https://docs.litellm.ai/docs/providers/anthropic#usage---citations-api}. */
function citedSource(citation: Fields): Source {
  const { url, title = citation["document_title"], cited_text: text } = citation;
  return {
    ...(typeof url === "string" && { url }),
    ...(typeof title === "string" && { title }),
    ...(typeof text === "string" && { text }),
    providerMetadata: { litellm: citation },
  };
}

/** What was found in a vector store of the proxy: {@link https://docs.litellm.ai/docs/completion/knowledgebase#accessing-search-results-citations}. */
function foundSource(result: Fields, query: unknown): Source {
  const { file_id: file, filename, content, ...more } = result;
  const text = asArray(content)
    .map((part) => asText(asRecord(part)["text"]))
    .join("");
  return {
    ...(typeof file === "string" && { documentId: file }),
    ...(typeof filename === "string" && { title: filename }),
    ...(text !== "" && { text }),
    providerMetadata: { litellm: { ...more, search_query: query } },
  };
}
