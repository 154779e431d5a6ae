import { unpack } from "@publint/pack";

/** What these proofs read of a published package.json. */
export interface Manifest {
  name: string;
  version: string;
  bin?: Record<string, string>;
  exports?: Record<string, string | Record<string, string>>;
  files?: string[];
  sideEffects?: boolean | string[];
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  repository?: { type: string; url: string; directory: string };
}

/** A packed package: its manifest, and the text of each file by its path in the package. */
export interface Tarball {
  manifest: Manifest;
  files: ReadonlyMap<string, string>;
}

export async function readTarball(data: Uint8Array): Promise<Tarball> {
  const { files, rootDir } = await unpack(data);
  const texts = new Map(
    files.map(({ name, data }) => [name.slice(rootDir.length + 1), new TextDecoder().decode(data)]),
  );
  return { manifest: JSON.parse(texts.get("package.json") ?? "null") as Manifest, files: texts };
}
