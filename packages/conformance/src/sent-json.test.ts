import { expect, test } from "vitest";
import { sentJSON } from "./sent-json.js";

const post =
  (...texts: string[]) =>
  async (fetch: typeof globalThis.fetch): Promise<unknown[]> =>
    Promise.all(
      texts.map(async (text) => {
        const init = { method: "POST", body: JSON.stringify({ text }), headers: { "x-key": "1" } };
        const answer = await fetch("http://127.0.0.1/embed", init);
        return [answer.headers.get("x-request-id"), await answer.json()];
      }),
    );

test("it gives the request and its body, and what the call made of the answer", async () => {
  const { request, body, response } = await sentJSON(post("Hi"), { ok: true }, { "x-request-id": "1" });
  expect([request.method, request.url, request.headers.get("x-key")]).toEqual([
    "POST",
    "http://127.0.0.1/embed",
    "1",
  ]);
  expect(body).toEqual({ text: "Hi" });
  expect(response).toEqual([["1", { ok: true }]]);
});

test("an answer may depend on the request", async () => {
  const { response } = await sentJSON(post("Hi"), ({ text }) => ({ echo: text }));
  expect(response).toEqual([[null, { echo: "Hi" }]]);
});

test("no request, and more than one, is a failure", async () => {
  await expect(sentJSON(post(), {})).rejects.toThrow("0 requests where one was expected");
  await expect(sentJSON(post("a", "b"), {})).rejects.toThrow("2 requests where one was expected");
});
