import * as z from "../schema.js";
import type { ErrorRefinement, VendorFailure } from "./failure.js";
import { httpURL } from "./http-config.js";
import { asRecord, asText } from "./wire.js";

// What Ollama's chat and embeddings have in common: they are a package each.

/** Where Ollama listens, as the `baseURL` of a config: a URL, or a host as `OLLAMA_HOST` names it. */
export const ollamaURL: z.ZodMiniType<string, string | undefined> = /* @__PURE__ */ z._default(
  // Marked each, so that only the bundles of who speaks to Ollama have them.
  /* @__PURE__ */ z.pipe(
    /* @__PURE__ */ z.pipe(/* @__PURE__ */ z.string(), /* @__PURE__ */ z.transform(hostURL)),
    httpURL,
  ),
  "http://127.0.0.1:11434",
);

/**
 * The URL of a host as `OLLAMA_HOST` names it. The port is 11434, or its protocol's own after a `http://` or `https://`. Addresses
 * that a server listens on but nobody can call (`0.0.0.0`, `[::]`) stand for this machine. An `/api` at the end, which Ollama's
 * documentation counts to its base URL, is taken off.
 *
 * @see {@link https://docs.ollama.com/faq#how-do-i-configure-ollama-server}
 */
function hostURL(host: string): string {
  const given = host.trim().replace(/^(["'])(.*)\1$/, "$2");
  const [scheme, rest] = given.includes("://") ? splitAt(given, "://") : [undefined, given];
  if (rest === "ollama.com") return "https://ollama.com";
  const [authority, path] = splitAt(rest, "/");
  const { name, port } = splitAuthority(authority);
  const withPort = port ?? (scheme === undefined ? "11434" : undefined);
  const folder = path.replace(/\/+$/, "").replace(/(^|\/)api$/, "");
  return `${scheme ?? "http"}://${callable(name)}${withPort === undefined ? "" : `:${withPort}`}${folder && `/${folder}`}`;
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** An IPv6 address may stand without its brackets where no port follows. */
function splitAuthority(authority: string): { name: string; port: string | undefined } {
  if (/^[^[\]]*:[^[\]]*:/.test(authority)) return { name: `[${authority}]`, port: undefined };
  const [, name = "", port] = /^(\[.*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [undefined, authority];
  return { name, port };
}

function callable(name: string): string {
  if (name === "" || name === "0.0.0.0") return "127.0.0.1";
  return name === "[::]" ? "[::1]" : name;
}

/**
 * Ollama's errors are `{ "error": "words" }`, also in the middle of a stream, and say no more than their status but in a few cases:
 * {@link https://docs.ollama.com/api/errors}.
 */
export function refineOllamaError({ status, body }: VendorFailure): ErrorRefinement | undefined {
  const words = asText(asRecord(body)["error"]);
  if (/context (length|size|window)|exceeds? the available context/i.test(words)) {
    return { code: "context_length", retryable: false };
  }
  // In the middle of a stream there is no status.
  if (status === undefined && /^model ".*" not found/.test(words)) return { code: "not_found", status: 404 };
  return undefined;
}
