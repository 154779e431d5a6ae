import assert from "node:assert/strict";
import type { ChatInput, ChatModel, ChatOptions, ChatResponse, StandardSchema } from "@beluga/core";

/** A call whose request is looked at. */
export interface SentCall {
  /** Default: `Hi`. */
  messages?: ChatInput | undefined;
  options?: ChatOptions | undefined;
  /** Default: false. */
  stream?: boolean | undefined;
  /** What the vendor answers: the JSON body, or the one event of a stream. Default: a text, as OpenAI's Chat Completions has it. */
  answer?: object | undefined;
  /** The vendor's documented schema of a request, which has to accept what is sent. */
  schema?: StandardSchema;
}

/** What was sent, and what came of the answer. */
export interface SentRequest {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
  response: ChatResponse;
}

/**
 * Makes one call, answered from memory, and gives what it sent.
 *
 * @param create - Makes the model with this `fetch`.
 *
 * @example
 * ```ts
 * const { body, response } = await sentRequest((config) => createAcme({ model: "acme-1", apiKey: "key", ...config }), {
 *   options: { maxTokens: 5 },
 *   schema: acmeRequests.schema,
 * });
 * ```
 */
export async function sentRequest(
  create: (config: { fetch: typeof globalThis.fetch }) => ChatModel,
  { messages = "Hi", options = {}, stream = false, answer = chatAnswer(stream), schema }: SentCall = {},
): Promise<SentRequest> {
  let request: Request | undefined;
  const model = create({
    async fetch(input, init) {
      request = new Request(input, init);
      if (!stream) return Response.json(answer);
      const headers = { "content-type": "text/event-stream" };
      return new Response(`data: ${JSON.stringify(answer)}\n\n`, { headers });
    },
  });
  const response = stream
    ? await lastOf(model.stream(messages, options))
    : await model.generate(messages, options);
  assert.ok(request, "nothing was sent");
  const body = (await request.json()) as Record<string, unknown>;
  const { issues = [] } = (await schema?.["~standard"].validate(body)) ?? {};
  assert.deepEqual(issues, [], "the request is not as the vendor documents it");
  return { url: request.url, headers: request.headers, body, response };
}

function chatAnswer(stream: boolean): object {
  const message = { role: "assistant", content: "ok" };
  return { choices: [{ index: 0, [stream ? "delta" : "message"]: message, finish_reason: "stop" }] };
}

async function lastOf(parts: ReturnType<ChatModel["stream"]>): Promise<ChatResponse> {
  for await (const part of parts) if (part.type === "finish") return part.response;
  throw new assert.AssertionError({ message: "the stream did not finish" });
}
