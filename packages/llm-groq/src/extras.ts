import type { BelugaError } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, isRecord } from "@beluga/core/provider";
import { metadataOf, uniqueSources } from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what Groq adds to an answer: tools that ran there, what they found, citations, and `x_groq`.
 * {@link https://console.groq.com/docs/api-reference#chat-create}
 */
export function readExtras(
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): (chunk: Fields) => void {
  const addSource = uniqueSources(answer);

  const readTool = (tool: unknown): void => {
    if (!isRecord(tool)) return;
    addTool(listIn(answer, "executedTools") as Record<string, unknown>[], tool);
    const found = asArray(asRecord(tool["search_results"])["results"]);
    for (const result of [...found, ...asArray(tool["browser_results"])]) {
      const { url, title, content } = asRecord(result);
      if (typeof url !== "string") continue;
      addSource({
        url,
        ...(typeof title === "string" && { title }),
        ...(typeof content === "string" && { text: content }),
      });
    }
  };

  return (chunk) => {
    const choice = asRecord(asArray(chunk["choices"])[0]);
    const { executed_tools: tools, annotations } = asRecord(choice["delta"] ?? choice["message"]);
    if (tools) for (const tool of asArray(tools)) readTool(tool);
    if (annotations) for (const annotation of asArray(annotations)) readAnnotation(annotation, answer);
    if (chunk["x_groq"]) readOwn(asRecord(chunk["x_groq"]), answer, failure);
    note(answer, "usageBreakdown", chunk["usage_breakdown"]);
    note(answer, "mcpListTools", chunk["mcp_list_tools"]);
  };
}

/** A stream gives a tool when it starts, and again when it is done, under the same index. */
function addTool(tools: Record<string, unknown>[], tool: Fields): void {
  const known = tools.find(({ index }) => index !== undefined && index === tool["index"]);
  if (known) Object.assign(known, tool);
  else tools.push({ ...tool });
}

/** A citation of one of the `documents` of the request, or of a tool's result. */
function readAnnotation(annotation: unknown, answer: ChatAnswer): void {
  listIn(answer, "annotations").push(annotation);
  const { document_id: documentId } = asRecord(asRecord(annotation)["document_citation"]);
  if (typeof documentId === "string") answer.source({ documentId });
}

function readOwn(
  { id, seed, error, usage_breakdown: breakdown }: Fields,
  answer: ChatAnswer,
  failure: (body: unknown) => BelugaError,
): void {
  if (typeof error === "string" && error !== "") throw failure({ error });
  note(answer, "requestId", id);
  note(answer, "seed", seed);
  note(answer, "usageBreakdown", breakdown);
}

function note(answer: ChatAnswer, name: string, value: unknown): void {
  if (value !== undefined && value !== null) metadataOf(answer, groq)[name] = value;
}

function listIn(answer: ChatAnswer, name: string): unknown[] {
  return (metadataOf(answer, groq)[name] ??= []) as unknown[];
}

const groq = { provider: "groq" };
