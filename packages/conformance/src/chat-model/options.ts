import assert from "node:assert/strict";
import { type ChatOptions, type Tool, type Warning, withJSONSchema } from "@beluga/core";
import type { ChatCheck, ChatModelSpec } from "../chat-model.js";
import { bytesOf, headersOf } from "../exchange.js";
import { type Mode, callModel, modes } from "./collect.js";
import { type ChatSuite, prompt, succeeded } from "./suite.js";

export const weather: Tool = {
  name: "conformance_weather",
  description: "The weather in a city, for the conformance suite",
  parameters: {
    type: "object",
    properties: { conformance_city: { type: "string" } },
    required: ["conformance_city"],
    additionalProperties: false,
  },
};

const schema = {
  type: "object",
  properties: { conformance_answer: { type: "string" } },
  required: ["conformance_answer"],
  additionalProperties: false,
};

/** Each option by the name that a warning gives it, and the options that the request is compared with. */
const options: Readonly<Record<string, readonly [with_: ChatOptions, without: ChatOptions]>> = {
  maxTokens: [{ maxTokens: 77 }, {}],
  temperature: [{ temperature: 0.25 }, {}],
  topP: [{ topP: 0.5 }, {}],
  topK: [{ topK: 7 }, {}],
  stopSequences: [{ stopSequences: ["conformance-stop"] }, {}],
  seed: [{ seed: 42 }, {}],
  frequencyPenalty: [{ frequencyPenalty: 0.5 }, {}],
  presencePenalty: [{ presencePenalty: 0.25 }, {}],
  tools: [{ tools: [weather] }, {}],
  toolChoice: [{ tools: [weather], toolChoice: "required" }, { tools: [weather] }],
  responseFormat: [{ responseFormat: { type: "json" } }, {}],
  "responseFormat.schema": [
    { responseFormat: { type: "json", schema, name: "conformance" } },
    { responseFormat: { type: "json" } },
  ],
  "reasoning.effort": [{ reasoning: { effort: "low" } }, {}],
  "reasoning.budgetTokens": [{ reasoning: { budgetTokens: 2048 } }, {}],
  providerOptions: [{ providerOptions: { conformance_option: { deep: [1] } } }, {}],
};

const everyOption: ChatOptions = {
  maxTokens: 4096,
  temperature: 0.25,
  topP: 0.5,
  topK: 7,
  stopSequences: ["conformance-stop"],
  seed: 42,
  frequencyPenalty: 0.5,
  presencePenalty: 0.25,
  tools: [weather],
  toolChoice: "required",
  responseFormat: { type: "json", schema, name: "conformance" },
  reasoning: { effort: "low", budgetTokens: 2048 },
  providerOptions: { conformance_option: { deep: [1] } },
  headers: { "x-conformance": "call" },
  timeout: { total: 14_000 },
  includeRaw: false,
};

