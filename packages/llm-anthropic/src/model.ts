import type { ChatModel } from "@beluga/core";
import { type ChatCall, HttpClient, createChatModel, feedEvents } from "@beluga/core/provider";
import type { AnthropicSettings } from "./config.js";
import { refineAnthropicError } from "./errors.js";
import { requestBody } from "./request.js";
import { EventReader, readMessage } from "./stream.js";

/** {@link https://platform.claude.com/docs/en/api/versioning} */
const apiVersion = "2023-06-01";

export function createAnthropicModel({
  apiKey,
  authToken,
  betas = [],
  model,
  baseURL,
  headers,
  ...settings
}: AnthropicSettings & { packageName: string; version: string }): ChatModel {
  const configured = sortHeaders(headers);
  const http = new HttpClient({
    ...settings,
    provider: "anthropic",
    baseURL: withVersion(baseURL),
    auth: authentication(apiKey, authToken),
    headers: configured.others,
    refineError: refineAnthropicError,
  });
  const request = (call: ChatCall, stream: boolean) => {
    const called = sortHeaders(call.options.headers);
    const allBetas = [...betas, ...configured.betas, ...called.betas];
    const headers = {
      ...called.others,
      "anthropic-version": called.version ?? configured.version ?? apiVersion,
      ...(allBetas.length > 0 && { "anthropic-beta": allBetas.join(",") }),
    };
    return { ...call.http, headers, body: requestBody(call, stream) };
  };

  return createChatModel({
    provider: "anthropic",
    model,

    async generate(call, answer) {
      const { data } = await http.json("messages", request(call, false));
      readMessage(data, answer);
    },

    async stream(call, answer) {
      const events = await http.events("messages", request(call, true));
      return feedEvents(events, { http, call, answer }, (failure) => new EventReader(answer, failure));
    },
  });
}

/** Anthropic's SDKs take `ANTHROPIC_BASE_URL` without a version, and so do the gateways that name an address for it. */
function withVersion(baseURL: string): string {
  const address = baseURL.replace(/\/+$/, "");
  return /\/v\d+$/.test(address) ? address : `${address}/v1`;
}

/** Never both: the API refuses that. The token goes first, as the key may only happen to be in the environment. */
function authentication(apiKey: string | undefined, authToken: string | undefined): Record<string, string> {
  if (authToken !== undefined) return { authorization: `Bearer ${authToken}` };
  return apiKey === undefined ? {} : { "x-api-key": apiKey };
}

interface SortedHeaders {
  version?: string;
  betas: string[];
  others: Record<string, string>;
}

/** Betas of the config and of a call add up, where other headers of a call go over those of the config. */
function sortHeaders(headers: Readonly<Record<string, string>> = {}): SortedHeaders {
  const sorted: SortedHeaders = { betas: [], others: {} };
  for (const [name, value] of Object.entries(headers)) {
    const known = name.toLowerCase();
    if (known === "anthropic-beta") sorted.betas.push(value);
    else if (known === "anthropic-version") sorted.version = value;
    else sorted.others[name] = value;
  }
  return sorted;
}
