import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, test } from "vitest";
import { type TinyModelOptions, writeTinyModel } from "./tiny-model.js";

const missingRuntime = await import("@huggingface/transformers").then(
  () => undefined,
  (error: unknown) => `no ONNX Runtime on this machine: ${String(error)}`,
);

/** As `describe`, for tests that run models. They are skipped, and say why, where the native part of ONNX Runtime cannot be loaded. */
export const describeModels: (name: string, tests: () => void | Promise<void>) => void =
  missingRuntime === undefined ? describe : skipped;

function skipped(name: string): void {
  test(name, ({ skip }) => skip(missingRuntime));
}

const folders: string[] = [];
// Here, and not where one is made: within a test it would be too late for a hook.
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder that is gone when the tests of a file are done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "beluga-embed-transformers-"));
  folders.push(folder);
  return folder;
}

/** A config for a tiny model in a folder of its own. */
export async function tinyModel(
  options: TinyModelOptions & { name?: string } = {},
): Promise<{ model: string; modelFolder: string }> {
  const { name = "tiny", ...how } = options;
  const modelFolder = await temporaryFolder();
  await writeTinyModel(join(modelFolder, name), how);
  return { model: name, modelFolder };
}
