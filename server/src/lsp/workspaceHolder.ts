/**
 * The current workspace: what is on the disk, with open editors laid over it. A change makes a new immutable `Workspace`;
 * whoever asks gets the newest.
 */
import { fileURLToPath } from 'node:url';
import { missingCopies } from '../core/features/pinnedCopies.ts';
import {
  changeWorkspace,
  createWorkspace,
  type FileKind,
  fileKind,
  type Workspace,
  type WorkspaceFile,
} from '../core/features/workspace.ts';
import { referencedFiles } from '../core/service/referencedFiles.ts';
import { isBelow, normalUri } from '../core/text/uris.ts';
import { readWorkspaceFile, readWorkspaceFolder } from './files.ts';

export interface WorkspaceHolder {
  current(): Workspace;
  /** Reads the folders anew; open documents stay laid over. */
  load(folders: readonly string[]): Promise<void>;
  /** A document was opened or changed in the editor. */
  edit(uri: string, languageKind: FileKind | undefined, text: string): void;
  /** The editor let go of a document: the disk's text counts again. */
  release(uri: string): Promise<void>;
  /** Something happened to a file on the disk. True when the workspace may have changed. */
  refresh(uri: string, gone: boolean): Promise<boolean>;
  /** Takes the date of a new day. */
  setToday(today: string): void;
}

function pathOf(uri: string): string | undefined {
  return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
}

/** @param today ISO date at the start */
export function workspaceHolder(today: string): WorkspaceHolder {
  let workspace = createWorkspace({ files: [], folders: [], today });
  const open = new Map<string, WorkspaceFile>();
  /** The reading of each file that was begun last. */
  const readings = new Map<string, object>();

  const readReferenced = async (): Promise<void> => {
    const wanted = workspace.services.flatMap(referencedFiles).filter((uri) => !workspace.file(uri));
    const read = await Promise.all(wanted.map(async (uri) => readDisk(uri, 'other')));
    // Files in folders that have just been made are not always told of.
    const copies = missingCopies(workspace).flatMap((folder) => pathOf(folder) ?? []);
    const pinned = await Promise.all(copies.map(readWorkspaceFolder));
    const found = [...read, ...pinned.flat()].flatMap((file) => (file && !open.has(file.uri) ? [file] : []));
    if (found.length) workspace = changeWorkspace(workspace, found);
  };
  const readDisk = async (uri: string, kind: FileKind): Promise<WorkspaceFile | undefined> => {
    const path = pathOf(uri);
    const file = path ? await readWorkspaceFile(path, kind) : undefined;
    // The editor's spelling of the URI is kept: findings go back under it.
    return file && { ...file, uri };
  };

  /** Takes what the disk says, unless the file was opened or is read anew meanwhile. */
  const takeFromDisk = async (uri: string, kind: FileKind, gone: boolean): Promise<void> => {
    const reading = {};
    readings.set(uri, reading);
    const file = gone ? undefined : await readDisk(uri, kind);
    if (readings.get(uri) !== reading) return;
    readings.delete(uri);
    if (open.has(uri)) return;
    workspace = file ? changeWorkspace(workspace, [file]) : changeWorkspace(workspace, [], [uri]);
  };

  return {
    current: () => workspace,
    async load(folders) {
      const paths = folders.flatMap((folder) => pathOf(folder) ?? []);
      const files = (await Promise.all(paths.map(readWorkspaceFolder))).flat();
      workspace = createWorkspace({ files, folders, today: workspace.today }, workspace);
      workspace = changeWorkspace(workspace, [...open.values()]);
      await readReferenced();
    },
    edit(uri, languageKind, text) {
      const file = { uri, kind: languageKind ?? fileKind(uri), text };
      open.set(uri, file);
      workspace = changeWorkspace(workspace, [file]);
    },
    async release(uri) {
      const kind = open.get(uri)?.kind ?? fileKind(uri);
      open.delete(uri);
      await takeFromDisk(uri, kind, false);
    },
    async refresh(uri, gone) {
      // Of a folder that was deleted an editor tells the folder alone.
      const below = gone ? [...workspace.files.keys()].filter((file) => isBelow(file, normalUri(uri)) && !open.has(file)) : [];
      if (below.length > 0) {
        workspace = changeWorkspace(workspace, [], below);
        return true;
      }
      const known = workspace.file(uri);
      const kind = known?.kind ?? fileKind(uri);
      if (open.has(uri) || (kind === 'other' && !known && !/\.ya?ml$/i.test(uri))) return false;
      await takeFromDisk(uri, kind, gone);
      await readReferenced();
      return true;
    },
    setToday(newDay) {
      if (newDay !== workspace.today) workspace = changeWorkspace({ ...workspace, today: newDay }, []);
    },
  };
}
