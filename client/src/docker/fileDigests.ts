import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { unreadable } from './contextFiles.ts';

/** Digests of files' contents, kept as long as the files are not touched. */
export interface FileDigests {
  /** SHA-256. Throws the error of an unreadable file. */
  of(file: string): Promise<Buffer>;
}

/** So many files are remembered. */
const most = 200_000;

export function fileDigests(): FileDigests {
  const known = new Map<string, { readonly stamp: string; readonly digest: Buffer }>();
  return {
    async of(file) {
      try {
        const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
        const stamp = `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
        const found = known.get(file);
        if (found?.stamp === stamp) return found.digest;
        const digest = await digestOf(file);
        if (known.size >= most) known.clear();
        known.set(file, { stamp, digest });
        return digest;
      } catch (error) {
        throw unreadable(file, error);
      }
    },
  };
}

async function digestOf(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest();
}
