import type { Terminal } from "./terminal.js";

/** What a command gets to work with. */
export interface Context {
  terminal: Terminal;
  /** Aborted by Ctrl-C, and where the process is asked to end. */
  signal: AbortSignal;
  /** Where the user is. */
  directory: string;
}
