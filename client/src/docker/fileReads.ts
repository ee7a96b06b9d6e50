// Files by their numbers: a FileHandle of `node:fs/promises` costs several times as much, which shows where there are a hundred thousand.
import { close, open, read } from 'node:fs';

/** So many bytes are read at once. */
export const chunkBytes = 256 * 1024;

/** An open file. */
export interface OpenFile {
  /** Reads at most so many bytes of what comes next into `buffer`; answers how many there were, 0 at the end. */
  read(buffer: Buffer, offset: number, length: number): Promise<number>;
  /** Must be called, whatever happens. */
  close(): void;
}

/** Errors are those of the system. */
export async function openFile(path: string): Promise<OpenFile> {
  const number = await new Promise<number>((done, failed) => {
    open(path, 'r', (error, opened) => (error ? failed(error) : done(opened)));
  });
  return {
    read: (buffer, offset, length) =>
      new Promise((done, failed) => {
        read(number, buffer, offset, length, null, (error, bytes) => (error ? failed(error) : done(bytes)));
      }),
    // Nothing was written: there is no error that anybody would want to know.
    close: () => close(number, () => undefined),
  };
}

/** Opens a file for as long as `work` takes. */
export async function withFile<T>(path: string, work: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await openFile(path);
  try {
    return await work(file);
  } finally {
    file.close();
  }
}

/** Lends a buffer for as long as the work takes; who comes when all are lent waits. */
export type Buffers = <T>(work: (buffer: Buffer) => Promise<T>) => Promise<T>;

/** At most so many buffers of so many bytes, used again and again: memory stays flat whatever is read. */
export function buffers(most: number, bytes: number): Buffers {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;
  const take = (): Buffer | Promise<Buffer> => {
    const buffer = free.pop();
    if (buffer) return buffer;
    if (made >= most) return new Promise((resolve) => waiting.push(resolve));
    made++;
    return Buffer.allocUnsafeSlow(bytes);
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
