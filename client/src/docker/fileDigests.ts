import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { unreadable } from './contextFiles.ts';
import { buffers, chunkBytes, withFile } from './fileReads.ts';

/** Digests of files' contents, kept as long as the files are not touched. */
export interface FileDigests {
  /** The first 32 bits of its SHA-256, so that a hundred thousand take little room. Throws the error of an unreadable file. */
  of(file: string): Promise<number>;
}

/** So many files are remembered. */
const most = 200_000;
/** So many files are read at once. */
const readers = 4;

export function fileDigests(): FileDigests {
  const known = new Map<string, { readonly stamp: string; readonly digest: number }>();
  const withBuffer = buffers(readers, chunkBytes);
  return {
    async of(file) {
      try {
        const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
        const stamp = `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
        const found = known.get(file);
        if (found?.stamp === stamp) return found.digest;
        const digest = await withBuffer((buffer) => digestOf(file, Number(size), buffer));
        if (known.size >= most) known.clear();
        known.set(file, { stamp, digest });
        return digest;
      } catch (error) {
        throw unreadable(file, error);
      }
    },
  };
}

async function digestOf(path: string, size: number, buffer: Buffer): Promise<number> {
  const hash = createHash('sha256');
  return await withFile(path, async (file) => {
    for (let left = size; left > 0; ) {
      const bytes = await file.read(buffer, 0, Math.min(left, buffer.length));
      if (bytes === 0) break;
      hash.update(buffer.subarray(0, bytes));
      left -= bytes;
    }
    return hash.digest().readUInt32BE();
  });
}
