import * as z from "../schema.js";
import type { EmbedInputType } from "../embedder.js";
import type { EmbedCall } from "./embedder.js";

/**
 * What stands in front of a text, by what its vector is for: how models are told whose server has no word for it. `""` where a model wants
 * nothing there.
 */
export type EmbedPrefixes = { readonly [Type in EmbedInputType]?: string | undefined };

const prefix = /* @__PURE__ */ z.optional(/* @__PURE__ */ z.string());

/** The schema of {@link EmbedPrefixes} in a provider's config. */
export const embedPrefixes: z.ZodMiniType<EmbedPrefixes, EmbedPrefixes> = /* @__PURE__ */ z.strictObject({
  query: prefix,
  document: prefix,
  classification: prefix,
  clustering: prefix,
});

/** The texts with the prefix of the call's `inputType`. Where there is none for it, they stay as they are, with a warning. */
export function withPrefix(
  texts: readonly string[],
  { inputType, warn }: Pick<EmbedCall, "inputType" | "warn">,
  prefixes: EmbedPrefixes = {},
): readonly string[] {
  if (inputType === undefined) return texts;
  const prefix = prefixes[inputType];
  if (prefix === undefined) {
    const message = `inputType: the model was not told of ${inputType}, as there is none in "prefixes"`;
    warn({ type: "unsupported", option: "inputType", message });
    return texts;
  }
  return prefix === "" ? texts : texts.map((text) => prefix + text);
}
