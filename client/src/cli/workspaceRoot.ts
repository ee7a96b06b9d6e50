import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../errors.ts';

/** A folder to load, and whether its subfolders belong to it. */
export interface Root {
  readonly folder: string;
  readonly deep: boolean;
}

const marks = ['waybill.standards.yaml', 'waybill.environments.yaml'];

/**
 * The workspace around a file or folder: the git repository, else the nearest folder above with standards or environments, else the
 * folder itself. Around a single file outside all of these only its own folder is looked at, never what lies below.
 */
export function rootAround(path: string, isFolder: boolean = statSync(path).isDirectory()): Root {
  const start = isFolder ? path : dirname(path);
  const above = ancestors(start);
  const repository = above.find((folder) => existsSync(join(folder, '.git')));
  const marked = above.find((folder) => marks.some((mark) => existsSync(join(folder, mark))));
  const folder = repository ?? marked;
  return folder ? { folder, deep: true } : { folder: start, deep: isFolder };
}

/** The folder that `-C` names, or that lies around the current one. Throws `usage` when it is not there. */
export function namedRoot(directory: string, named: string | undefined): Root {
  if (named === undefined) return rootAround(directory);
  const folder = resolve(directory, named);
  if (existsSync(folder) && statSync(folder).isDirectory()) return { folder, deep: true };
  throw fail('usage', `There is no folder \`${named}\`.`, 'Give `--workspace` the folder that holds the standards and the services.');
}

function ancestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
