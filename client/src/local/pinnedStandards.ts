import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FetchedStandards, RemoteStandards } from '../../../server/src/protocol.ts';
import type { PinnedStandards } from '../ports.ts';
import { createFile, replaceFile } from './files.ts';
import { fetchGitStandards } from './gitStandards.ts';

/** Standards from git by the system's `git`, from registries by what `artifact` does, and files in the workspace. */
export function pinnedStandards(options: {
  readonly artifact: (
    remote: Extract<RemoteStandards, { readonly kind: 'oci' }>,
    ref: string,
    signal: AbortSignal,
  ) => Promise<FetchedStandards>;
}): PinnedStandards {
  return {
    fetch: (remote, from, signal) =>
      remote.kind === 'git' ? fetchGitStandards(remote, from, signal) : options.artifact(remote, from.ref, signal),
    async write(folder, files) {
      for (const { path, text } of files) {
        const file = join(folder, ...path.split('/'));
        await mkdir(dirname(file), { recursive: true });
        if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) await replaceFile(file, text);
      }
      const cached = files.some(({ path }) => path.startsWith('.waybill/cache/'));
      if (cached) await createFile(join(folder, '.waybill', 'cache', '.gitignore'), '*\n');
    },
  };
}
