/** Lists build contexts for completion, hover and findings about `.dockerignore`: names alone, nothing is read. */
import { type Dirent, promises as fs } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContextListing, WantedListing } from '../core/features/contextListing.ts';
import type { ContextFiles } from '../core/features/ignoreFile.ts';
import { largestFile } from './files.ts';

/** More entries of one folder than anyone would choose from. */
const mostEntries = 2000;

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

/** One folder of a context with the text of its `.dockerignore`; undefined when it is not there. */
export async function listFolder({ contextUri, folder, ignoreUris }: WantedListing): Promise<ContextListing | undefined> {
  const context = pathOf(contextUri);
  if (context === undefined) return undefined;
  const entries = await entriesOf(join(context, folder));
  const ignore = await firstText(ignoreUris);
  return {
    folder,
    entries: entries.slice(0, mostEntries).map((entry) => ({ name: entry.name, folder: entry.isDirectory() })),
    ...(ignore === undefined ? {} : { ignore }),
  };
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return fs.readdir(path, { withFileTypes: true }).catch(() => []);
}

async function firstText(uris: readonly string[]): Promise<string | undefined> {
  for (const uri of uris) {
    const path = pathOf(uri);
    const size =
      path === undefined
        ? undefined
        : await fs.stat(path).then(
            (stat) => stat.size,
            () => undefined,
          );
    if (path !== undefined && size !== undefined && size <= largestFile) return fs.readFile(path, 'utf8').catch(() => undefined);
  }
  return undefined;
}

/** Breadth first, so that a cut listing still has every folder near the top. Links are not followed. */
export async function listContext(contextUri: string, most = 50_000): Promise<ContextFiles> {
  const root = pathOf(contextUri);
  if (root === undefined) return { paths: [], whole: false };
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of await entriesOf(join(root, folder))) {
      if (paths.length >= most) return { paths, whole: false };
      const path = folder + entry.name;
      paths.push(path);
      if (entry.isDirectory()) folders.push(`${path}/`);
    }
  }
  return { paths, whole: true };
}

/** False for a link to a file that is not there, or to a folder, which no editor opens. */
export async function existing({ target, unsure }: { readonly target: string; readonly unsure?: true }): Promise<boolean> {
  if (!unsure) return true;
  const path = pathOf(target);
  const stat = path === undefined ? undefined : await fs.stat(path).catch(() => undefined);
  return stat?.isFile() ?? false;
}
