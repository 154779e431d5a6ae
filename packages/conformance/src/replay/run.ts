import { BelugaError } from "@beluga/core";
import { type Mode, callModel } from "../chat-model/collect.js";
import { bytesOf, headersOf } from "../exchange.js";
import { cutAt } from "../memory-fetch.js";
import { type Random, seededRandom } from "../random.js";
import { type Reply, type TestServer, startServer } from "../server.js";
import {
  type Difference,
  compareChat,
  compareEmbedding,
  compareReranking,
  embed,
  rerank,
} from "./compare.js";
import type { Recording } from "./recording.js";
import { compareRequest, questionOf } from "./requests.js";
import { wantedOf } from "./rules.js";
import type { ReplayTarget } from "./target.js";

export interface ReplayOptions {
  recordings: readonly Recording[];
  targets: readonly ReplayTarget[];
  /** Where the responses are cut. */
  seed: number;
  /** How many exchanges run side by side. Default: 16. */
  concurrency?: number;
}

/** How it went with one `api`. */
export interface ApiResult {
  api: string;
  /** No provider reads it. */
  hasTarget: boolean;
  passed: string[];
  failed: { id: string; differences: Difference[]; reasons: string[] }[];
  unsupported: { id: string; reason: string }[];
}

/** Serves each recording to the provider that speaks its wire, and compares what comes of it. Sorted by `api`. */
export async function replay({
  recordings,
  targets,
  seed,
  concurrency = 16,
}: ReplayOptions): Promise<ApiResult[]> {
  await using server = await startServer();
  const results = new Map<string, ApiResult>();
  const queue = recordings.entries();
  const worker = async (): Promise<void> => {
    for (const [at, recording] of queue) {
      const { api } = recording;
      const target =
        targets.find(
          (candidate) => candidate.api === api && candidate.vendors?.includes(recording.provider),
        ) ?? targets.find((candidate) => candidate.api === api && candidate.vendors === undefined);
      const result = results.get(api) ?? { api, hasTarget: false, passed: [], failed: [], unsupported: [] };
      results.set(api, result);
      if (!target) {
        result.unsupported.push({ id: recording.id, reason: "no provider yet" });
        continue;
      }
      result.hasTarget = true;
      await replayOne(recording, target, server, seededRandom(seed + at), result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  for (const { passed, failed, unsupported } of results.values()) {
    passed.sort();
    failed.sort((a, b) => (a.id < b.id ? -1 : 1));
    unsupported.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return [...results.values()].sort((a, b) => (a.api < b.api ? -1 : 1));
}

async function replayOne(
  recording: Recording,
  target: ReplayTarget,
  server: TestServer,
  random: Random,
  result: ApiResult,
): Promise<void> {
  const { id, request, expected, kind, operation } = recording;
  const route = server.route(inPieces(recording, random));
  const model = [request?.body?.["model"], expected.model, modelInPath(request?.path), "replayed"].find(
    (name) => typeof name === "string" && name !== "",
  );
  const settings = { baseURL: route.url, model: model as string, maxRetries: 0 } as const;
  const { reasons, ...wanted } = wantedOf(recording);
  let differences: Difference[];
  try {
    if (target.capability === "embed") {
      const outcome = await outcomeOf(embed(target.create(settings), recording));
      differences = compareEmbedding(outcome, wanted, recording, target);
    } else if (target.capability === "rerank") {
      const outcome = await outcomeOf(rerank(target.create(settings), recording));
      differences = compareReranking(outcome, wanted, recording, target);
    } else {
      const mode: Mode = (kind === "error" ? operation : kind) === "chat-stream" ? "stream" : "generate";
      const { messages, options } = questionOf(recording, target);
      const outcome = await callModel(target.create(settings), mode, messages, options);
      if (isUnsupported(outcome.failure?.error)) throw outcome.failure?.error;
      differences = [
        ...compareChat(outcome, wanted, recording, target),
        ...(await compareRequest(route.requests[0]?.body, recording, target)),
      ];
    }
  } catch (error) {
    if (isUnsupported(error)) {
      result.unsupported.push({ id, reason: error.message });
      return;
    }
    // A rule of the suite was broken on the way: the order of parts, say.
    differences = [
      { what: "error", expected: "none", actual: error instanceof Error ? error.message : error },
    ];
  }
  if (differences.length === 0) result.passed.push(id);
  else result.failed.push({ id, differences, reasons });
}

/** @throws what says that the provider does not do this. */
async function outcomeOf<T>(call: Promise<T>): Promise<{ response: T } | { failure: { error: unknown } }> {
  try {
    return { response: await call };
  } catch (error) {
    if (isUnsupported(error)) throw error;
    return { failure: { error } };
  }
}

/** Where Bedrock has it: `/model/amazon.nova-lite-v1%3A0/converse`. */
function modelInPath(path = ""): string | undefined {
  const [, name] = /^\/model\/([^/]+)\//.exec(path) ?? [];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** Whether the provider refused the call before anything was sent: a server's own refusal has a status, and is compared. */
function isUnsupported(error: unknown): error is BelugaError {
  return BelugaError.is(error) && error.code === "unsupported" && error.status === undefined;
}

/** The response, cut in up to a dozen places: anywhere, in the middle of characters and line ends too. */
function inPieces({ response }: Recording, random: Random): Reply {
  const bytes = bytesOf(response);
  const cuts = Array.from({ length: random.below(12) }, () => random.below(bytes.byteLength + 1));
  return { status: response.status ?? 200, headers: headersOf(response), body: cutAt(bytes, cuts) };
}
