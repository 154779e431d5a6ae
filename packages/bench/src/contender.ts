/** One way to talk to a model. Each does the same work, the way its users would write it. */
export interface Contender {
  connect(baseURL: string): Client;
}

export interface Client {
  /** One whole answer; its text. */
  generate(prompt: string): Promise<string>;
  /** A streamed answer; each piece of its text as it comes. */
  streamText(prompt: string, onText: (text: string) => void): Promise<void>;
  /** A streamed tool call: each piece of its arguments as it comes, and at the end the arguments, parsed. */
  streamToolCall(prompt: string, onDelta: (argumentsText: string) => void): Promise<unknown>;
  /** One vector a text. */
  embed(texts: string[]): Promise<readonly ArrayLike<number>[]>;
}

/** By name, the bare loop first: the others are compared with it. Loaded one at a time, so that no process holds two. */
export const contenders = {
  bare: async () => (await import("./contenders/bare.js")).bare,
  beluga: async () => (await import("./contenders/beluga.js")).beluga,
  "ai-sdk": async () => (await import("./contenders/ai-sdk.js")).aiSDK,
  openai: async () => (await import("./contenders/openai.js")).openai,
  langchain: async () => (await import("./contenders/langchain.js")).langchain,
} as const satisfies Record<string, () => Promise<Contender>>;

export type ContenderName = keyof typeof contenders;

export const contenderNames = Object.keys(contenders) as ContenderName[];

/** What is installed for each. */
export const packagesOf: Readonly<Record<ContenderName, readonly string[]>> = {
  bare: [],
  beluga: ["@beluga/core", "@beluga/llm-openai", "@beluga/embed-openai"],
  "ai-sdk": ["ai", "@ai-sdk/openai"],
  openai: ["openai"],
  langchain: ["@langchain/core", "@langchain/openai"],
};

export const chatModel = "gpt-4.1-mini";
export const embeddingModel = "text-embedding-3-small";
export const apiKey = "not-a-key";

/** The parameters of the tool that each offers, as JSON Schema. */
export const toolParameters = {
  type: "object",
  properties: { path: { type: "string" }, content: { type: "string" } },
  required: ["path", "content"],
  additionalProperties: false,
} as const;

export const toolDescription = "Writes a file";
