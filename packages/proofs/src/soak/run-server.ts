/** The process of the server: tells its addresses, answers questions, and ends with its parent. */
import { type Ask, startServer } from "./server.js";

const { origin, refusing, ask } = await startServer(Number(process.argv[2]));
process.on("disconnect", () => process.exit());
process.on("message", (question: Parameters<Ask>[0]) => {
  void (ask as (question: string) => Promise<unknown>)(question).then((answer) =>
    process.send?.(answer ?? null),
  );
});
process.send?.({ origin, refusing });
