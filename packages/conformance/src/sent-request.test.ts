import type { StandardSchema } from "@beluga/core";
import { expect, test } from "vitest";
import { sentRequest } from "./sent-request.js";
import { createAcme } from "./testing/acme.js";

const acme = (config: { fetch: typeof globalThis.fetch }) =>
  createAcme({ model: "acme-1", apiKey: "acme-key-123", ...config });
const generated = { events: [{ text: "Hi" }, { end: "done" }] };

function schema(problem?: string): StandardSchema {
  const validate = (value: unknown) =>
    problem === undefined ? { value } : { issues: [{ message: problem, path: ["messages"] }] };
  return { "~standard": { version: 1, vendor: "test", validate } };
}

test("it tells what a call sends, and what comes of the answer", async () => {
  const messages = [{ role: "user" as const, content: "Good evening" }];
  const { url, headers, body, response } = await sentRequest(acme, {
    messages,
    answer: generated,
    schema: schema(),
  });
  expect(url).toMatch(/^https?:/);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toMatchObject({ model: "acme-1", messages });
  expect(response.text).toBe("Hi");
});

test("of a stream, too", async () => {
  const { response } = await sentRequest(acme, { stream: true, answer: { end: "done" } });
  expect(response.finishReason).toEqual({ unified: "stop", raw: "done" });
});

test("it fails where the schema does not accept what is sent", async () => {
  await expect(sentRequest(acme, { answer: generated, schema: schema("not this") })).rejects.toThrow(
    "the request is not as the vendor documents it",
  );
});
