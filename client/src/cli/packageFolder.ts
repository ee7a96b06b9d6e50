import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface OwnPackage {
  readonly version: string;
  /** Address of the folder that holds the rules' pages, with a slash at its end. */
  readonly pages: string;
}

/** The package that this file is in, bundled or not. */
export function ownPackage(): OwnPackage {
  for (const folder of foldersAbove(dirname(fileURLToPath(import.meta.url)))) {
    const version = versionIn(folder);
    if (version !== undefined) return { version, pages: pathToFileURL(join(folder, 'docs/rules/')).href };
  }
  return { version: 'unknown', pages: 'docs/rules/' };
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

function versionIn(folder: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return name === 'waybill' && typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
