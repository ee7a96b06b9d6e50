import { existsSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDockerfile } from '../../../server/src/core/dockerfile/parse.ts';
import { lintDockerfile } from '../../../server/src/core/features/lint.ts';
import { lintManifest } from '../../../server/src/core/features/lintManifest.ts';
import { changeWorkspace, type Workspace, type WorkspaceFile } from '../../../server/src/core/features/workspace.ts';
import type { Finding } from '../../../server/src/core/rules/rule.ts';
import { normalUri } from '../../../server/src/core/text/uris.ts';
import { fail } from '../errors.ts';
import { loadWorkspace, readWorkspaceFile } from './workspaceFiles.ts';
import { namedRoot, type Root, rootAround } from './workspaceRoot.ts';

/** The findings of one file, in its order. */
export interface LintedFile {
  /** As it is shown: relative to the working directory with `/`, absolute when outside it. */
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

export interface LintInput {
  /** Absolute. */
  readonly directory: string;
  /** Files and folders, as they were typed; none: the working directory, or the named workspace. */
  readonly paths: readonly string[];
  readonly workspace?: string | undefined;
  readonly today: Date;
}

/** Judges files in the light of the workspaces they belong to, in the order of their paths. Throws `usage` for a path that is not there. */
export function lintPaths({ directory, paths, workspace: named, today }: LintInput): readonly LintedFile[] {
  const base = named === undefined ? directory : resolve(directory, named);
  const wanted = paths.length > 0 ? paths.map((path) => existing(resolve(directory, path), path)) : [base];
  const single = wanted.filter((path) => statSync(path).isFile());
  const roots = named === undefined ? unique(wanted.map(rootAround)) : [namedRoot(directory, named)];
  const loaded = loadWorkspace(roots, today);
  const workspace = changeWorkspace(
    loaded,
    single.flatMap((path) => readWorkspaceFile(path, true) ?? []),
  );
  const folders = wanted.filter((path) => !single.includes(path));
  return [...workspace.files.values()]
    .map((file) => ({ file, absolute: fileURLToPath(file.uri) }))
    .filter(({ file, absolute }) => judged(file) && (single.includes(absolute) || folders.some((folder) => below(absolute, folder))))
    .map(({ file, absolute }) => ({ path: shown(directory, absolute), text: file.text, findings: findingsOf(workspace, file) }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function findingsOf(workspace: Workspace, file: WorkspaceFile): readonly Finding[] {
  if (file.kind === 'dockerfile') return lintDockerfile(parseDockerfile(file.uri, file.text), workspace);
  return lintManifest(workspace, normalUri(file.uri));
}

function judged({ kind }: WorkspaceFile): boolean {
  return kind === 'dockerfile' || kind === 'service' || kind === 'standards' || kind === 'environments';
}

function existing(path: string, typed: string): string {
  if (existsSync(path)) return path;
  throw fail(
    'usage',
    `There is no file or folder \`${typed}\`.`,
    'Give paths that exist, or none for everything below the current folder.',
  );
}

function unique(roots: readonly Root[]): Root[] {
  const byFolder = new Map<string, Root>();
  for (const root of roots) byFolder.set(root.folder, { folder: root.folder, deep: root.deep || byFolder.get(root.folder)?.deep === true });
  const all = [...byFolder.values()];
  return all.filter((root) => !all.some((other) => other !== root && other.deep && below(root.folder, other.folder)));
}

function below(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Relative to the working directory with `/`; absolute when outside it. */
export function shown(directory: string, absolute: string): string {
  const path = below(absolute, directory) ? relative(directory, absolute) : absolute;
  return path.split(sep).join('/');
}
