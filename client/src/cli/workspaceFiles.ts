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
/** Larger files are nobody's Dockerfile or manifest. */
const largest = 5_000_000;

/** Reads the workspace from the disk: every file that is known by its name, and what manifests take their configuration from. */
export function loadWorkspace(roots: readonly Root[], today: Date): Workspace {
  const found = new Set(roots.flatMap(walk));
  const files = [...found].flatMap((path) => readWorkspaceFile(path) ?? []);
  const folders = roots.map(({ folder }) => pathToFileURL(folder).href);
  const workspace = createWorkspace({ files, folders, today: today.toISOString().slice(0, 10) });
  const missing = workspace.services.flatMap(referencedFiles).filter((uri) => !workspace.file(uri));
  const referenced = missing.flatMap((uri) => readWorkspaceFile(fileURLToPath(uri)) ?? []);
  return referenced.length > 0 ? changeWorkspace(workspace, referenced) : workspace;
}

/** A file by its path; a file that was named is a Dockerfile when its name says nothing else. */
export function readWorkspaceFile(path: string, named = false): WorkspaceFile | undefined {
  const uri = pathToFileURL(path).href;
  const kind = fileKind(uri);
  try {
    if (statSync(path).size > largest) return undefined;
    return { uri, kind: named && kind === 'other' ? 'dockerfile' : kind, text: readFileSync(path, 'utf8') };
  } catch {
    return undefined;
  }
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
