import { defineConfig } from "vitest/config";

// Apart from the tests of the sources: what is proved here is what `npm run build` made, packed and published to a registry on this machine.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["src/**/*.test.ts"],
    globalSetup: ["src/setup.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
