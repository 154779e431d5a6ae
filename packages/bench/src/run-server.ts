/** The process of the server. It tells its origin, and ends with its parent. */
import { startServer } from "./server.js";

const { origin } = await startServer();
process.on("disconnect", () => process.exit());
process.send?.(origin);
