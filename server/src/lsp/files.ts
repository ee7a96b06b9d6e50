/** Finds and reads the files of a workspace: what they are is the core's to say (`fileKind`), where they are is this file's. */
import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FileKind, fileKind, type WorkspaceFile } from '../core/features/workspace.ts';

/** Folders that never hold a file of ours, or hold copies of them. */
const skipped = new Set([
  'node_modules',
  '.git',
  '.hg',
  '.svn',
  'dist',
  'out',
  'target',
  '.venv',
  'venv',
  '.idea',
  '.vscode-test',
  'vendor',
]);

/** Larger files are not read: nobody writes them by hand. Bytes. */
export const largestFile = 2_000_000;
const deepest = 24;

/** Folders already entered are recognised by device and inode, so that links in circles end. */
async function entriesOf(folder: string, entered: Set<string>): Promise<Dirent[]> {
  try {
    const { dev, ino } = await fs.stat(folder);
    const key = `${dev}:${ino}`;
    if (entered.has(key)) return [];
    entered.add(key);
    return await fs.readdir(folder, { withFileTypes: true });
  } catch {
    // A folder that vanished or may not be read holds nothing for us.
    return [];
  }
}

/** Paths below `folder` that `wanted` accepts, in the order of the folder tree. */
export async function findFiles(folder: string, wanted: (name: string, path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  const entered = new Set<string>();
  const enter = async (path: string, depth: number): Promise<void> => {
    const entries = (await entriesOf(path, entered)).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (entry.isDirectory() && depth < deepest && !skipped.has(entry.name)) await enter(child, depth + 1);
      else if (entry.isFile() && wanted(entry.name, child)) found.push(child);
    }
  };
  await enter(folder, 0);
  return found;
}

/** The file as the core takes it; undefined when it is not there, not readable or too large. */
export async function readWorkspaceFile(path: string, kind?: FileKind): Promise<WorkspaceFile | undefined> {
  const uri = pathToFileURL(path).href;
  try {
    const { size } = await fs.stat(path);
    if (size > largestFile) return undefined;
    return { uri, kind: kind ?? fileKind(uri), text: await fs.readFile(path, 'utf8') };
  } catch {
    return undefined;
  }
}

/** Everything below `folder` that Waybill has a word for. */
export async function readWorkspaceFolder(folder: string): Promise<WorkspaceFile[]> {
  const paths = await findFiles(folder, (_name, path) => fileKind(pathToFileURL(path).href) !== 'other');
  const files = await Promise.all(paths.map((path) => readWorkspaceFile(path)));
  return files.filter((file) => file !== undefined);
}
