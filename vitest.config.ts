import { defineConfig } from "vitest/config";

// Tests read the sources of the other packages, so they need no build. The rest are Vite's own defaults for Node.
const conditions = ["@beluga/source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["@beluga/source", "node", "module-sync"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
    // Of the built packages, by a configuration of their own: `npm run proofs`.
    exclude: ["packages/proofs/**", "**/node_modules/**"],
    environment: "node",
    // Vitest itself would leave one out for its own work, of which there is little: on two cores that is half of them.
    maxWorkers: "100%",
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
