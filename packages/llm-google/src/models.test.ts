import { expect, test } from "vitest";
import { traitsOf } from "./models.js";

// https://ai.google.dev/gemini-api/docs/generate-content/thinking
test.each([
  ["gemini-4-argon", "level", false],
  ["gemini-3.8-flash", "level", false],
  ["gemini-3.7-flash", "level", false],
  ["gemini-3.6-flash", "level", true],
  ["gemini-3.5-flash-lite", "level", true],
  ["gemini-3.5-flash", "level", true],
  ["gemini-3.1-pro-preview", "level", false],
  ["gemini-3.1-flash-lite", "level", true],
  ["gemini-3-flash-preview", "level", true],
  ["models/gemini-3.8-flash", "level", false],
  ["publishers/google/models/gemini-3-flash-preview", "level", true],
  ["gemini-flash-lite-latest", "level", true],
  ["gemini-flash-latest", "level", false],
  ["gemini-10-neon", "level", false],
  ["gemma-4-31b-it", "level", false],
  ["tunedModels/mine-1", "level", false],
])("%s is told to think by a %s (minimal: %s)", (model, thinking, minimalLevel) => {
  expect(traitsOf(model)).toMatchObject({ thinking, minimalLevel });
});

test.each([
  ["gemini-2.5-pro", { least: 128, most: 32_768, canBeZero: false }],
  ["gemini-2.5-flash", { least: 1, most: 24_576, canBeZero: true }],
  ["gemini-2.5-flash-preview-09-2025", { least: 1, most: 24_576, canBeZero: true }],
  ["gemini-2.5-flash-lite", { least: 512, most: 24_576, canBeZero: true }],
])("%s is told to think by a budget: %o", (model, budgets) => {
  expect(traitsOf(model)).toMatchObject({ thinking: "budget", budgets });
});

test.each(["gemini-2.0-flash-001", "gemini-1.5-pro", "gemini-2.5-flash-image", "gemma-3-27b-it"])(
  "%s does not think",
  (model) => {
    expect(traitsOf(model).thinking).toBe("none");
  },
);

const all = [
  "gemini-4-argon",
  "gemini-3.8-flash",
  "gemini-3.6-flash",
  "gemini-3.5-flash-lite",
  "gemini-3.5-flash",
  "gemini-3.1-pro-preview",
  "gemini-2.5-pro",
  "gemini-2.0-flash",
  "gemma-3-27b-it",
];
const having = (test: (traits: ReturnType<typeof traitsOf>) => boolean): string[] =>
  all.filter((model) => test(traitsOf(model)));

test("what models take is known", () => {
  expect({
    noSampling: having(({ sampling }) => !sampling),
    penalties: having(({ penalties }) => penalties),
    jsonWithFunctions: having(({ jsonWithFunctions }) => jsonWithFunctions),
    noMediaInResults: having(({ mediaInResults }) => !mediaInResults),
    wantsNoSignatures: having(({ wantsSignatures }) => !wantsSignatures),
  }).toEqual({
    noSampling: ["gemini-4-argon", "gemini-3.8-flash", "gemini-3.6-flash", "gemini-3.5-flash-lite"],
    penalties: ["gemini-2.0-flash", "gemma-3-27b-it"],
    jsonWithFunctions: all.slice(0, 6),
    noMediaInResults: all.slice(6),
    wantsNoSignatures: all.slice(6),
  });
});
