import { library } from "../../tsup.base.js";

export default library({
  entry: {
    index: "src/index.ts",
    "provider/index": "src/provider/index.ts",
    schema: "src/schema.ts",
  },
  // Built in: see src/schema.ts. Its types come by bundle-zod.mjs.
  noExternal: ["zod"],
});
