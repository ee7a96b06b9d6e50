import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContextFiles } from '../../../../server/src/core/features/ignoreFile.ts';

const most = 50_000;

/** What lies in a build context. Breadth first, so that a cut listing still has every folder near the top; links are not followed. */
export function listContext(contextUri: string): ContextFiles {
  const root = fileURLToPath(contextUri);
  const paths: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    for (const entry of entriesOf(join(root, folder))) {
      if (paths.length >= most) return { paths, whole: false };
      const path = folder + entry.name;
      paths.push(path);
      if (entry.isDirectory()) folders.push(`${path}/`);
    }
  }
  return { paths, whole: true };
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
