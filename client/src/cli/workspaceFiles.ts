import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type FileKind, fileKind } from '../../../server/src/core/features/fileKind.ts';
import type { WorkspaceFile } from '../../../server/src/core/features/parsedFile.ts';

/** Larger files are nobody's Dockerfile or manifest. Bytes. */
const largest = 5_000_000;

/** A file that is there and was not read. */
export interface SkippedFile {
  /** Absolute. */
  readonly path: string;
  /** Why, in words. */
  readonly reason: string;
  readonly tooLarge: boolean;
}

export type Skipped = (file: SkippedFile) => void;

/** What a file is, by its name; a file that was named is a Dockerfile when its name says nothing else. */
export function namedKind(path: string): FileKind {
  const kind = fileKind(pathToFileURL(path).href);
  return kind === 'other' ? 'dockerfile' : kind;
}

/** A file by its path; a file that was named is a Dockerfile when its name says nothing else. */
export function readWorkspaceFile(path: string, named = false, skipped?: Skipped): WorkspaceFile | undefined {
  const uri = pathToFileURL(path).href;
  const kind = named ? namedKind(path) : fileKind(uri);
  const problem = skippedFile(path);
  if (problem) {
    if (named || kind === 'dockerfile') skipped?.(problem);
    return undefined;
  }
  try {
    return { uri, kind, text: readFileSync(path, 'utf8') };
  } catch (error) {
    skipped?.({ path, reason: reasonOf(error), tooLarge: false });
    return undefined;
  }
}

/** Why a file is not read, when that can be told before reading it. */
export function skippedFile(path: string): SkippedFile | undefined {
  try {
    const { size } = statSync(path);
    if (size <= largest) return undefined;
    const reason = `This file has ${(size / 1_000_000).toFixed(1)} MB and is not checked. No Dockerfile or manifest is that large: if it is none, give it another name.`;
    return { path, reason, tooLarge: true };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { path, reason: reasonOf(error), tooLarge: false };
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    EACCES: 'This file may not be read by you. Look at its rights.',
    EPERM: 'This file may not be read by you. Look at its rights.',
    ELOOP: 'This is a symbolic link that leads back to itself.',
    EISDIR: 'This is a folder, not a file.',
  };
  return known[code] ?? `This file could not be read${code ? ` (${code})` : ''}.`;
}
