/** What depends on the model. */
export interface ModelFamily {
  thinking: Thinking;
  /** Whether JSON can be asked for by a schema: {@link https://www.alibabacloud.com/help/en/model-studio/qwen-structured-output}. */
  takesSchemas?: boolean;
  /** Whether it takes the limit that holds for its thinking as well, `max_completion_tokens`; of others only the answer is limited. */
  limitsThinking?: boolean;
}

/**
 * How a model thinks: if it is asked to, unless it is told not to, the same but in streams alone, the same but with an effort, always, or
 * never. {@link https://www.alibabacloud.com/help/en/model-studio/deep-thinking}
 */
export type Thinking = "asked" | "unasked" | "streamed" | "efforts" | "always" | "never";

/** A model that is not known here may be of another vendor; nothing is said to it of thinking that was not asked for. */
export function familyOf(model: string): ModelFamily {
  return families.find(([name]) => name.test(model))?.[1] ?? { thinking: "asked" };
}

const families: readonly (readonly [RegExp, ModelFamily])[] = [
  [/^qwen3\.8-(max|flash)/, { thinking: "efforts", takesSchemas: true, limitsThinking: true }],
  [/^qwen3\.8/, { thinking: "efforts", limitsThinking: true }],
  [/^qwen3\.7-(max|plus)/, { thinking: "unasked", takesSchemas: true, limitsThinking: true }],
  [/^qwen3\.7-flash/, { thinking: "unasked", takesSchemas: true }],
  [/^qwen3\.[56]-plus/, { thinking: "unasked", limitsThinking: true }],
  // Of the newer ones no page that could be had says whether they think.
  [/omni/, { thinking: "asked" }],
  [/^qwen3\.[567]/, { thinking: "unasked" }],
  [/-thinking|^qwq|^qvq/, { thinking: "always" }],
  [/coder|instruct|^qwen-(max|long|vl|mt|math|doc)|^qwen[12]/, { thinking: "never" }],
  // Open weights, which are named by their size.
  [/^qwen3-[\d.]+b/, { thinking: "streamed" }],
];
