/** A scratch copy of the sample product line, outside the repository, in a git repository of its own. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sample = resolve(import.meta.dirname, '../sample');

/** The registry that the committed sample names. */
export const sampleRegistry = 'registry.example.com';

export interface SampleCopy {
  readonly folder: string;
  /** Replaces a string in every file of the copy that people write. */
  replaceAll(from: string, to: string): Promise<void>;
  /** Commits whatever changed, so that releases come from a clean tree. */
  commit(message: string): Promise<void>;
}

/** Copies the sample to `folder`, which must not exist yet or be empty, and begins its history. */
export async function copySample(folder: string): Promise<SampleCopy> {
  await mkdir(folder, { recursive: true });
  await cp(sample, folder, { recursive: true });
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=Robin Quill', '-c', 'user.email=robin@example.com', '-c', 'commit.gpgsign=false', ...args], {
      cwd: folder,
    });
  await git('init', '-q', '-b', 'main');
  await git('config', 'user.name', 'Robin Quill');
  await git('config', 'user.email', 'robin@example.com');
  const copy: SampleCopy = {
    folder,
    async replaceAll(from, to) {
      for await (const entry of glob(['**/Dockerfile', '**/*.yaml'], { cwd: folder })) {
        const file = join(folder, entry);
        const text = await readFile(file, 'utf8');
        if (text.includes(from)) await writeFile(file, text.replaceAll(from, to));
      }
    },
    async commit(message) {
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', message);
    },
  };
  await copy.commit('The product line as it is written');
  return copy;
}

/** Puts the static program that the OS images are made of into their build contexts. Debian's `busybox-static` provides it. */
export async function provideBusybox(copy: SampleCopy, busybox = '/bin/busybox'): Promise<void> {
  for await (const entry of glob('images/os/*/Dockerfile', { cwd: copy.folder })) {
    const target = join(copy.folder, entry, '..', 'busybox');
    await copyFile(busybox, target);
    await chmod(target, 0o755);
  }
  await writeFile(join(copy.folder, '.gitignore'), '.waybill/\nwaybill.environments.local.yaml\nbusybox\n');
}
