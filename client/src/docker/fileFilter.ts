import { posix } from 'node:path';
import { patternTest } from '../../../server/src/protocol/ignorePattern.ts';
import type { ContextEntry } from './contextFiles.ts';
import { ignoreOf } from './ignore.ts';

/** What a builder asks of a folder (github.com/tonistiigi/fsutil, `FilterOpt`). Empty lists ask for everything. */
export interface FileFilter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Paths with wildcards, followed through links: the sources of COPY and ADD. */
  readonly follow: readonly string[];
}

/** The entries that a filter asks for, with the folders above them, in the order in which they must be sent: by path, part for part. */
export function filtered(entries: readonly ContextEntry[], filter: FileFilter): readonly ContextEntry[] {
  const wanted = wantedBy(entries, filter);
  const ignore = ignoreOf(filter.exclude, 'the builder');
  const kept = new Map<string, ContextEntry>();
  const byPath = new Map(entries.map((entry) => [entry.path, entry] as const));
  for (const entry of entries) {
    if (!wanted(entry.path) || ignore.ignores(entry.path)) continue;
    for (let folder = posix.dirname(entry.path); folder !== '.' && !kept.has(folder); folder = posix.dirname(folder)) {
      kept.set(folder, byPath.get(folder) ?? { kind: 'folder', path: folder });
    }
    kept.set(entry.path, entry);
  }
  return [...kept.values()]
    .map((entry) => ({ entry, key: Buffer.from(entry.path.replaceAll('/', '\0')) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
}

function wantedBy(entries: readonly ContextEntry[], { include, follow }: FileFilter): (path: string) => boolean {
  if (include.length === 0 && follow.length === 0) return () => true;
  const followed = followedPaths(entries, follow);
  if (follow.length > 0 && followed.has('')) return () => true;
  const tests = include.map((pattern) => patternTest(posix.normalize(pattern).replace(/^\//, '')));
  return (path) => {
    for (let at = path; at !== '.'; at = posix.dirname(at)) {
      if (followed.has(at) || tests.some((test) => test(at))) return true;
    }
    return false;
  };
}

/** Most links that one path is followed through. */
const mostLinks = 255;

/** The paths that patterns mean, and the links on the way to them. */
function followedPaths(entries: readonly ContextEntry[], patterns: readonly string[]): ReadonlySet<string> {
  const children = new Map<string, ContextEntry[]>();
  for (const entry of entries) {
    const parent = posix.dirname(entry.path) === '.' ? '' : posix.dirname(entry.path);
    const known = children.get(parent);
    if (known) known.push(entry);
    else children.set(parent, [entry]);
  }
  const found = new Set<string>();
  const follow = (at: string, rest: readonly string[], links: number): void => {
    const [part, ...more] = rest;
    if (part === undefined) {
      found.add(at);
      return;
    }
    const test = patternTest(part);
    for (const entry of children.get(at) ?? []) {
      if (!test(posix.basename(entry.path))) continue;
      if (entry.kind !== 'link') follow(entry.path, more, links);
      else if (links < mostLinks) {
        found.add(entry.path);
        follow('', [...partsOf(posix.resolve('/', posix.dirname(entry.path), entry.target)), ...more], links + 1);
      }
    }
  };
  for (const pattern of patterns) follow('', partsOf(posix.resolve('/', pattern)), 0);
  return found;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
