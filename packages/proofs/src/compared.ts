import { readBudgets } from "./budgets.js";
import { type Install, installFor, installOf } from "./installs.js";
import { everythingInstalled, versionFor } from "./packages.js";
import { type Project, installed } from "./project.js";
import type { Place } from "./registry.js";
import { type Size, bundle, weigh } from "./sizes.js";
import { measureStart } from "./start.js";

/** Something that one installs for a streamed chat. */
export interface Compared extends Light {
  /** How many milliseconds later than an empty program one starts that imports it: the quickest of many. */
  start: number;
}

/** What of it is the same on every machine. */
export interface Light {
  /** What one asks npm for. */
  packages: string[];
  /** Of a program as its users write it. */
  bundle: Size;
  install: { packages: number; bytes: number };
}

/** Whose vendor takes no requests any more. */
const retired = "@beluga/llm-llama";

/** Core with the provider that is compared with the peers, and core with the one that weighs the least. */
export function ours(): { beluga: string[]; lightest: string[] } {
  const weights = Object.entries(readBudgets()).filter(
    ([name]) => name.startsWith("@beluga/llm-") && name !== retired,
  );
  const [lightest] = weights.sort(([, a], [, b]) => a.withoutZod - b.withoutZod).map(([name]) => name);
  if (lightest === undefined)
    throw new Error("There are no budgets: `npm run sizes -- --update` writes them.");
  return { beluga: ["@beluga/core", "@beluga/llm-openai"], lightest: ["@beluga/core", lightest] };
}

/** Of packages of ours, in a project where {@link everythingInstalled | everything is installed}. */
export async function weighOurs(project: Project, packages: string[]): Promise<Light> {
  const { total, withoutZod } = await weigh(project.folder, packages.at(-1) ?? "");
  return { packages, bundle: { total, withoutZod }, install: inShort(installFor(project.folder, packages)) };
}

/** The peers, in the versions that the benchmarks measure. */
const peers: Readonly<Record<string, { packages: string[]; program: string }>> = {
  openai: {
    packages: ["openai"],
    program: `
      import OpenAI from "openai";
      const client = new OpenAI();
      const messages = [{ role: "user", content: "Why do belugas sing?" }];
      const stream = await client.chat.completions.create({ model: "whale-1", messages, stream: true });
      for await (const chunk of stream) console.log(chunk.choices[0]?.delta.content);`,
  },
  langchain: {
    packages: ["@langchain/core", "@langchain/openai"],
    program: `
      import { ChatOpenAI } from "@langchain/openai";
      const model = new ChatOpenAI({ model: "whale-1" });
      for await (const chunk of await model.stream("Why do belugas sing?")) console.log(chunk.text);`,
  },
  "ai-sdk": {
    packages: ["ai", "@ai-sdk/openai"],
    program: `
      import { streamText } from "ai";
      import { openai } from "@ai-sdk/openai";
      const { textStream } = streamText({ model: openai("whale-1"), prompt: "Why do belugas sing?" });
      for await (const text of textStream) console.log(text);`,
  },
};

/** Ours and the peers, one after the other, each peer in a project of its own. */
export async function compare(place: Place): Promise<Record<string, Compared>> {
  const compared: Record<string, Compared> = {};
  await using everything = await everythingInstalled(place);
  for (const [name, packages] of Object.entries(ours())) {
    const light = await weighOurs(everything, packages);
    compared[name] = { ...light, start: await startOf(everything, packages) };
  }
  for (const [name, { packages, program }] of Object.entries(peers)) {
    const versions = packages.map((each) => `${each}@${versionFor("@beluga/bench", each)}`);
    await using project = await installed(versions, { place });
    const { bytes: total } = await bundle(project.folder, program);
    const { bytes: withoutZod } = await bundle(project.folder, program, ["zod"]);
    compared[name] = {
      packages: versions,
      bundle: { total, withoutZod },
      install: inShort(installOf(project.folder)),
      start: await startOf(project, packages),
    };
  }
  return compared;
}

async function startOf(project: Project, packages: readonly string[]): Promise<number> {
  const imports = packages.map((name) => `import "${name}";`).join(" ");
  return (await measureStart(project, imports, 20)).time.least;
}

function inShort({ packages, bytes }: Install): Light["install"] {
  return { packages, bytes };
}
