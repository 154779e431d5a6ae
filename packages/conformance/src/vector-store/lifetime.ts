import type { SearchOptions, VectorDocument, VectorStore } from "@beluga/core";
import type { VectorCheck } from "../vector-store.js";
import { VectorOracle } from "./oracle.js";
import { type VectorSuite, document } from "./suite.js";

export function lifetimeChecks(suite: VectorSuite): VectorCheck[] {
  const checks = [
    suite.check("after close each call is invalid_input, and a second close does nothing", async (store) => {
      await store.add([document("a", [1, 0])]);
      await store.close();
      await store.close();
      await suite.refused(() => store.add([document("b", [1, 0])]), "invalid_input", "add");
      await suite.refused(() => store.search([1, 0]), "invalid_input", "search");
      await suite.refused(() => store.delete({ ids: ["a"] }), "invalid_input", "delete");
    }),
  ];
  return suite.spec.reopen
    ? [...checks, ...suite.metrics.map((metric) => reopenCheck(suite, metric))]
    : checks;
}

function reopenCheck(suite: VectorSuite, metric: "cosine" | "dot" | "euclidean"): VectorCheck {
  return {
    name: `${metric}: an index that is opened again has what it had`,
    async run() {
      const index = suite.index({ metric });
      const oracle = new VectorOracle(metric);
      const everything: SearchOptions = { k: 1000, includeEmbeddings: true };
      const write = async (
        store: VectorStore,
        documents: VectorDocument[],
        gone: string[],
      ): Promise<void> => {
        await store.add(documents);
        await store.delete({ ids: gone });
        oracle.add(documents);
        oracle.delete({ ids: gone });
      };
      const first = await suite.spec.create(index);
      await write(
        first,
        [document("a", [1, 2], { n: 1 }), document("b", [3, 4]), document("🦊", [0, 1], { n: 2 })],
        ["b"],
      );
      await first.close();
      for (let round = 0; round < 2; round++) {
        const again = await suite.spec.reopen?.(index);
        if (!again) return;
        await suite.compare(again, oracle, [1, 1], everything);
        await suite.refused(() => again.add([document("c", [1, 2, 3])]), "invalid_input", "another width");
        await write(again, [document(`round${round}`, [round, 1]), document("a", [2, 2])], []);
        await suite.compare(again, oracle, [1, 1], everything);
        await again.close();
      }
    },
  };
}
