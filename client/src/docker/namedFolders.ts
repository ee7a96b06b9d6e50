import { join } from 'node:path';
import type { BuildSpec } from '../../../server/src/protocol.ts';
import { type ContextEntry, listFolder } from './contextFiles.ts';
import { refuseSecretFiles } from './secretFiles.ts';

/**
 * The folders of named contexts, listed by their own `.dockerignore`; they are judged like the context itself, since whatever they hold can
 * leave this machine (S8). Throws `refused` for secrets, `configuration` for what cannot be read.
 */
export async function namedFolders(spec: BuildSpec, signal: AbortSignal): Promise<ReadonlyMap<string, readonly ContextEntry[]>> {
  const folders = new Map<string, readonly ContextEntry[]>();
  for (const context of spec.contexts ?? []) {
    if (!('folder' in context)) continue;
    const entries = await listFolder(context.folder, join(context.folder, '.dockerignore'), signal);
    await refuseSecretFiles(entries, signal, `The context \`${context.name}\``);
    folders.set(context.name, entries);
  }
  return folders;
}
