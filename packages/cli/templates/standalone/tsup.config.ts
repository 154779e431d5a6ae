import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts"],
  format: "esm",
  platform: "neutral",
  target: "es2023",
  dts: false, // the compiler writes the declarations, by tsconfig.build.json
  clean: true,
});
