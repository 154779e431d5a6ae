import { type ConfigShape, type HttpConfig, httpConfig, httpURL } from "@beluga/core/provider";
import * as z from "zod/mini";

/** Options of `createOllama`. */
export interface OllamaConfig extends HttpConfig {
  /**
   * Where Ollama listens: a URL, or as Ollama itself takes it, a host with or without a port (`gpu-box`, `:8080`). Default:
   * `OLLAMA_HOST`, or `http://127.0.0.1:11434`. Its cloud is `https://ollama.com`.
   */
  baseURL?: string | undefined;
  /** The name of a model that was pulled, with its tag where it has one: `qwen3`, `llama3.2:1b`. */
  model: string;
  /** Sent as a bearer token, which Ollama's cloud wants. Default: `OLLAMA_API_KEY`, and none where that is not set either. */
  apiKey?: string | undefined;
}

export const ollamaConfig = z.strictObject({
  ...httpConfig,
  baseURL: z._default(z.pipe(z.pipe(z.string(), z.transform(hostURL)), httpURL), "http://127.0.0.1:11434"),
  model: z.string().check(z.minLength(1)),
  apiKey: z.optional(z.string().check(z.minLength(1))),
} satisfies ConfigShape<OllamaConfig>);

export type OllamaSettings = z.output<typeof ollamaConfig>;

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
