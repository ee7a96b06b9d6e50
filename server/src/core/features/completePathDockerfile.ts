import { type IgnoreMatcher, readIgnoreFile } from '../dockerfile/ignoreFile.ts';
import type { Dockerfile } from '../dockerfile/model.ts';
import { type Item, typedWord } from './completion.ts';
import type { ContextListing } from './contextListing.ts';

/** The files and folders of a listing that the build gets to see. */
export function completePath(file: Dockerfile, listing: ContextListing, offset: number): readonly Item[] {
  const typed = typedWord(file, offset, /[\s"[\],]/).text;
  const written = typed.slice(typed.lastIndexOf('=') + 1);
  const start = offset - written.length + written.lastIndexOf('/') + 1;
  const end = offset + (/^[^\s",\]/]*/.exec(file.text.slice(offset, offset + 500))?.[0].length ?? 0);
  const range = file.index.range(start, end);
  const ignore = listing.ignore === undefined ? undefined : readIgnoreFile(listing.ignore);
  return listing.entries
    .filter(({ name, folder }) => !name.startsWith('.git') && !hidden(ignore, listing.folder + name, folder))
    .toSorted((a, b) => Number(b.folder) - Number(a.folder) || (a.name < b.name ? -1 : 1))
    .map(({ name, folder }) => ({
      label: folder ? `${name}/` : name,
      kind: folder ? ('folder' as const) : ('file' as const),
      edit: { range, text: folder ? `${name}/` : name },
      ...(folder ? { again: true } : {}),
    }));
}

/** A left-out folder may hold files that an exception takes back. */
function hidden(ignore: IgnoreMatcher | undefined, path: string, folder: boolean): boolean {
  return ignore !== undefined && !(folder && ignore.hasExceptions) && ignore.ignores(path);
}