export function optionChecks(spec: ChatModelSpec): ChatCheck[] {
  const { unsupported = [], conflicting = [], lacks = [] } = spec;
  const names = Object.keys(options).filter((name) => !lacks.includes("tools") || !name.startsWith("tool"));
  return [
    {
      name: "the options that it warns about are those of the spec",
      async run(suite) {
        const warned: string[] = [];
        for (const name of names) {
          const { warnings } = await send(suite, "generate", options[name]?.[0] ?? {});
          assertWellFormed(warnings);
          for (const { type, option } of warnings) {
            if (type !== "other" && option !== undefined && !warned.includes(option)) warned.push(option);
          }
        }
        assert.deepEqual(
          warned.sort(),
          unsupported.toSorted(),
          "options that it warns about, and spec.unsupported",
        );
      },
    },
    ...names.map((name) => ({
      name: `${name} changes the request, or is warned about`,
      async run(suite: ChatSuite) {
        const [given, otherwise] = options[name] as (typeof options)[string];
        let isHonoured = true;
        for (const mode of modes) {
          const asked = await send(suite, mode, given);
          const plain = await send(suite, mode, otherwise);
          // `responseFormat.schema` is covered by a warning about all of `responseFormat`, and the other way round.
          const warning = asked.warnings.find(
            ({ option = "" }) =>
              option === name || `${option}.`.startsWith(`${name}.`) || `${name}.`.startsWith(`${option}.`),
          );
          const changed = asked.text !== plain.text;
          if (warning?.type === "unsupported") isHonoured = false;
          if (!warning) assert.ok(changed, `${mode}: it is ignored without a word`);
          else if (warning.type === "unsupported" && warning.option === name) {
            assert.ok(!changed, `${mode}: it is warned about as not sent, but the request is another`);
          }
        }
        suite.report({ [name]: isHonoured });
      },
    })),
    {
      name: "all options at once: the request is made, and the warnings name what is not honoured",
      async run(suite) {
        const known = [...unsupported, ...conflicting];
        const given: ChatOptions = {
          ...everyOption,
          ...(lacks.includes("tools") && { tools: undefined, toolChoice: undefined }),
          // A vendor may have JSON by a schema alone; then this is what it cannot do.
          ...(unsupported.includes("responseFormat") && { responseFormat: { type: "json" } }),
        };
        for (const mode of modes) {
          const { warnings } = await send(suite, mode, given);
          assertWellFormed(warnings);
          const warned = new Set(
            warnings.flatMap(({ type, option }) => (type !== "other" && option ? [option] : [])),
          );
          assert.deepEqual(
            [...warned].sort(),
            [...new Set(known)].sort(),
            `${mode}: options that it warns about`,
          );
        }
      },
    },
    {
      name: "providerOptions go out as they stand, over what the library sends",
      async run(suite) {
        for (const mode of modes) {
          const { body } = await send(suite, mode, {
            providerOptions: { conformance_option: { deep: [1, null] }, model: "another" },
          });
          const { conformance_option: sent } = body;
          assert.deepEqual(sent, { deep: [1, null] });
          if ("model" in body) assert.equal(body["model"], "another");
        }
      },
    },
    {
      name: "headers of the config and of the call go out, the call's over the config's",
      async run(suite) {
        for (const mode of modes) {
          const { model, route } = suite.served([suite.plainReply(mode)], {
            headers: { "x-config": "config", "x-both": "config" },
          });
          await suite.succeeds(model, mode, { headers: { "x-call": "call", "x-both": "call" } });
          const { headers } = await route.request();
          assert.deepEqual(
            [headers["x-config"], headers["x-call"], headers["x-both"]],
            ["config", "call", "call"],
          );
        }
      },
    },
    {
      name: "an option that is undefined is one that is absent",
      async run(suite) {
        const nothing = Object.fromEntries(
          Object.keys(everyOption).map((name) => [name, undefined]),
        ) as ChatOptions;
        for (const mode of modes) {
          const { text, warnings } = await send(suite, mode, nothing);
          assert.equal(text, (await send(suite, mode, {})).text);
          assert.deepEqual(warnings, []);
        }
      },
    },
    ...(lacks.includes("tools") ? [] : toolChecks()),
  ];
}

