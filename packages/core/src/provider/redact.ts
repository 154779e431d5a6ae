/** The most of a vendor's body that an error keeps, in characters. */
const maxVendorText = 2048;

/** Shapes that keys have at the vendors', also where a vendor repeats a key with its middle starred out. */
const keyShapes =
  /\b(?:sk|pk|rk|gsk|pcsk|xai|key|hf|pplx|csk|r8|jina|pa|tgp|fw)[-_][\w*.-]{6,}|\bAIza[\w*-]{10,}|\bBearer\s+\S+/gi;

/** A text without the given secrets, without anything that looks like a key, and not longer than 2 kB. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let masked = text;
  // The longest first: of a key that begins with another secret, the rest would stay.
  for (const secret of secrets.toSorted((a, b) => b.length - a.length)) {
    if (secret.length > 3) masked = masked.replaceAll(secret, "***");
  }
  masked = masked.replace(keyShapes, "***");
  return masked.length > maxVendorText ? `${masked.slice(0, maxVendorText - 1)}…` : masked;
}

/**
 * What a vendor's error body says, from the places where the vendors put it. Nothing else of a JSON body is kept: some vendors repeat the
 * prompt there.
 */
export function vendorMessage(body: unknown): string | undefined {
  return wordsIn(body, 0);
}

function wordsIn(body: unknown, depth: number): string | undefined {
  if (typeof body === "string") return body.replace(/\s+/g, " ").trim() || undefined;
  if (typeof body !== "object" || body === null || depth > 8) return undefined;
  if (Array.isArray(body)) return wordsIn(body[0], depth + 1);
  const { error, message, detail, msg, title, errors } = body as Record<string, unknown>;
  for (const place of [error, message, detail, msg, errors, title]) {
    const words = wordsIn(place, depth + 1);
    if (words) return words;
  }
  return undefined;
}
