import { expect, test } from "vitest";
import { encodeEventMessages } from "../event-stream.js";
import { createAcme } from "../testing/acme.js";
import type { Recording } from "./recording.js";
import { wantedOf } from "./rules.js";
import { replay } from "./run.js";

// What recordings of Bedrock have of their own.

function recording(changes: Partial<Recording>): Recording {
  const shared = { provider: "bedrock", api: "bedrock-converse", kind: "chat", operation: "chat" };
  return { id: "a", ...shared, response: {}, expected: {}, ...changes };
}

/** The event with which a call starts. */
function started(toolUseId: string, type: string) {
  const toolUse = { name: "f", toolUseId, type };
  return { event: "contentBlockStart", payload: { start: { toolUse } } };
}

test("a tool that runs at the vendor's is none of the calls, in a stream and in one body", () => {
  const events = [started("t1", "server_tool_use"), started("t2", "tool_use")];
  const calls = events.map(({ payload }) => payload.start);
  const responses = [
    { bodyBase64: Buffer.from(encodeEventMessages(events)).toString("base64") },
    { body: { output: { message: { content: calls } } } },
  ];
  const toolCalls = ["t1", "t2"].map((id) => ({ id, name: "f", arguments: {} }));
  for (const response of responses) {
    expect(wantedOf(recording({ response, expected: { toolCalls } })).expected.toolCalls).toEqual([
      toolCalls[1],
    ]);
  }
});

test("the model is that of the path, where only the path has it", async () => {
  const models: string[] = [];
  const create = (settings: { baseURL: string; model: string; maxRetries: 0 }) => {
    models.push(settings.model);
    return createAcme({ ...settings, apiKey: "acme-key-123" });
  };
  const targets = [{ api: "bedrock-converse", capability: "llm", create, usage: () => ({}) }] as const;
  const paths = ["/model/amazon.nova-lite-v1%3A0/converse", "/v1/models", undefined];
  const recordings = paths.map((path) => recording({ request: path === undefined ? {} : { path } }));
  await replay({ recordings, targets, seed: 1, concurrency: 1 });
  expect(models).toEqual(["amazon.nova-lite-v1:0", "replayed", "replayed"]);
});
