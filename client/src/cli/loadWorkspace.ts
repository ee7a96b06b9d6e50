import { fileURLToPath, pathToFileURL } from 'node:url';
import { changeWorkspace, createWorkspace, type Workspace } from '../../../server/src/core/features/workspace.ts';
import { referencedFiles } from '../../../server/src/core/service/referencedFiles.ts';
import { type FoundFile, walk } from './walk.ts';
import { readWorkspaceFile, type Skipped } from './workspaceFiles.ts';
import type { Root } from './workspaceRoot.ts';

/**
 * Reads the workspace from the disk: every file that is known by its name, and what manifests take their configuration from.
 * @param skipped is told of files that could not be read
 */
export function loadWorkspace(
  roots: readonly Root[],
  today: Date,
  skipped: Skipped = () => undefined,
  found: readonly FoundFile[] = roots.flatMap(walk),
): Workspace {
  const paths = new Set(found.map(({ path }) => path));
  const files = [...paths].flatMap((path) => readWorkspaceFile(path, false, skipped) ?? []);
  const workspace = createWorkspace({ files, folders: foldersOf(roots), today: isoDate(today) });
  const missing = workspace.services.flatMap(referencedFiles).filter((uri) => !workspace.file(uri));
  const referenced = missing.flatMap((uri) => readWorkspaceFile(fileURLToPath(uri)) ?? []);
  return referenced.length > 0 ? changeWorkspace(workspace, referenced) : workspace;
}

/** URIs of the roots. */
export function foldersOf(roots: readonly Root[]): readonly string[] {
  return roots.map(({ folder }) => pathToFileURL(folder).href);
}

export function isoDate(day: Date): string {
  return day.toISOString().slice(0, 10);
}
