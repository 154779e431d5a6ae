import { chatModelConformance } from "./chat-model.js";
import { acmeSpec } from "./testing/acme-spec.js";

chatModelConformance(acmeSpec());
