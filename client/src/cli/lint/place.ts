import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import type { FileKind } from '../../../../server/src/core/features/fileKind.ts';
import { closest } from '../../delivery/closest.ts';
import { fail } from '../../errors.ts';
import { type FoundFile, walk } from '../walk.ts';
import { namedKind, skippedFile } from '../workspaceFiles.ts';
import { namedRoot, type Root, rootAround } from '../workspaceRoot.ts';

/** Where a text comes from that is judged in place of files. */
export interface TypedText {
  readonly text: string;
  /** The path that it would have. */
  readonly name?: string | undefined;
}

export interface PlaceInput {
  /** Absolute. */
  readonly directory: string;
  /** Files and folders, as they were typed; none: the working directory, or the named workspace. */
  readonly paths: readonly string[];
  readonly workspace?: string | undefined;
  readonly stdin?: TypedText;
}

/** What is to be judged, and the files around it. */
export interface Place {
  /** Absolute paths of named files. */
  readonly single: ReadonlySet<string>;
  readonly folders: readonly string[];
  readonly roots: readonly Root[];
  /** Every file of the roots that is known by its name, in order. */
  readonly found: readonly FoundFile[];
}

/** Finds the files that a call is about, without reading one. Throws `usage` for a path that is not there. */
export function findPlace(input: PlaceInput): Place {
  const place = placeOf(input);
  return { ...place, found: place.roots.flatMap(walk) };
}

/** True for a path that is to be judged. */
export function isWanted({ single, folders }: Place, path: string): boolean {
  return single.has(path) || folders.some((folder) => below(path, folder));
}

/** The kinds of the files that are to be judged. */
export function wantedKinds(place: Place): ReadonlySet<FileKind> {
  const found = place.found.filter(({ path }) => isWanted(place, path)).map(({ kind }) => kind);
  return new Set([...found, ...[...place.single].map(namedKind)]);
}

function placeOf({ directory, paths, workspace: named, stdin }: PlaceInput): Omit<Place, 'found'> {
  if (stdin) {
    const path = resolve(directory, stdin.name ?? 'Dockerfile');
    const folder = existingFolder(dirname(path));
    return {
      single: new Set([path]),
      folders: [],
      roots: [named === undefined ? shallow(rootAround(folder), folder) : namedRoot(directory, named)],
    };
  }
  // A folder that is not there is told before its files are.
  const base = named === undefined ? directory : namedRoot(directory, named).folder;
  const wanted = paths.length > 0 ? paths.map((path) => existing(resolve(directory, path), path)) : [base];
  const folders = wanted.filter((path) => statSync(path).isDirectory());
  const single = new Set(wanted);
  for (const folder of folders) single.delete(folder);
  const roots = named === undefined ? rootsAround(folders, single) : [namedRoot(directory, named)];
  return { single, folders, roots };
}

/** The files of one folder lie in one workspace. */
function rootsAround(folders: readonly string[], files: ReadonlySet<string>): readonly Root[] {
  const oneOfEach = new Map([...files].map((path) => [dirname(path), path]));
  return unique([...folders.map((path) => rootAround(path, true)), ...[...oneOfEach.values()].map((path) => rootAround(path, false))]);
}

/** Around a text that stands in no workspace only its own folder is looked at. */
function shallow(root: Root, folder: string): Root {
  return root.folder === folder && !existsSync(`${folder}/.git`) ? { folder, deep: false } : root;
}

function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

function existing(path: string, typed: string): string {
  if (existsSync(path)) return path;
  const broken = skippedFile(path);
  throw fail(
    'usage',
    broken ? `\`${typed}\` cannot be read: ${broken.reason}` : `There is no file or folder \`${typed}\`.`,
    nearName(path, typed) ?? 'Give paths that exist, or none for everything below the current folder.',
  );
}

/** The name beside a path that was most likely meant. */
export function nearName(path: string, typed: string): string | undefined {
  try {
    const near = closest(basename(path), readdirSync(dirname(path)));
    return near === undefined ? undefined : `Did you mean \`${typed.slice(0, typed.length - basename(path).length)}${near}\`?`;
  } catch {
    return undefined;
  }
}

function unique(roots: readonly Root[]): Root[] {
  const byFolder = new Map<string, Root>();
  for (const root of roots) byFolder.set(root.folder, { folder: root.folder, deep: root.deep || byFolder.get(root.folder)?.deep === true });
  const all = [...byFolder.values()];
  return all.filter((root) => !all.some((other) => other !== root && other.deep && below(root.folder, other.folder)));
}

export function below(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
