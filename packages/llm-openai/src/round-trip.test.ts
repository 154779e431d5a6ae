import { type ChatExchange, bytesOf, headersOf, loadExchanges } from "@beluga/conformance";
import type { ChatResponse } from "@beluga/core";
import { expect, test } from "vitest";
import { createOpenAI } from "./index.js";
import { requestSchema } from "./testing/request-schema.js";

// An answer's message, appended to the conversation as it is, becomes the items again that the answer was made of: the API drops
// reasoning after a history that was changed. https://developers.openai.com/api/docs/guides/preserved-reasoning

const exchanges = loadExchanges(new URL("../testdata/responses/", import.meta.url)).filter(
  // Of a call that was cut there is only a warning.
  ({ generate, expected }) => generate && expected.warnings === undefined,
);

function modelThatAnswers(
  answer: () => Response,
  onBody: (body: Record<string, unknown>) => void = () => undefined,
) {
  return createOpenAI({
    model: "gpt-5.4-mini",
    apiKey: "sk-test-1",
    fetch: async (input, init) => {
      onBody((await new Request(input, init).json()) as Record<string, unknown>);
      return answer();
    },
  });
}

async function answersOf({ generate, stream }: ChatExchange): Promise<ChatResponse[]> {
  const [whole, inPieces] = [generate, stream].map((recorded = {}) =>
    modelThatAnswers(() => new Response(Buffer.from(bytesOf(recorded)), { headers: headersOf(recorded) })),
  );
  const parts = stream && inPieces ? await Array.fromAsync(inPieces.stream("Hi")) : [];
  return [
    ...(whole ? [await whole.generate("Hi")] : []),
    ...parts.flatMap((part) => (part.type === "finish" ? [part.response] : [])),
  ];
}

async function sentBack({ message }: ChatResponse): Promise<unknown[]> {
  let body: Record<string, unknown> = {};
  const model = modelThatAnswers(
    () => Response.json({ output: [] }),
    (sent) => (body = sent),
  );
  await model.generate([{ role: "user", content: "Hi" }, message, { role: "user", content: "And?" }]);
  expect(requestSchema.safeParse(body).error?.issues ?? []).toEqual([]);
  return (body["input"] as unknown[]).slice(1, -1);
}

/** Without what says nothing: `null`, nothing in a list, that an item is complete; and without probabilities, which are only for reading. */
function essence(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify({ value }, (key, member: unknown) =>
      member === null ||
      key === "logprobs" ||
      (key === "status" && member === "completed") ||
      (Array.isArray(member) && member.length === 0)
        ? undefined
        : member,
    ),
  );
}

test.each(exchanges.map((exchange) => [exchange.name, exchange] as const))("%s", async (_, exchange) => {
  const { output } = (exchange.generate?.body ?? {}) as { output?: unknown[] };
  const answers = await answersOf(exchange);
  expect(answers.length).toBe(exchange.stream ? 2 : 1);
  for (const answer of answers) expect(essence(await sentBack(answer))).toEqual(essence(output));
});
