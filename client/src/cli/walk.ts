import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type FileKind, fileKind } from '../../../server/src/core/features/fileKind.ts';
import { type IgnoreFile, isIgnored, readIgnoreFile } from './gitIgnore.ts';
import type { Root } from './workspaceRoot.ts';

/** A file that is known by its name. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: FileKind;
}

const skipped = new Set(['.git', '.hg', '.svn', 'node_modules', 'dist', '.waybill', '.venv', '__pycache__']);
/** Where pinned copies of standards are. */
const copies = '.waybill/cache/extends';
/** A quick look at what no other name can have. */
const mayCount = /^\.?waybill|waybill\.|docker|container|hadolint|\.(?:conf|ini|toml|tmpl)$/i;

/** The files below a root that are known by their names, in order. `.gitignore` is honoured, except for local environments. */
export function walk({ folder, deep }: Root): readonly FoundFile[] {
  const found: FoundFile[] = [];
  filesIn({ folder, deep, found }, folder, '', []);
  // Copies of standards are ignored by git, and still count.
  if (deep) filesIn({ folder, deep, found }, join(folder, copies), `${copies}/`, []);
  return found;
}

interface Walk extends Root {
  readonly found: FoundFile[];
}

/** @param prefix path of the folder relative to the root, with `/` at its end, or empty */
function filesIn(walking: Walk, at: string, prefix: string, inherited: readonly IgnoreFile[]): void {
  const entries = entriesOf(at);
  const own = entries.some(({ name }) => name === '.gitignore') ? [readIgnoreFile(prefix, textOf(join(at, '.gitignore')))] : [];
  const ignoring = own.length > 0 ? [...inherited, ...own] : inherited;
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isDirectory()) {
      if (!walking.deep || skipped.has(name) || isIgnored(ignoring, prefix + name, true)) continue;
      filesIn(walking, at + sep + name, `${prefix}${name}/`, ignoring);
      continue;
    }
    if (!mayCount.test(name) || !entry.isFile()) continue;
    const path = join(at, name);
    const kind = fileKind(path.split(sep).join('/').replaceAll('%', '%25'));
    if (kind !== 'other' && (isLocal(name) || !isIgnored(ignoring, prefix + name, false))) walking.found.push({ path, kind });
  }
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
