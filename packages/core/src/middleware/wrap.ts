import type { ChatModel } from "../chat.js";
import { identified, identityOf } from "./identity.js";

/** What a wrapper does in place of the model behind it. */
type Calls = Pick<ChatModel, "generate" | "stream">;

/**
 * A model in front of another, under its name. Bound tools reach the model behind, and the wrapping stays; what `wrap` closes over is shared
 * by the models that come of it.
 *
 * @param wrap - Given the model behind, and its identity.
 * @param identify - What the identity becomes. Default: the same, for what does not change answers.
 */
export function wrapModel(
  next: ChatModel,
  wrap: (next: ChatModel, identity: unknown) => Calls,
  identify: (identity: unknown) => unknown = (identity) => identity,
  identity: unknown = identityOf(next),
): ChatModel {
  const { provider, model, id } = next;
  const bindTools: ChatModel["bindTools"] = (tools) =>
    wrapModel(next.bindTools(tools), wrap, identify, { of: identity, tools });
  return identified({ provider, model, id, ...wrap(next, identity), bindTools }, identify(identity));
}
