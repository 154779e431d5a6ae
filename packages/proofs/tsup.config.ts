import { library } from "../../tsup.base.js";

// The soak test measures its own memory, so it runs as a program and not inside of vitest; its server has a process of its own.
export default library({
  entry: { soak: "src/soak/main.ts", "run-server": "src/soak/run-server.ts" },
  platform: "node",
  // These stay as they were built.
  external: [/^@beluga\//],
});
