import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { isWaybillError } from '../errors.ts';
import { type BuildContext, type ContextEntry, unreadable } from './contextFiles.ts';

/** A running archive: `stream` goes to the engine; `done` settles when all was read, or rejects with the file that failed. */
export interface ContextArchive {
  readonly stream: Readable;
  readonly done: Promise<void>;
}

type FileEntry = Extract<ContextEntry, { kind: 'file' }>;
type Packer = ReturnType<typeof pack>;
type Header = Parameters<Packer['entry']>[0];

/**
 * The context as a tar archive, made as fast as it is read, never held in memory. Equal inputs make equal archives: sorted, one date,
 * owner 0:0, modes 0644 and 0755.
 */
export function archiveContext(context: Pick<BuildContext, 'entries'>, date: Date): ContextArchive {
  const packer = pack();
  return { stream: Readable.from(packer, { objectMode: false }), done: fill(packer, context.entries, date) };
}

async function fill(packer: Packer, entries: readonly ContextEntry[], date: Date): Promise<void> {
  try {
    for (const entry of entries) {
      if (entry.kind === 'file') await addFile(packer, entry, date);
      else await addHeader(packer, { ...headerOf(entry.path, date), ...kindOf(entry) });
    }
    packer.finalize();
  } catch (error) {
    packer.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function kindOf(entry: Exclude<ContextEntry, FileEntry>): Partial<Header> {
  return entry.kind === 'folder' ? { type: 'directory', mode: 0o755 } : { type: 'symlink', linkname: entry.target, mode: 0o777 };
}

function headerOf(name: string, date: Date): Header {
  return { name, mtime: new Date(Math.floor(date.getTime() / 1000) * 1000), uid: 0, gid: 0, uname: '', gname: '' };
}

/** An entry without content, an empty file among them. */
async function addHeader(packer: Packer, header: Header): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    packer.entry(header, '', (error) => (error ? reject(error) : resolve()));
  });
}

async function addFile(packer: Packer, entry: FileEntry, date: Date): Promise<void> {
  const handle = await open(entry.file, 'r').catch((error: unknown) => {
    throw unreadable(entry.file, error);
  });
  try {
    const { size } = await handle.stat();
    const header: Header = { ...headerOf(entry.path, date), type: 'file', mode: entry.executable ? 0o755 : 0o644, size };
    if (size === 0) {
      await addHeader(packer, header);
      return;
    }
    // What is appended meanwhile is not sent; what was cut off makes the entry too short, and that is an error.
    const source = handle.createReadStream({ end: size - 1, autoClose: false, highWaterMark: 256 * 1024 });
    await pipeline(source, packer.entry(header));
    if (source.bytesRead !== size) throw unreadable(entry.file, 'it became shorter while it was sent');
  } catch (error) {
    throw isWaybillError(error) || packer.destroyed ? error : unreadable(entry.file, error);
  } finally {
    await handle.close();
  }
}
