import { type ChatAnswer, asArray, asRecord } from "@beluga/core/provider";
import { metadataOf } from "@beluga/llm-openai-compatible/base";

type Fields = Readonly<Record<string, unknown>>;

const azure = { provider: "azure" };

/** What a filter says: by category, whether it stepped in, and why. */
type Results = Record<string, unknown>;

/**
 * Reads what the filters said of a chat completion: of its prompt once, of its answer with nearly each chunk, and of that the gravest is
 * kept.
 *
 * {@link https://learn.microsoft.com/en-us/azure/foundry/openai/concepts/content-streaming}
 */
export function readChatFilters(answer: ChatAnswer): (chunk: Fields) => void {
  const results: Results = {};
  return (chunk) => {
    // Its name in versions of 2023.
    const ofPrompt = chunk["prompt_filter_results"] ?? chunk["prompt_annotations"];
    if (ofPrompt) metadataOf(answer, azure)["promptFilterResults"] = ofPrompt;
    const { choices } = chunk;
    if (!Array.isArray(choices)) return;
    for (const choice of choices) {
      const { index, content_filter_results: ofAnswer, content_filter_offsets: offsets } = asRecord(choice);
      if (index !== undefined && index !== 0) continue;
      if (ofAnswer) keepGravest(asRecord(ofAnswer), results, answer);
      // How far an asynchronous filter has come.
      if (offsets) metadataOf(answer, azure)["contentFilterOffsets"] = offsets;
    }
  };
}

/** Reads what the filters said of a response: all at once, in its last state. */
export function readResponseFilters(answer: ChatAnswer): (response: Fields) => void {
  return ({ content_filters: filters }) => {
    if (Array.isArray(filters) && filters.length > 0) metadataOf(answer, azure)["contentFilters"] = filters;
  };
}

/**
 * Which filters rejected a prompt, by the error: `jailbreak`, `violence (medium)`. Each API has it in another place: `innererror`,
 * `inner_error` or `content_filters`.
 */
export function filtersOf(error: Fields): string[] {
  const inner = asRecord(error["innererror"] ?? error["inner_error"]);
  const all = [
    inner["content_filter_result"],
    inner["content_filter_results"],
    ...asArray(error["content_filters"]).map((filter) => asRecord(filter)["content_filter_results"]),
  ];
  const names = all.flatMap((results) =>
    Object.entries(asRecord(results)).flatMap(([category, result]) => {
      const { filtered, severity } = asRecord(result);
      if (filtered !== true) return [];
      return [typeof severity === "string" ? `${category} (${severity})` : category];
    }),
  );
  return [...new Set(names)];
}

function keepGravest(found: Fields, results: Results, answer: ChatAnswer): void {
  for (const category in found) {
    const known = results[category];
    if (known !== undefined && gravity(found[category]) <= gravity(known)) continue;
    results[category] = found[category];
    metadataOf(answer, azure)["contentFilterResults"] = results;
  }
}

const severities: readonly unknown[] = ["safe", "low", "medium", "high"];

function gravity(result: unknown): number {
  const { filtered, detected, severity } = asRecord(result);
  return (
    (filtered === true ? 8 : 0) + (detected === true ? 4 : 0) + Math.max(0, severities.indexOf(severity))
  );
}
