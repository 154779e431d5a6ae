import type { VectorDocument } from "@beluga/core";

/** What an index remembers of a file, to know whether it has to be read again. */
export interface FileState {
  /** Of the content. */
  hash: string;
  size: number;
  /** In milliseconds since 1970. */
  modified: number;
  /** With what the file was indexed: its cutting, embedder and width. */
  making: string;
}

/** Where passages are kept, file by file. */
export interface PassageIndex {
  /** The files that are in it. */
  files(): Promise<Map<string, FileState>>;
  /** Puts a file's passages in the place of those it had; in one transaction where the store has them. */
  replace(path: string, state: FileState, documents: readonly VectorDocument[]): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes everything, so that vectors of another width have room. */
  clear(): Promise<void>;
  /** Nothing more is written after this. */
  close(): Promise<void>;
}

/** The id of a file's nth passage. */
export function passageId(path: string, at: number): string {
  return `${path}#${at}`;
}
