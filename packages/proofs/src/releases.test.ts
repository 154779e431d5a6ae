import { expect, test } from "vitest";
import { installed } from "./project.js";

test.each(["npm", "pnpm"] as const)("core and one provider install with %s", async (installer) => {
  await using project = await installed(["@beluga/core", "@beluga/llm-openai"], { installer });
  project.write(
    "main.js",
    `import { chatModels } from "@beluga/core"; import "@beluga/llm-openai"; console.log(chatModels.list().map((p) => p.name).join());`,
  );
  expect(await project.output(process.execPath, ["main.js"])).toBe("openai\n");
});
