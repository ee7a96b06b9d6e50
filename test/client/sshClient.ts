// The system's ssh with a configuration of the bench, as if it were the user's own.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sshd } from '../bench/sshd.ts';

export interface SshClient extends Disposable {
  /** Further words of the command line, instead of those before. */
  with(words: string): void;
}

/** Puts an `ssh` in front of the path that reads the server's configuration; disposing takes it away. */
export function sshClient(sshd: Sshd): SshClient {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-ssh-'));
  const path = process.env.PATH ?? '';
  const write = (words: string): void => {
    writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${sshd.config} ${words} "$@"\n`);
    chmodSync(join(folder, 'ssh'), 0o755);
  };
  write('');
  process.env.PATH = `${folder}:${path}`;
  return {
    with: write,
    [Symbol.dispose]() {
      process.env.PATH = path;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
