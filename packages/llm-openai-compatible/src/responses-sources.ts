import type { Source } from "@beluga/core";
import { asArray, asRecord, isRecord } from "@beluga/core/provider";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A citation in a text: of a page, of a file that was searched, of one that code made.
 * {@link https://platform.openai.com/docs/api-reference/responses/object#responses-object-output-output_message-content-output_text-annotations}
 */
export function citedSource(annotation: Fields, provider: string): Source {
  const { url, title, file_id: file, filename } = annotation;
  const name = title ?? filename;
  return {
    ...(typeof url === "string" && { url }),
    ...(typeof name === "string" && name !== "" && { title: name }),
    ...(typeof file === "string" && { documentId: file }),
    // Where in the text it stands, and what the vendor adds.
    providerMetadata: { [provider]: annotation },
  };
}

/**
 * What a search found, where the request asked for it (`include`). The pages of a web search:
 * {@link https://developers.openai.com/api/docs/guides/tools-web-search}, the pieces of files:
 * {@link https://developers.openai.com/api/docs/guides/tools-file-search}.
 */
export function foundSources({ type, action, results }: Fields): Source[] {
  if (type === "web_search_call") {
    return asArray(asRecord(action)["sources"])
      .filter(isRecord)
      .flatMap(({ url }) => (typeof url === "string" ? [{ url }] : []));
  }
  if (type !== "file_search_call") return [];
  return asArray(results)
    .filter(isRecord)
    .map(({ file_id: file, filename, text }) => ({
      ...(typeof file === "string" && { documentId: file }),
      ...(typeof filename === "string" && { title: filename }),
      ...(typeof text === "string" && { text }),
    }));
}
