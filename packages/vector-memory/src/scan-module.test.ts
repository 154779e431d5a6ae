import { readFileSync } from "node:fs";
import { encodeBase64 } from "@beluga/core/provider";
import { expect, test } from "vitest";
import loadWabt from "wabt";

test("scan-module.ts is what scan.wat compiles to", async () => {
  const wabt = await loadWabt();
  const text = readFileSync(new URL("scan.wat", import.meta.url), "utf8");
  const module = wabt.parseWat("scan.wat", text, { simd: true });
  module.validate();
  const { buffer } = module.toBinary({});
  // Chromium before 114 compiles no more than this on a page's main thread.
  expect(buffer.length).toBeLessThan(4096);
  await expect(`\
// Compiled from scan.wat by scan-module.test.ts: "npm run vitest -- packages/vector-memory -u" writes it.
export const scanModule =
  "${encodeBase64(buffer)}";
`).toMatchFileSnapshot("scan-module.ts");
});
