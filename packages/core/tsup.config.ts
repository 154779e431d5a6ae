import { library } from "../../tsup.base.js";

export default library({ entry: { index: "src/index.ts", "provider/index": "src/provider/index.ts" } });