function toolChecks(): ChatCheck[] {
  return [
    {
      name: "a tool's name, description and schema go out, from JSON Schema and from Standard Schema",
      async run(suite) {
        const { parameters } = weather;
        const standard = withJSONSchema(
          { "~standard": { version: 1, vendor: "conformance", validate: (value: unknown) => ({ value }) } },
          parameters,
        );
        for (const mode of modes) {
          const { text } = await send(suite, mode, { tools: [weather] });
          for (const word of ["conformance_weather", weather.description ?? "", "conformance_city"]) {
            assert.ok(text.includes(word), `the request does not have "${word}"`);
          }
          const other = await send(suite, mode, { tools: [{ ...weather, parameters: standard }] });
          assert.equal(other.text, text, "the same schema as a Standard Schema makes another request");
        }
      },
    },
    {
      name: "toolChoice can name a tool",
      async run(suite) {
        const other = { ...weather, name: "conformance_other" };
        const tools = [weather, other];
        for (const mode of modes) {
          const one = await send(suite, mode, { tools, toolChoice: { tool: "conformance_weather" } });
          const two = await send(suite, mode, { tools, toolChoice: { tool: "conformance_other" } });
          const warned = one.warnings.some(({ option }) => option === "toolChoice");
          assert.ok(warned || one.text !== two.text, "the choice does not change the request");
        }
      },
    },
    {
      name: "toolChoice none keeps the model from calling, or is warned about",
      async run(suite) {
        for (const mode of modes) {
          const none = await send(suite, mode, { tools: [weather], toolChoice: "none" });
          const auto = await send(suite, mode, { tools: [weather], toolChoice: "auto" });
          const warned = none.warnings.some(({ option }) => option === "toolChoice");
          assert.ok(warned || none.text !== auto.text, "the choice does not change the request");
        }
      },
    },
    {
      name: "bindTools gives a new model, and leaves the original alone",
      async run(suite) {
        const { recorded } = suite.plain("generate");
        const { model, requests } = suite.inMemory({
          headers: headersOf(recorded),
          pieces: [bytesOf(recorded)],
        });
        const other = { ...weather, name: "conformance_other" };
        const bound = model.bindTools([weather]);
        const twice = bound.bindTools([other]);
        const sent = async (
          which: typeof model,
          extra: ChatOptions = {},
        ): Promise<readonly [boolean, boolean]> => {
          await which.generate(prompt, extra);
          const { text = "" } = requests.at(-1) ?? {};
          return [text.includes("conformance_weather"), text.includes("conformance_other")];
        };
        assert.notEqual(bound, model);
        assert.deepEqual([bound.provider, bound.model, bound.id], [model.provider, model.model, model.id]);
        assert.deepEqual(await sent(bound), [true, false], "the bound model");
        assert.deepEqual(
          await sent(bound, { tools: [other] }),
          [true, true],
          "the bound model, with a tool of the call",
        );
        assert.deepEqual(await sent(twice), [true, true], "bound twice");
        assert.deepEqual(await sent(bound), [true, false], "the bound model, afterwards");
        assert.deepEqual(await sent(model), [false, false], "the original");
      },
    },
    {
      name: "a tool of the call replaces a bound one of the same name",
      async run(suite) {
        const { recorded } = suite.plain("generate");
        const { model, requests } = suite.inMemory({
          headers: headersOf(recorded),
          pieces: [bytesOf(recorded)],
        });
        const bound = model.bindTools([{ ...weather, description: "conformance-old" }]);
        await bound.generate(prompt, { tools: [{ ...weather, description: "conformance-new" }] });
        const { text = "" } = requests[0] ?? {};
        assert.deepEqual([text.includes("conformance-old"), text.includes("conformance-new")], [false, true]);
      },
    },
  ];
}

interface Sent {
  warnings: Warning[];
  text: string;
  body: Record<string, unknown>;
}

/** Makes a call, and gives what was sent. */
async function send(suite: ChatSuite, mode: Mode, given: ChatOptions): Promise<Sent> {
  const { recorded } = suite.plain(mode);
  const { model, requests } = suite.inMemory({ headers: headersOf(recorded), pieces: [bytesOf(recorded)] });
  const { warnings } = succeeded(await callModel(model, mode, prompt, given));
  assert.equal(requests.length, 1, "requests");
  const { text = "", url = "" } = requests[0] ?? {};
  // The model may stand in the URL, and so may an option.
  return { warnings, text: `${url} ${text}`, body: JSON.parse(text) as Record<string, unknown> };
}

function assertWellFormed(warnings: readonly Warning[]): void {
  for (const { type, option, message } of warnings) {
    if (type !== "other") assert.ok(option, `a warning without its option: ${message}`);
  }
}
