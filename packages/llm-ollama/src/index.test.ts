import { chatModels } from "@beluga/core";
import { expect, test, vi } from "vitest";
import { createOllama } from "./index.js";

const answer = {
  model: "qwen3",
  message: { role: "assistant", content: "Yes." },
  done: true,
  done_reason: "stop",
};

async function sentTo(config: { baseURL?: string; apiKey?: string }) {
  let request: Request | undefined;
  const model = createOllama({
    ...config,
    model: "qwen3",
    fetch: async (input, init) => {
      request = new Request(input, init);
      return Response.json(answer);
    },
  });
  await model.generate("Hello");
  return request;
}

test.each([
  [undefined, "http://127.0.0.1:11434/api/chat"],
  ["http://127.0.0.1:11434", "http://127.0.0.1:11434/api/chat"],
  ["gpu-box", "http://gpu-box:11434/api/chat"],
  ["gpu-box:8080", "http://gpu-box:8080/api/chat"],
  [":8080", "http://127.0.0.1:8080/api/chat"],
  ["0.0.0.0", "http://127.0.0.1:11434/api/chat"],
  ["http://0.0.0.0:11434/", "http://127.0.0.1:11434/api/chat"],
  ["::1", "http://[::1]:11434/api/chat"],
  ["[::]:9000", "http://[::1]:9000/api/chat"],
  [' "192.168.0.5" ', "http://192.168.0.5:11434/api/chat"],
  ["http://gpu-box", "http://gpu-box/api/chat"],
  ["https://gpu.example.org/ollama/", "https://gpu.example.org/ollama/api/chat"],
  ["https://ollama.com/api", "https://ollama.com/api/chat"],
  ["ollama.com", "https://ollama.com/api/chat"],
])("the host %j is called at %s", async (host, url) => {
  expect((await sentTo(host === undefined ? {} : { baseURL: host }))?.url).toBe(url);
  vi.stubEnv("OLLAMA_HOST", host);
  expect((await sentTo({}))?.url).toBe(url);
});

test.each([
  "ftp://gpu-box",
  "gpu box",
  "gpu-box:port",
  "user:password@gpu-box",
  "http://user:password@gpu-box",
])("the host %j is refused", (baseURL) => {
  expect(() => createOllama({ model: "qwen3", baseURL })).toThrow(
    /^ollama llm.create: invalid config: baseURL: /,
  );
});

test("no key is needed, and one that is given is a bearer token", async () => {
  expect((await sentTo({}))?.headers.get("authorization")).toBeNull();
  expect((await sentTo({ apiKey: "secret" }))?.headers.get("authorization")).toBe("Bearer secret");
  vi.stubEnv("OLLAMA_API_KEY", "from-env");
  expect((await sentTo({}))?.headers.get("authorization")).toBe("Bearer from-env");
});

test("the registry makes models by name", () => {
  const { provider, model, id } = chatModels.createDynamic("ollama/llama3.2:1b");
  expect({ provider, model, id }).toEqual({
    provider: "ollama",
    model: "llama3.2:1b",
    id: "ollama/llama3.2:1b",
  });
});

test.each([
  [404, { error: 'model "nope" not found, try pulling it first' }, "not_found", false],
  [401, { error: "unauthorized", signin_url: "https://ollama.com/connect" }, "auth_error", false],
  [400, { error: '"gemma" does not support tools' }, "invalid_input", false],
  [
    400,
    { error: "the prompt is longer than the context length currently available" },
    "context_length",
    false,
  ],
  [500, { error: "the input length exceeds the context length" }, "context_length", false],
  [500, { error: "llama runner process has terminated" }, "provider_unavailable", true],
  [
    503,
    { error: "server busy, please try again. maximum pending requests exceeded" },
    "provider_unavailable",
    true,
  ],
])("status %i with %j is %s", async (status, body, code, retryable) => {
  const fetch = async (): Promise<Response> => Response.json(body, { status });
  const model = createOllama({ model: "nope", fetch, maxRetries: 0 });
  const expected = { code, status, retryable, message: `ollama llm.generate: ${status}: ${body.error}` };
  await expect(model.generate("Hello")).rejects.toMatchObject(expected);
});
