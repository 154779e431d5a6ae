import type { OpenAIChatWire } from "@beluga/llm-openai-compatible/base";

/** What depends on the model. */
export interface ModelFamily {
  /** Its efforts of reasoning; Groq refuses others with status 400. {@link https://console.groq.com/docs/reasoning#reasoning-effort} */
  efforts: NonNullable<OpenAIChatWire["efforts"]>;
  /** Whether it takes its reasoning back; other models refuse a message that has any. */
  reasons: boolean;
  /** Whether its reasoning stands in the text, if nothing else is asked for. {@link https://console.groq.com/docs/reasoning#reasoning-format} */
  thinksInText: boolean;
  /** {@link https://console.groq.com/docs/structured-outputs#supported-models} */
  schemas: "strict" | "best-effort" | "none";
  /** {@link https://console.groq.com/docs/vision} */
  images: boolean;
}

/** A model that is not known here gets what all of them take. */
export function familyOf(model: string): ModelFamily {
  return families.find(([name]) => name.test(model))?.[1] ?? others;
}

const others: ModelFamily = {
  efforts: [],
  reasons: false,
  thinksInText: false,
  schemas: "none",
  images: true,
};

const gptOSS: ModelFamily = {
  efforts: ["low", "medium", "high"],
  reasons: true,
  thinksInText: false,
  schemas: "strict",
  images: false,
};

const families: readonly (readonly [RegExp, ModelFamily])[] = [
  [/^openai\/gpt-oss-safeguard/, { ...gptOSS, efforts: [], schemas: "best-effort" }],
  [/^openai\/gpt-oss/, gptOSS],
  [
    /^qwen\//,
    {
      efforts: ["none", "low", "medium", "high"],
      reasons: true,
      thinksInText: true,
      schemas: "strict",
      images: true,
    },
  ],
  [/^minimaxai\//, { ...others, reasons: true, thinksInText: true, images: false }],
];
