import { defineConfig } from "tsup";

// Commands are chunks of their own, loaded when they are asked for, so that `beluga --help` is there at once.
export default defineConfig({
  entry: ["src/main.ts"],
  format: "esm",
  platform: "node",
  target: "node22",
  splitting: true,
  dts: false,
  clean: true,
  silent: true,
  removeNodeProtocol: false,
});
