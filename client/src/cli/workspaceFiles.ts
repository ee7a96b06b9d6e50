import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  changeWorkspace,
  createWorkspace,
  fileKind,
  type Workspace,
  type WorkspaceFile,
} from '../../../server/src/core/features/workspace.ts';
import { referencedFiles } from '../../../server/src/core/service/referencedFiles.ts';
import { type IgnoreFile, isIgnored, readIgnoreFile } from './gitIgnore.ts';
import type { Root } from './workspaceRoot.ts';

const skipped = new Set(['.git', '.hg', '.svn', 'node_modules', 'dist', '.waybill', '.venv', '__pycache__']);
/** Larger files are nobody's Dockerfile or manifest. Bytes. */
const largest = 5_000_000;

/** A file that is there and was not read. */
export interface SkippedFile {
  /** Absolute. */
  readonly path: string;
  /** Why, in words. */
  readonly reason: string;
  readonly tooLarge: boolean;
}

/**
 * Reads the workspace from the disk: every file that is known by its name, and what manifests take their configuration from.
 * @param skipped is told of files that could not be read
 */
export function loadWorkspace(roots: readonly Root[], today: Date, skipped: (file: SkippedFile) => void = () => undefined): Workspace {
  const found = new Set(roots.flatMap(walk));
  const files = [...found].flatMap((path) => readWorkspaceFile(path, false, skipped) ?? []);
  const folders = roots.map(({ folder }) => pathToFileURL(folder).href);
  const workspace = createWorkspace({ files, folders, today: today.toISOString().slice(0, 10) });
  const missing = workspace.services.flatMap(referencedFiles).filter((uri) => !workspace.file(uri));
  const referenced = missing.flatMap((uri) => readWorkspaceFile(fileURLToPath(uri)) ?? []);
  return referenced.length > 0 ? changeWorkspace(workspace, referenced) : workspace;
}

/** A file by its path; a file that was named is a Dockerfile when its name says nothing else. */
export function readWorkspaceFile(path: string, named = false, skipped?: (file: SkippedFile) => void): WorkspaceFile | undefined {
  const uri = pathToFileURL(path).href;
  const kind = fileKind(uri);
  const problem = skippedFile(path);
  if (problem) {
    if (named || kind === 'dockerfile') skipped?.(problem);
    return undefined;
  }
  try {
    return { uri, kind: named && kind === 'other' ? 'dockerfile' : kind, text: readFileSync(path, 'utf8') };
  } catch (error) {
    skipped?.({ path, reason: reasonOf(error), tooLarge: false });
    return undefined;
  }
}

/** Why a file is not read, when that can be told before reading it. */
export function skippedFile(path: string): SkippedFile | undefined {
  try {
    const { size } = statSync(path);
    if (size <= largest) return undefined;
    const reason = `This file has ${(size / 1_000_000).toFixed(1)} MB and is not checked. No Dockerfile or manifest is that large: if it is none, give it another name.`;
    return { path, reason, tooLarge: true };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { path, reason: reasonOf(error), tooLarge: false };
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    EACCES: 'This file may not be read by you. Look at its rights.',
    EPERM: 'This file may not be read by you. Look at its rights.',
    ELOOP: 'This is a symbolic link that leads back to itself.',
    EISDIR: 'This is a folder, not a file.',
  };
  return known[code] ?? `This file could not be read${code ? ` (${code})` : ''}.`;
}

/** Paths of the files below a root that are known by their names, in order. `.gitignore` is honoured, except for local environments. */
function walk({ folder, deep }: Root): string[] {
  return filesIn(folder, folder, deep, []);
}

function filesIn(root: string, at: string, deep: boolean, inherited: readonly IgnoreFile[]): string[] {
  const entries = entriesOf(at);
  const place = relative(root, at).split(sep).join('/');
  const prefix = place === '' ? '' : `${place}/`;
  const own = entries.some(({ name }) => name === '.gitignore') ? [readIgnoreFile(prefix, textOf(join(at, '.gitignore')))] : [];
  const ignoring = [...inherited, ...own];
  return entries.flatMap((entry) => {
    const path = join(at, entry.name);
    const ignored = () => isIgnored(ignoring, prefix + entry.name, entry.isDirectory());
    if (entry.isDirectory()) return deep && !skipped.has(entry.name) && !ignored() ? filesIn(root, path, deep, ignoring) : [];
    if (!entry.isFile() || fileKind(pathToFileURL(path).href) === 'other') return [];
    return isLocal(entry.name) || !ignored() ? [path] : [];
  });
}

/** Local environments are never committed, and still count. */
function isLocal(name: string): boolean {
  return /^waybill\.environments\.local\.ya?ml$/.test(name);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
