import { checkPattern, patternTest } from '../../protocol/ignorePattern.ts';
import type { Span } from './spans.ts';

/** One pattern of a `.dockerignore`, with its place. */
export interface IgnoreEntry extends Span {
  /** As written, with its `!`. */
  readonly text: string;
  readonly exception: boolean;
  /** Why moby refuses it; then it matches nothing. */
  readonly problem?: string;
  /** Does it match the path itself, or a folder that the path lies in? Exceptions too say what they name. */
  readonly matches: (path: string) => boolean;
}

/** Which paths of a context a `.dockerignore` keeps out. */
export interface IgnoreMatcher {
  readonly entries: readonly IgnoreEntry[];
  /** True when some pattern begins with `!`. */
  readonly hasExceptions: boolean;
  /** True when a path (relative, `/`) or one of its folders is kept out and nothing takes it back in. */
  ignores(path: string): boolean;
  /** The last entry that settles a path; undefined when none is about it. */
  decidedBy(path: string): IgnoreEntry | undefined;
}

/**
 * Reads a `.dockerignore` as moby does (github.com/moby/patternmatcher: `ignorefile.ReadAll`, `MatchesOrParentMatches`).
 * Never throws: patterns that moby refuses carry their problem.
 */
export function readIgnoreFile(text: string): IgnoreMatcher {
  const entries: IgnoreEntry[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const entry = entryOf(text, start, end);
    if (entry) entries.push(entry);
    start = end + 1;
  }
  const decidedBy = (path: string) => {
    let by: IgnoreEntry | undefined;
    for (const entry of entries) {
      const ignored = by !== undefined && !by.exception;
      if (entry.exception === ignored && entry.matches(path)) by = entry;
    }
    return by;
  };
  return {
    entries,
    hasExceptions: entries.some(({ exception }) => exception),
    ignores: (path) => decidedBy(path)?.exception === false,
    decidedBy,
  };
}

function entryOf(text: string, from: number, to: number): IgnoreEntry | undefined {
  const line = text.slice(from, to);
  const written = line.trim();
  if (line.startsWith('#') || written === '') return undefined;
  const start = from + line.indexOf(written);
  const marked = written.startsWith('!');
  const clean = patternOf(marked ? written.slice(1).trim() : written);
  // moby looks for the mark again when the first slash is gone: `/!a` takes `a` back.
  const exception = marked || clean.startsWith('!');
  const pattern = !marked && exception ? clean.slice(1) : clean;
  const found = testOf(pattern);
  const matches = (path: string) => found.test(path) || parentsOf(path).some(found.test);
  return { start, end: start + written.length, text: written, exception, matches, ...(found.problem ? { problem: found.problem } : {}) };
}

/** A clean path without its first slash. */
function patternOf(written: string): string {
  if (written === '') return '';
  const clean = cleanPath(written);
  return clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean;
}

function testOf(pattern: string): { readonly test: (path: string) => boolean; readonly problem?: string } {
  try {
    if (pattern === '') throw new Error('nothing follows the exclamation mark');
    checkPattern(pattern);
    return { test: patternTest(pattern) };
  } catch (error) {
    return { test: () => false, problem: error instanceof Error ? error.message : 'it is not a pattern' };
  }
}

/** `a/b/c` → `a`, `a/b`. */
function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) parents.push(path.slice(0, slash));
  return parents;
}

/** Go's `filepath.Clean`, by words alone. */
function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..' || kept.length === 0 || kept.at(-1) === '..') {
      if (segment !== '..' || !rooted) kept.push(segment);
    } else kept.pop();
  }
  const joined = kept.join('/');
  return rooted ? `/${joined}` : joined || '.';
}
