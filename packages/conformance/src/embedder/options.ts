import assert from "node:assert/strict";
import { BelugaError, type EmbedInputType } from "@beluga/core";
import type { EmbedderSpec } from "../embedder.js";
import type { EmbedderCheck } from "./suite.js";

const inputTypes: readonly EmbedInputType[] = ["query", "document", "classification", "clustering"];

/** Options that are honoured, or said not to be. */
export function optionChecks(spec: EmbedderSpec): EmbedderCheck[] {
  return [
    spec.fixedDimensions
      ? {
          name: "dimensions, which the vendor does not have, is warned about or refused",
          async run(suite) {
            const { embedder, route } = suite.working();
            const natural = (await embedder.embed(["t"])).embeddings[0]?.length ?? 0;
            const sent = route?.requests.length;
            try {
              const { embeddings, warnings } = await embedder.embed(["t"], { dimensions: natural + 1 });
              assert.equal(embeddings[0]?.length, natural, "the width");
              assert.ok(
                warnings.some(({ type, option }) => type === "unsupported" && option === "dimensions"),
                "no warning about dimensions",
              );
            } catch (error) {
              if (!BelugaError.is(error)) throw error;
              assert.equal(error.code, "unsupported", error.message);
              assert.equal(route?.requests.length, sent, "requests");
            }
            suite.report({ dimensions: false });
          },
        }
      : {
          name: "dimensions is honoured, with no warning",
          async run(suite) {
            const { embedder } = suite.working();
            for (const dimensions of spec.dimensions ?? [4, 64]) {
              const { embeddings, warnings } = await suite.embeds(
                embedder,
                ["t", "u"].slice(0, embedder.limits.maxBatchSize),
                {
                  dimensions,
                },
              );
              assert.deepEqual(
                embeddings.map(({ length }) => length),
                embeddings.map(() => dimensions),
                "widths",
              );
              assert.deepEqual(warnings, []);
            }
            suite.report({ dimensions: spec.dimensions?.join(", ") ?? true });
          },
        },
    ...(spec.wire && !spec.fixedDimensions
      ? [
          {
            name: "another width than was asked for is invalid_response",
            async run(suite) {
              const { embedder } = suite.answered({
                vectors: (vectors) =>
                  vectors.map(({ index, values }) => ({ index, values: values.slice(1) })),
              });
              const [dimensions = 16] = spec.dimensions ?? [];
              await suite.failed(() => embedder.embed(["t"], { dimensions }), "invalid_response");
            },
          } satisfies EmbedderCheck,
        ]
      : []),
    {
      name: "every inputType works: it changes what is sent where the vendor has it, and is warned about where not",
      async run(suite) {
        const { embedder, route } = suite.working();
        const sent = async (inputType?: EmbedInputType): Promise<string | undefined> => {
          const { embeddings, warnings } = await suite.embeds(embedder, ["t"], { inputType });
          const isKnown = inputType === undefined || !spec.inputTypes || spec.inputTypes.includes(inputType);
          assert.deepEqual(
            warnings.map(({ type, option }) => ({ type, option })),
            isKnown ? [] : [{ type: "unsupported", option: "inputType" }],
            `the warnings of ${inputType}`,
          );
          // Without a request the vector shows what was made of the type.
          return route ? route.requests.at(-1)?.text : String(embeddings[0]);
        };
        const none = await sent();
        const seen = new Map<string, string | undefined>();
        for (const inputType of inputTypes) {
          const request = await sent(inputType);
          if (!spec.inputTypes?.includes(inputType)) continue;
          for (const [other, text] of seen)
            assert.notEqual(request, text, `${inputType} is sent as ${other} is`);
          if (inputType === spec.defaultInputType) assert.equal(none, request, "no type is not the default");
          else assert.notEqual(request, none, `${inputType} is sent as none is`);
          seen.set(inputType, request);
        }
        suite.report(
          Object.fromEntries(inputTypes.map((type) => [type, spec.inputTypes?.includes(type) ?? false])),
        );
      },
    },
    {
      name: "providerOptions go into the request as they stand, or are warned about where there is none",
      async run(suite) {
        const { embedder, route } = suite.working();
        const providerOptions = { conformance_option: { nested: ["as it is"] } };
        const { warnings } = await suite.embeds(embedder, ["t"], { providerOptions });
        if (route) {
          const { text } = await route.request();
          assert.ok(
            text.includes('"conformance_option":{"nested":["as it is"]}'),
            "they are not in the request",
          );
          assert.deepEqual(warnings, []);
        } else {
          assert.deepEqual(
            warnings.map(({ type, option }) => ({ type, option })),
            [{ type: "unsupported", option: "providerOptions.conformance_option" }],
          );
        }
      },
    },
  ];
}
