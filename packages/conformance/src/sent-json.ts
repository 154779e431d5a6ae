import assert from "node:assert/strict";

type JSONBody = Readonly<Record<string, unknown>>;

/** What was sent, and what came of the answer. */
export interface SentJSON<Result> {
  request: Request;
  body: JSONBody;
  response: Result;
}

/**
 * Makes one call of any capability, answered from memory, and gives the one request that it sent.
 *
 * @param call - Makes the call with this `fetch`.
 * @param answer - The body of the vendor's answer, or what makes it of the request's.
 *
 * @example
 * ```ts
 * const { body, response } = await sentJSON(
 *   (fetch) => createAcmeEmbedder({ model: "acme-1", apiKey: "key", fetch }).embed(["Hi"]),
 *   { data: [{ index: 0, embedding: [0.5] }] },
 * );
 * ```
 */
export async function sentJSON<Result>(
  call: (fetch: typeof globalThis.fetch) => Promise<Result>,
  answer: object | ((body: JSONBody) => object),
  headers: Readonly<Record<string, string>> = {},
): Promise<SentJSON<Result>> {
  const sent: Omit<SentJSON<Result>, "response">[] = [];
  const response = await call(async (input, init) => {
    const request = new Request(input, init);
    const body = (await request.clone().json()) as JSONBody;
    sent.push({ request, body });
    return Response.json(typeof answer === "function" ? answer(body) : answer, { headers });
  });
  const [only] = sent;
  assert.ok(only && sent.length === 1, `${sent.length} requests where one was expected`);
  return { ...only, response };
}
