import type { FilePart } from "@beluga/core";
import { type ChatAnswer, asArray, asRecord, dataURL } from "@beluga/core/provider";
import type { WireBody } from "./wire.js";

// Images that a model made stand beside the text of its message, as gateways have it that OpenAI's wire has no form for them.

/** Reads the `images` of a message, whole or of a stream. */
export function readImages(images: unknown, answer: ChatAnswer): void {
  for (const image of asArray(images)) {
    const { url } = asRecord(asRecord(image)["image_url"]);
    if (typeof url !== "string") continue;
    const [, mediaType = "image/*", data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
    answer.part({ type: "file", mediaType, ...(data === undefined ? { url } : { data }) });
  }
}

/** Writes them as they came. */
export function writeImages(files: readonly FilePart[]): WireBody[] {
  return files.map((file) => ({ type: "image_url", image_url: { url: file.url ?? dataURL(file) } }));
}
