import type { SearchHit, VectorDocument } from "@beluga/core";

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

/** A file's passages, ready to be kept. */
export interface IndexedFile {
  path: string;
  state: FileState;
  documents: readonly VectorDocument[];
}

/** Where passages are kept, file by file. */
export interface PassageIndex {
  /** The files that are in it. */
  files(): Promise<Map<string, FileState>>;
  /** Puts files' passages in the place of those they had; each file's in one transaction where the store has them. */
  replace(files: readonly IndexedFile[]): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes everything, so that vectors of another width have room. */
  clear(): Promise<void>;
  /** Whether a passage that was found is one that the index knows of: a store may hold others as well. */
  knows(hit: SearchHit): boolean;
  /** Nothing more is written after this. */
  close(): Promise<void>;
}

/** The id of a file's nth passage. */
export function passageId(path: string, at: number): string {
  return `${path}#${at}`;
}
