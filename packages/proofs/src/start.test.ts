import { expect, test } from "vitest";
import { lockedVersions } from "./packages.js";
import { installed } from "./project.js";
import { type Start, measureStart } from "./start.js";

/**
 * Milliseconds above an empty program, from the start of the process to its end, of an import of the installed files of core and `llm-openai` as
 * Node loads them. That is what is aimed at; 16 were measured.
 */
const most = 40;

/** What the empty program takes where that was measured. A machine that is slower, or busy, is given more for both. */
const usual = 27;

const withinBudget = ({ time, empty }: Start): boolean => time.least <= most * Math.max(1, empty / usual);

test(`an import of core and one provider starts within ${most} ms above an empty program`, async () => {
  await using project = await installed(["@beluga/core", "@beluga/llm-openai"], {
    manifest: { overrides: lockedVersions() },
  });
  const imports = `import "@beluga/core"; import "@beluga/llm-openai";`;
  // The quickest of many starts: a busy machine makes most of them slow, and none of them quicker. Once more where it was busy all the time.
  const first = await measureStart(project, imports, 20);
  const start = withinBudget(first) ? first : await measureStart(project, imports, 40);
  expect(start).toSatisfy(withinBudget);
});

test("what takes long to import is found out", async () => {
  await using project = await installed([]);
  const slow = "const end = performance.now() + 500; while (performance.now() < end);";
  expect(await measureStart(project, slow, 2)).not.toSatisfy(withinBudget);
});
