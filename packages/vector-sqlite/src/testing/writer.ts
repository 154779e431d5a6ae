// A process that the tests start beside their own: `writer.ts PATH NAME BATCHES SIZE`. It opens the store, says so, and on "go" adds batches
// of documents, one call each.
import { createSqliteStore } from "../index.js";

const [path = "", name = "", batches = "0", size = "0"] = process.argv.slice(2);

const store = createSqliteStore({ path });
process.send?.("ready");
await new Promise((resolve) => {
  process.once("message", resolve);
});
for (let batch = 0; batch < Number(batches); batch++) {
  await store.add(
    Array.from({ length: Number(size) }, (_, n) => ({
      id: `${name}-${batch}-${n}`,
      content: "written by another process",
      metadata: { batch: `${name}-${batch}` },
      embedding: [1, batch, n],
    })),
  );
  process.send?.(`wrote ${batch}`);
}
await store.close();
process.disconnect();
