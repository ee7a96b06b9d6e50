import { Readable } from 'node:stream';
import { type BuildContext, type ContextEntry, unreadable } from './contextFiles.ts';
import { chunkBytes, type OpenFile, openFile } from './fileReads.ts';
import { padding, tarBlock, tarHeader } from './tarHeader.ts';
import { type Target, writer } from './writing.ts';

/** A running archive: `stream` goes to the engine; `done` settles when all was read, or rejects with the file that failed. */
export interface ContextArchive {
  readonly stream: Readable;
  readonly done: Promise<void>;
}

type FileEntry = Extract<ContextEntry, { kind: 'file' }>;

/** Files up to this size are read while those before them are sent, so many at once. */
const small = 64 * 1024;
const ahead = 8;

/**
 * The context as a tar archive, made as fast as it is read, never held in memory. Equal inputs make equal archives: sorted, one date,
 * owner 0:0, modes 0644 and 0755.
 */
export function archiveContext(context: Pick<BuildContext, 'entries'>, date: Date): ContextArchive {
  const settled: { resolve(): void; reject(error: unknown): void } = { resolve: () => undefined, reject: () => undefined };
  const done = new Promise<void>((resolve, reject) => Object.assign(settled, { resolve, reject }));
  const spare: Buffer[] = [];
  async function* told(): AsyncGenerator<Buffer> {
    try {
      yield* sheetsOf(context.entries, Math.floor(date.getTime() / 1000), spare);
    } catch (error) {
      settled.reject(error);
      throw error;
    } finally {
      settled.resolve();
    }
  }
  const sheets = told();
  const stream = Readable.from(sheets, { objectMode: false, highWaterMark: 2 * chunkBytes });
  const pipe = <T extends NodeJS.WritableStream>(request: T): T => {
    void pour(sheets, spare, request as unknown as Target & { end(): void; destroy(error: unknown): void });
    return request;
  };
  return { stream: Object.assign(stream, { pipe }), done };
}

/** One sheet is sent while the next is read; both are used again. A stream would need new ones all the time. */
async function pour(
  sheets: AsyncGenerator<Buffer>,
  spare: Buffer[],
  request: Target & { end(): void; destroy(error: unknown): void },
): Promise<void> {
  const write = writer(request);
  let last: Promise<unknown> = Promise.resolve();
  try {
    for await (const sheet of sheets) {
      await last;
      last = write(sheet).then(() => spare.push(sheet));
      last.catch(() => undefined);
    }
    await last;
    request.end();
  } catch (error) {
    request.destroy(error);
  }
}

/** Takes sheets from `spare` while there are some. */
async function* sheetsOf(entries: readonly ContextEntry[], seconds: number, spare: Buffer[]): AsyncGenerator<Buffer> {
  const sheets = sheetWriter(() => spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes));
  const begun = readAhead(entries);
  for (const [index, entry] of entries.entries()) {
    sheets.add(headerOf(entry, seconds));
    if (entry.kind === 'file') {
      const content = begun(index);
      if (content) sheets.add(await content);
      else yield* sheets.file(entry);
      sheets.zeros(padding(entry.size));
    }
    yield* sheets.full();
  }
  sheets.zeros(2 * tarBlock);
  yield* sheets.full();
  yield sheets.rest();
}

function headerOf(entry: ContextEntry, seconds: number): Buffer {
  const { kind, path } = entry;
  if (entry.kind === 'link') return tarHeader({ kind, path, seconds, size: 0, mode: 0o777, target: entry.target });
  if (entry.kind === 'folder') return tarHeader({ kind, path, seconds, size: 0, mode: 0o755 });
  return tarHeader({ kind, path, seconds, size: entry.size, mode: entry.executable ? 0o755 : 0o644 });
}

/** Answers the content of a small file, which was asked for when its forerunners were; undefined for all others. */
function readAhead(entries: readonly ContextEntry[]): (index: number) => Promise<Buffer> | undefined {
  const begun = new Map<number, Promise<Buffer>>();
  let next = 0;
  return (index) => {
    for (; next < Math.min(entries.length, index + ahead); next++) {
      const entry = entries[next];
      if (entry?.kind !== 'file' || entry.size > small) continue;
      const content = whole(entry);
      // Told when its turn comes; none comes after an archive that was given up.
      content.catch(() => undefined);
      begun.set(next, content);
    }
    const content = begun.get(index);
    begun.delete(index);
    return content;
  };
}

async function whole(entry: FileEntry): Promise<Buffer> {
  const content = Buffer.allocUnsafe(entry.size);
  const file = await opened(entry);
  try {
    for (let at = 0; at < content.length; ) at += await file.read(content, at, content.length - at);
    return content;
  } finally {
    file.close();
  }
}

/** A file of the context, whose errors say which one it is. What is appended meanwhile is not read; what was cut off is an error. */
async function opened(entry: FileEntry): Promise<OpenFile> {
  const told = (error: unknown): never => {
    throw unreadable(entry.file, error);
  };
  const file = await openFile(entry.file).catch(told);
  return {
    ...file,
    read: async (buffer, offset, length) => {
      const bytes = await file.read(buffer, offset, length).catch(told);
      return bytes > 0 ? bytes : told('it became shorter while it was sent');
    },
  };
}

interface SheetWriter {
  add(bytes: Buffer): void;
  zeros(length: number): void;
  /** Adds a file of any size, and hands out what is full meanwhile. */
  file(entry: FileEntry): AsyncGenerator<Buffer>;
  /** Hands out what is full. */
  full(): readonly Buffer[];
  rest(): Buffer;
}

/** Fills sheets of one size, so that what is sent is few and large, however many and small the files are. */
function sheetWriter(next: () => Buffer): SheetWriter {
  let sheet = next();
  let used = 0;
  let ready: Buffer[] = [];
  const use = (bytes: number): void => {
    used += bytes;
    if (used < sheet.length) return;
    ready.push(sheet);
    sheet = next();
    used = 0;
  };
  const full = (): readonly Buffer[] => {
    const taken = ready;
    ready = [];
    return taken;
  };
  return {
    full,
    add: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const copied = bytes.copy(sheet, used, at);
        at += copied;
        use(copied);
      }
    },
    zeros: (length) => {
      for (let left = length; left > 0; ) {
        const bytes = Math.min(left, sheet.length - used);
        sheet.fill(0, used, used + bytes);
        left -= bytes;
        use(bytes);
      }
    },
    async *file(entry) {
      const file = await opened(entry);
      try {
        for (let left = entry.size; left > 0; ) {
          const bytes = await file.read(sheet, used, Math.min(left, sheet.length - used));
          left -= bytes;
          use(bytes);
          yield* full();
        }
      } finally {
        file.close();
      }
    },
    rest: () => sheet.subarray(0, used),
  };
}
