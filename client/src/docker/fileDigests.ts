import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { unreadable } from './contextFiles.ts';

/** Digests of files' contents, kept as long as the files are not touched. */
export interface FileDigests {
  /** SHA-256. Throws the error of an unreadable file. */
  of(file: string): Promise<Buffer>;
}

/** So many files are remembered. */
const most = 200_000;
/** So many files are read at once, each through a buffer of its own that is used again: memory stays flat whatever is read. */
const readers = 4;
const chunk = 256 * 1024;

export function fileDigests(): FileDigests {
  const known = new Map<string, { readonly stamp: string; readonly digest: Buffer }>();
  const withBuffer = buffers();
  return {
    async of(file) {
      try {
        const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
        const stamp = `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
        const found = known.get(file);
        if (found?.stamp === stamp) return found.digest;
        const digest = await withBuffer((buffer) => digestOf(file, buffer));
        if (known.size >= most) known.clear();
        known.set(file, { stamp, digest });
        return digest;
      } catch (error) {
        throw unreadable(file, error);
      }
    },
  };
}

/** Hands out a few buffers; who comes when all are in use waits. */
function buffers(): <T>(work: (buffer: Buffer) => Promise<T>) => Promise<T> {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;
  const take = (): Buffer | Promise<Buffer> => {
    const buffer = free.pop();
    if (buffer) return buffer;
    if (made >= readers) return new Promise((resolve) => waiting.push(resolve));
    made++;
    return Buffer.allocUnsafeSlow(chunk);
  };
  return async (work) => {
    const buffer = await take();
    try {
      return await work(buffer);
    } finally {
      const next = waiting.shift();
      if (next) next(buffer);
      else free.push(buffer);
    }
  };
}

async function digestOf(file: string, buffer: Buffer): Promise<Buffer> {
  const hash = createHash('sha256');
  const handle = await open(file, 'r');
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest();
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
