import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedResponse } from "../exchange.js";

/** One recorded exchange with a real vendor. */
export interface Recording {
  id: string;
  provider: string;
  api: string;
  kind: string;
  /** Of an error: what was asked for. */
  operation: string;
  request?: { path?: string; body?: Readonly<Record<string, unknown>> };
  response: RecordedResponse;
  expected: RecordedExpectation;
}

/** What was found in the response without any SDK, in the vendor's own terms. */
export interface RecordedExpectation {
  text?: string;
  reasoning?: string;
  toolCalls?: readonly RecordedToolCall[];
  functionCall?: RecordedToolCall;
  /** A number where the recorded client asked for enums as numbers. */
  finishReason?: string | number | null;
  /** The vendor's words to the finish reason. */
  finishMessage?: string;
  usage?: Readonly<Record<string, unknown>> | null;
  refusal?: string;
  model?: string;
  id?: string;
  thinkingSignatures?: number;
  /** How many of these there are, by the name that the vendor has for them. */
  citations?: number;
  annotations?: number;
  groundingChunks?: number;
  /** A stream's `[DONE]` was seen. */
  done?: boolean;
  error?: RecordedError;
  /** Of a reranking. */
  results?: readonly { index: number; score: number }[];
  count?: number;
  dimensions?: number;
  first3?: readonly number[];
  norm?: number;
  [more: string]: unknown;
}

interface RecordedToolCall {
  id: string | null;
  name: string;
  arguments: unknown;
  argumentsRaw?: string;
  argumentsInvalid?: boolean;
  argumentsNull?: boolean;
}

export interface RecordedError {
  status: number;
  type?: string;
  code?: string | number;
  message?: string;
}

/** Reads all recordings of a folder, sorted by id. */
export async function readRecordings(folder: string): Promise<Recording[]> {
  const files = await readdir(folder, { recursive: true });
  const recordings = await Promise.all(
    files
      .filter((file) => file.endsWith(".json"))
      .map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as Partial<Recording>),
  );
  return recordings.filter(isRecording).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function isRecording(value: Partial<Recording>): value is Recording {
  return typeof value.id === "string" && value.response !== undefined && value.expected !== undefined;
}
