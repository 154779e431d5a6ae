import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { run } from "./commands.js";

const root = resolve(import.meta.dirname, "../../..");

// In a process of its own, without vitest in its heap.
test("3,000 streams, 200 at a time, with all kinds of faults: each ends in one way, and nothing is left behind", async () => {
  const program = join(root, "packages/proofs/dist/soak.js");
  const { code, stdout, stderr } = await run(process.execPath, [program, "--streams", "3000"], { cwd: root });
  // Whole, as it has the seed with which it can be repeated.
  expect({ code, stderr, output: stdout }).toEqual({
    code: 0,
    stderr: "",
    output: expect.stringMatching(/^ok$/m),
  });
});
