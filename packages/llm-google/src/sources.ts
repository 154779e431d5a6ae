import type { Source } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, isRecord } from "@beluga/core/provider";

type Fields = Readonly<Record<string, unknown>>;

/** Where statements of an answer come from, as candidates say it; a later chunk may say it again. */
export class SourceReader {
  readonly #answer: ChatAnswer;
  readonly #seen = new Set<string>();

  constructor(answer: ChatAnswer) {
    this.#answer = answer;
  }

  read({ groundingMetadata: grounding, citationMetadata: citations }: Fields): void {
    if (isRecord(grounding)) this.#add(asArray(grounding["groundingChunks"]), groundedSource);
    if (!isRecord(citations)) return;
    // The Gemini API and Vertex AI name it differently.
    this.#add(asArray(citations["citationSources"] ?? citations["citations"]), place);
  }

  #add(found: readonly unknown[], sourceOf: (found: Fields) => Source): void {
    for (const one of found) {
      const key = JSON.stringify(one);
      if (!isRecord(one) || this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#answer.source({ ...sourceOf(one), providerMetadata: { google: one } });
    }
  }
}

/** A page, a text of one's own documents, a place on the map or a picture: {@link https://ai.google.dev/api/generate-content#GroundingChunk}. */
function groundedSource({ web, retrievedContext, maps, image }: Fields): Source {
  return place(asRecord(web ?? retrievedContext ?? maps ?? image));
}

function place(fields: Fields): Source {
  const { uri, sourceUri, title, text, documentName, fileSearchStore, placeId } = fields;
  const address = uri ?? sourceUri;
  const isAddress = typeof address === "string" && URL.canParse(address);
  const document = documentName ?? placeId ?? (isAddress ? undefined : (address ?? fileSearchStore));
  return {
    ...(isAddress && { url: address }),
    ...(typeof title === "string" && { title }),
    ...(typeof document === "string" && { documentId: document }),
    ...(typeof text === "string" && { text }),
  };
}
