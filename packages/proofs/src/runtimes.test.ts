import { readFile } from "node:fs/promises";
import type { SearchHit } from "@beluga/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Found, executable, orSkip } from "./executable.js";
import { type Project, installed } from "./project.js";
import { chromiumOnPath, runChromium } from "./runtimes/chromium.js";
import { denoArguments, runProcess } from "./runtimes/processes.js";
import type { Result } from "./runtimes/program.js";
import { runWorkerd } from "./runtimes/workerd.js";
import { type Addresses, type SentRequest, startVendor, vectorOf } from "./vendor.js";

// One program, src/runtimes/program.ts, and the packages as they are published. Node, Bun and Deno run the installed files; for workerd and Chromium
// they are bundled.

interface Runtime {
  /** Throws where it should be here, and is not. */
  find: () => Found;
  run: (file: string, addresses: Addresses) => Promise<Result>;
  /** What came of the module with which the memory store searches. Where it is forbidden, plain JavaScript does the work. */
  webAssembly: string[];
  /** Then its own `user-agent` is sent instead of ours, and the status of a redirect is hidden. */
  isBrowser?: boolean;
}

const compiled = ["module", "instance"];
const forbidden = ["CompileError"];

const runtimes: Record<string, Runtime> = {
  // 24, where scripts/run.mjs brings it.
  [`Node ${process.versions.node.split(".")[0]} of the tests`]: {
    find: () => process.execPath,
    run: inProcess(),
    webAssembly: compiled,
  },
  "Node 22": { find: () => executable("node-22"), run: inProcess(), webAssembly: compiled },
  Bun: { find: () => executable("bun"), run: inProcess("run", "--no-install"), webAssembly: compiled },
  Deno: {
    find: () => executable("deno"),
    run: (file, addresses) => runProcess(project, file, addresses, denoArguments(addresses)),
    webAssembly: compiled,
  },
  workerd: {
    find: () => executable("workerd"),
    run: (file, addresses) => runWorkerd(project, file, addresses),
    webAssembly: forbidden,
  },
  Chromium: {
    find: chromiumOnPath,
    run: (file, addresses) => runChromium(project, file, addresses),
    webAssembly: compiled,
    isBrowser: true,
  },
  "Chromium, on a page whose policy forbids to compile": {
    find: chromiumOnPath,
    run: (file, addresses) => {
      const origins = Object.values(addresses).map((address: string) => new URL(address).origin);
      return runChromium(project, file, addresses, `default-src 'self'; connect-src ${origins.join(" ")}`);
    },
    webAssembly: forbidden,
    isBrowser: true,
  },
};

let project: Project;
beforeAll(async () => {
  project = await installed(
    ["core", "llm-openai", "embed-openai", "vector-memory"].map((name) => `@beluga/${name}`),
  );
  project.write("program.ts", await readFile(new URL("runtimes/program.ts", import.meta.url), "utf8"));
});
afterAll(() => project[Symbol.asyncDispose]());

test.for(Object.entries(runtimes))("%s", { timeout: 60_000 }, async ([_, runtime], { skip }) => {
  const { find, run, webAssembly, isBrowser = false } = runtime;
  const file = orSkip(find(), skip);
  await using vendor = await startVendor();
  const result = await run(file, vendor.addresses);
  await vendor.left;

  const redirected = { ...expected.errors.redirected, ...(isBrowser && { status: undefined }) };
  expect(result).toEqual({ ...expected, errors: { ...expected.errors, redirected }, webAssembly });
  const requests = isBrowser ? sent.map((request) => ({ ...request, userAgent: browsersOwn })) : sent;
  expect(sorted(vendor.requests)).toEqual(sorted(requests));
});

function inProcess(...args: string[]): Runtime["run"] {
  return (file, addresses) => runProcess(project, file, addresses, args);
}

/** Batches of embeddings arrive side by side. */
function sorted(requests: readonly SentRequest[]): SentRequest[] {
  return requests.toSorted((a, b) => (JSON.stringify(a.body) < JSON.stringify(b.body) ? -1 : 1));
}

