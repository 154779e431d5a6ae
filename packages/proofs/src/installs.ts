import { type Dirent, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What npm puts on the disk for some packages. */
export interface Install {
  packages: number;
  /** The sum of the files' sizes. */
  bytes: number;
  /** By the name of each package. */
  parts: Record<string, number>;
}

interface Locked {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** All that npm installed in a folder. */
export function installOf(folder: string): Install {
  return sum(folder, Object.keys(lockfile(folder)));
}

/** What npm would have installed in a folder if these packages alone had been asked for: they, and all that they need. */
export function installFor(folder: string, names: readonly string[]): Install {
  const lock = lockfile(folder);
  const found = new Set<string>();
  const add = (place: string): void => {
    if (found.has(place)) return;
    found.add(place);
    for (const name of neededBy(lock[place] ?? {})) add(placeOf(lock, name, place));
  };
  for (const name of names) add(placeOf(lock, name, ""));
  return sum(folder, [...found]);
}

function neededBy({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: Locked): string[] {
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  return [...Object.keys(dependencies), ...peers];
}

/** Where Node finds a package from another one: in its folder, or in the nearest one above. */
function placeOf(lock: Record<string, Locked>, name: string, from: string): string {
  const place = from === "" ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (place in lock) return place;
  if (from === "") throw new Error(`${name} is not installed`);
  const above = from.lastIndexOf("/node_modules/");
  return placeOf(lock, name, above < 0 ? "" : from.slice(0, above));
}

/** By its place: `node_modules/aws4fetch`. Parts for other platforms are in it, and were not installed. */
function lockfile(folder: string): Record<string, Locked> {
  const { packages } = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  return packages;
}

function sum(folder: string, places: readonly string[]): Install {
  const parts: Record<string, number> = {};
  for (const place of places) {
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    parts[name] = (parts[name] ?? 0) + sizeOf(join(folder, place));
  }
  const bytes = Object.values(parts).reduce((all, part) => all + part, 0);
  return { packages: places.length, bytes, parts };
}

/** Without the packages that are nested in it, which count for themselves. */
function sizeOf(path: string): number {
  const size = (entry: Dirent): number => {
    const inner = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? 0 : sizeOf(inner);
    return entry.isFile() ? statSync(inner).size : 0;
  };
  return readdirSync(path, { withFileTypes: true }).reduce((all, entry) => all + size(entry), 0);
}
