import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fail } from '../errors.ts';
import { type Ignore, ignoreOf, readPatterns } from './ignore.ts';

/** One entry of a build context. `path` is relative with `/`, `file` is absolute. */
export type ContextEntry =
  | { readonly kind: 'file'; readonly path: string; readonly file: string; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

export interface BuildContext {
  readonly entries: readonly ContextEntry[];
  /** Path of the Dockerfile in the archive. */
  readonly dockerfile: string;
  readonly bytes: number;
  readonly files: number;
  /** Sockets and devices that cannot be sent. */
  readonly skipped: readonly string[];
}

/**
 * Lists what a build sends: the folder without what `.dockerignore` keeps out (`<Dockerfile>.dockerignore` is preferred), sorted, and
 * the Dockerfile, which is always sent: under its own name when it stands in the context, else under a hidden one.
 */
export async function listContext(context: string, dockerfile: string, signal: AbortSignal): Promise<BuildContext> {
  const ignore = await readIgnore(context, dockerfile);
  const inside = relative(context, dockerfile).split(sep).join('/');
  const outside = inside.startsWith('../') || inside.startsWith('/') || /^[A-Za-z]:/.test(inside);
  const name = outside ? `.dockerfile.${basename(dockerfile)}` : inside;
  const found: ContextEntry[] = [];
  const skipped: string[] = [];
  await walk({ context, ignore, found, skipped, signal }, '');
  const kept = found.filter((entry) => entry.path !== name);
  const entries = [...kept, await fileEntry(name, dockerfile)].sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = entries.filter((entry) => entry.kind === 'file');
  return { entries, dockerfile: name, bytes: files.reduce((sum, file) => sum + file.size, 0), files: files.length, skipped };
}

/** The entries of a folder without what patterns like those of `.dockerignore` keep out. */
export async function listPatterns(folder: string, patterns: readonly string[], signal: AbortSignal): Promise<readonly ContextEntry[]> {
  const found: ContextEntry[] = [];
  await walk({ context: folder, ignore: ignoreOf(readPatterns(patterns.join('\n')), folder), found, skipped: [], signal }, '');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The entries of a folder beside the context, sorted, without what its ignore file keeps out. */
export async function listFolder(folder: string, ignoreFile: string, signal: AbortSignal): Promise<readonly ContextEntry[]> {
  const found: ContextEntry[] = [];
  const ignore = await readIgnoreFile([ignoreFile]);
  await walk({ context: folder, ignore, found, skipped: [], signal }, '');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function readIgnore(context: string, dockerfile: string): Promise<Ignore> {
  return await readIgnoreFile([`${dockerfile}.dockerignore`, join(context, '.dockerignore')]);
}

/** The first of the files that is there counts. */
async function readIgnoreFile(files: readonly string[]): Promise<Ignore> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw unreadable(file, error);
    });
    if (text !== undefined) return ignoreOf(readPatterns(text), file);
  }
  return ignoreOf([], '.dockerignore');
}

async function fileEntry(path: string, file: string): Promise<ContextEntry> {
  try {
    return { kind: 'file', path, file, size: (await stat(file)).size, executable: false };
  } catch (error) {
    throw unreadable(file, error);
  }
}

interface Walk {
  readonly context: string;
  readonly ignore: Ignore;
  readonly found: ContextEntry[];
  readonly skipped: string[];
  readonly signal: AbortSignal;
}

async function walk(state: Walk, folder: string): Promise<void> {
  state.signal.throwIfAborted();
  for (const child of await children(join(state.context, folder))) {
    await visit(state, folder === '' ? child.name : `${folder}/${child.name}`, child);
  }
}

async function children(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
}

async function visit(state: Walk, path: string, child: Dirent): Promise<void> {
  const { ignore, found } = state;
  const ignored = ignore.ignores(path);
  const file = join(state.context, path);
  if (child.isDirectory()) {
    // An ignored folder is sent when an exception takes something below it.
    if (ignored && !ignore.hasExceptions) return;
    const before = found.length;
    await walk(state, path);
    if (!ignored || found.length > before) found.push({ kind: 'folder', path });
    return;
  }
  if (ignored) return;
  try {
    if (child.isSymbolicLink()) found.push({ kind: 'link', path, target: await readlink(file) });
    else if (child.isFile()) {
      const { size, mode } = await lstat(file);
      found.push({ kind: 'file', path, file, size, executable: (mode & 0o111) !== 0 });
    } else state.skipped.push(path);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** A file of the context that cannot be read, or is no longer what it was when it was listed. */
export function unreadable(file: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'ENOENT') {
    return fail(
      'configuration',
      `${file} is not there, or vanished while the context was read.`,
      'Start the build again when nothing else writes to the folder.',
      { cause },
    );
  }
  return fail('configuration', `${file} cannot be read (${code}).`, 'Correct its permissions, or keep it out with .dockerignore.', {
    cause,
  });
}