// What the program has to see, and the vendor.

const texts = Array.from({ length: 1_200 }, (_, index) => `whale ${index}`);

/** The nearest of the documents that the filter lets through, by a plain loop. */
function nearest(query: string, k: number): SearchHit[] {
  const vector = vectorOf(query);
  const even = texts
    .map((content, index) => ({ id: `${index}`, content }))
    .filter((_, index) => index % 2 === 0);
  return even
    .map((document) => ({
      ...document,
      metadata: { even: true },
      score: vectorOf(document.content).reduce((sum, x, at) => sum + x * (vector[at] ?? 0), 0),
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
}

const text = "Ich schaue nach: Zürich 🐋";
const metadata = (id: string) => ({ providerMetadata: { openai: { id } } });
const toolCall = {
  type: "tool-call" as const,
  id: "call_1",
  name: "weather",
  arguments: { city: "Zürich" },
  ...metadata("fc_1"),
};

const expected: Result = {
  chat: [
    { type: "text", text: "Ich schaue nach: " },
    { type: "text", text: "Zürich 🐋" },
    { type: "tool-call-start", index: 0, id: "call_1", name: "weather" },
    { type: "tool-call-delta", index: 0, argumentsText: '{"city":' },
    { type: "tool-call-delta", index: 0, argumentsText: '"Zürich"}' },
    { type: "tool-call", index: 0, toolCall },
    {
      type: "finish",
      response: {
        message: { role: "assistant", content: [{ type: "text", text, ...metadata("msg_1") }, toolCall] },
        text,
        reasoning: "",
        toolCalls: [toolCall],
        finishReason: { unified: "tool-calls", raw: "completed" },
        usage: {
          inputTokens: 58,
          outputTokens: 19,
          totalTokens: 77,
          raw: { input_tokens: 58, output_tokens: 19, total_tokens: 77 },
        },
        model: "weather",
        id: "resp_1",
        warnings: [],
        sources: [],
        providerMetadata: {},
      },
    },
  ],
  aborted: { text: "And ", withItsReason: true },
  errors: {
    denied: {
      code: "auth_error",
      retryable: false,
      provider: "openai",
      status: 401,
      requestId: "req_denied",
      text: "",
    },
    cut: { code: "provider_unavailable", retryable: true, provider: "openai", text: "And " },
    unreachable: { code: "provider_unavailable", retryable: true, provider: "openai", text: "" },
    redirected: { code: "invalid_response", retryable: false, provider: "openai", status: 307, text: "" },
    withoutKey: { code: "auth_error", retryable: false, provider: "openai" },
  },
  embeddings: { count: 1_200, dimensions: 24, usage: { inputTokens: 2_400, totalTokens: 2_400 } },
  hits: nearest("a small whale", 5),
  webAssembly: [],
};

const browsersOwn: string = expect.stringMatching(/^Mozilla/);
const asked = (content: string) => [{ role: "user", content }];
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tools = [{ type: "function", name: "weather", parameters, strict: false }];

const sent: SentRequest[] = [
  chat({ model: "weather", input: asked("How is the weather in Zürich? 🐋"), tools }),
  chat({ model: "endless", input: asked("Go on for ever") }),
  chat({ model: "denied", input: asked("Hello") }),
  chat({ model: "cut", input: asked("Hello") }),
  chat({ model: "redirected", input: asked("Hello") }),
  ...[texts.slice(0, 500), texts.slice(500, 1_000), texts.slice(1_000), ["a small whale"]].map(embedding),
];

function chat(body: object): SentRequest {
  return request("/v1/responses", "llm-openai", { ...body, stream: true });
}

function embedding(input: string[]): SentRequest {
  const body = { model: "text-embedding-3-small", input, encoding_format: "base64" };
  return request("/v1/embeddings", "embed-openai", body);
}

function request(path: string, name: string, body: unknown): SentRequest {
  return {
    path,
    authorization: "Bearer sk-proofs",
    userAgent: expect.stringContaining(`beluga-${name}/`),
    body,
  };
}
