/**
 * What a model takes, as the reference tells its models apart: {@link https://ai.google.dev/gemini-api/docs/generate-content/thinking},
 * {@link https://ai.google.dev/gemini-api/docs/gemini-3}, {@link https://ai.google.dev/gemini-api/docs/latest-model}.
 */
export interface ModelTraits {
  /** How it is told to think: not at all, by a budget of tokens, or by a level. */
  thinking: "none" | "budget" | "level";
  /** The budgets that it takes. */
  budgets: { least: number; most: number; canBeZero: boolean };
  /** It knows the level "minimal"; "low" is the least otherwise. */
  minimalLevel: boolean;
  /** It goes by `temperature`, `topP` and `topK`; newer ones pass over them. */
  sampling: boolean;
  /** It takes `frequencyPenalty` and `presencePenalty`; newer ones refuse them ("Penalty is not enabled for this model"). */
  penalties: boolean;
  /** It can answer in JSON where it has functions to call as well. */
  jsonWithFunctions: boolean;
  /** It takes media in the result of a function: {@link https://ai.google.dev/gemini-api/docs/function-calling#multimodal}. */
  mediaInResults: boolean;
  /** It refuses a function call that has no thought signature: {@link https://ai.google.dev/gemini-api/docs/thought-signatures}. */
  wantsSignatures: boolean;
}

/** The traits of a model by its name. One that is newer than this package, or says no version, is taken to be as the newest. */
export function traitsOf(model: string): ModelTraits {
  const version = versionOf(model);
  const isFlash = model.includes("flash");
  const isLite = model.includes("flash-lite");
  return {
    thinking: thinking(model, version),
    budgets: budgets(model, isLite),
    minimalLevel: isLite || (isFlash && version < 307),
    sampling: version < 305 || (version === 305 && !isLite),
    penalties: version < 205,
    jsonWithFunctions: version >= 300,
    mediaInResults: version >= 300,
    wantsSignatures: version >= 300,
  };
}

const newest = 1_000_000;

/** As one number: 205 for `gemini-2.5-flash`. Gemma's versions are of their own: those before its 4 are taken to be as Gemini 2.0. */
function versionOf(model: string): number {
  const [, family, major, minor] = /\b(gemini|gemma)-(\d)(?:\.(\d))?\b/.exec(model) ?? [];
  if (family === "gemma") return Number(major) < 4 ? 200 : newest;
  return major === undefined ? newest : Number(major) * 100 + Number(minor ?? 0);
}

function thinking(model: string, version: number): ModelTraits["thinking"] {
  if (version >= 300) return "level";
  return version >= 205 && !/image|tts/.test(model) ? "budget" : "none";
}

/** {@link https://ai.google.dev/gemini-api/docs/generate-content/thinking#set-budget} */
function budgets(model: string, isLite: boolean): ModelTraits["budgets"] {
  if (model.includes("pro")) return { least: 128, most: 32_768, canBeZero: false };
  return { least: isLite ? 512 : 1, most: 24_576, canBeZero: true };
}
