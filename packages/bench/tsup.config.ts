import { library } from "../../tsup.base.js";

// The server, and each contender that is measured, run in processes of their own.
export default library({
  entry: ["src/main.ts", "src/run-server.ts", "src/run-one.ts", "src/search/run-search.ts"],
  platform: "node",
});
