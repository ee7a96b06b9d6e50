import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { ServerHttp2Stream } from 'node:http2';
import { isWaybillError } from '../errors.ts';
import { type ContextEntry, unreadable } from './contextFiles.ts';
import type { FileDigests } from './fileDigests.ts';
import { type FileFilter, filtered } from './fileFilter.ts';
import { framed, GrpcStatus, messages, type Reply } from './grpc.ts';
import { bytesField, bytesHead, fields, numberField } from './wire.ts';

/** The folders that a build may read, by the names that the builder asks for. */
export interface FileSets {
  readonly folders: ReadonlyMap<string, readonly ContextEntry[]>;
  /** Dates of files begin with this second; see `fileTime`. */
  readonly date: Date;
  readonly digests: FileDigests;
  /** Told of bytes of a folder's content as they are sent. */
  sent(folder: string, bytes: number): void;
  /** Told of the file that could not be read: the builder only says that the transfer failed. */
  failed(error: unknown): void;
}

/** `fsutil.types.Packet.PacketType` (github.com/tonistiigi/fsutil). */
const Packet = { stat: 0, request: 1, data: 2, end: 3, error: 4 } as const;

const chunk = 256 * 1024;
/** So many files are read at once. */
const readers = 4;
/** For what stands before the data of a packet; bytes. */
const room = 32;
/** So many entries are listed at once. */
const listed = 200;

/** Go's `os.FileMode`. */
const modeOf = { folder: 0o755 + 2 ** 31, link: 0o777 + 2 ** 27 };

/**
 * Answers `moby.filesync.v1.FileSync/DiffCopy`: lists what the builder asks for, then sends the content of those files that it does not
 * have from an earlier build.
 */
export async function sendFiles(
  stream: ServerHttp2Stream,
  headers: readonly string[],
  sets: FileSets,
  signal: AbortSignal,
): Promise<Reply> {
  const name = listOf(headers, 'dir-name')[0] ?? '';
  const folder = sets.folders.get(name);
  if (!folder) return { status: GrpcStatus.notFound, message: `there is no folder ${name}` };
  const filter: FileFilter = {
    include: listOf(headers, 'include-patterns'),
    exclude: listOf(headers, 'exclude-patterns'),
    follow: listOf(headers, 'followpaths'),
  };
  const entries = filtered(folder, filter);
  const send = sender(stream);
  try {
    await Promise.all([list(entries, sets, send), serve(stream, { name, entries, sets, send, signal })]);
    return { status: GrpcStatus.ok };
  } catch (error) {
    sets.failed(error);
    const message = error instanceof Error ? error.message : String(error);
    await send(framed(Buffer.concat([numberField(1, Packet.error), bytesField(4, message)]))).catch(() => undefined);
    return { status: GrpcStatus.internal, message };
  }
}

/** Sends packets that are framed already. */
type Send = (frames: Buffer) => Promise<void>;

/** Writes with back pressure. */
function sender(stream: ServerHttp2Stream): Send {
  return async (frames) => {
    if (stream.destroyed) throw new Error('the builder closed the transfer');
    if (stream.write(frames)) return;
    const closed = new AbortController();
    const leave = (): void => closed.abort();
    stream.once('close', leave);
    await once(stream, 'drain', { signal: closed.signal }).catch(() => undefined);
    stream.off('close', leave);
  };
}

async function list(entries: readonly ContextEntry[], sets: FileSets, send: Send): Promise<void> {
  for (let at = 0; at < entries.length; at += listed) {
    const stats = await Promise.all(entries.slice(at, at + listed).map((entry) => statOf(entry, sets)));
    await send(Buffer.concat(stats.map((one) => framed(Buffer.concat([numberField(1, Packet.stat), bytesField(2, one)])))));
  }
  await send(framed(numberField(1, Packet.stat)));
}

/** `fsutil.types.Stat`: owner 0:0, modes 0644 and 0755, as in an archive of ours. */
async function statOf(entry: ContextEntry, { date, digests }: FileSets): Promise<Buffer> {
  const head = bytesField(1, entry.path);
  const base = BigInt(Math.floor(date.getTime() / 1000)) * 1_000_000_000n;
  if (entry.kind === 'folder') return Buffer.concat([head, numberField(2, modeOf.folder), numberField(6, base)]);
  if (entry.kind === 'link') {
    return Buffer.concat([head, numberField(2, modeOf.link), numberField(6, base), bytesField(7, entry.target)]);
  }
  const mode = entry.executable ? 0o755 : 0o644;
  return Buffer.concat([
    head,
    numberField(2, mode),
    numberField(5, entry.size),
    numberField(6, base + (await fileTime(entry.file, digests))),
  ]);
}

/**
 * Nanoseconds that follow from the content. The builder asks again for a file only when its size or date differ, and layers keep the date:
 * so equal contents make equal images, and other contents are never taken for the same.
 */
async function fileTime(file: string, digests: FileDigests): Promise<bigint> {
  return BigInt((await digests.of(file)).readUInt32BE() % 1_000_000_000);
}

interface Sending {
  readonly name: string;
  readonly entries: readonly ContextEntry[];
  readonly sets: FileSets;
  readonly send: Send;
  readonly signal: AbortSignal;
}

/** Sends what is asked for until the builder says that it has everything. */
async function serve(stream: ServerHttp2Stream, sending: Sending): Promise<void> {
  const wanted: number[] = [];
  const running = new Set<Promise<void>>();
  const broken: { error?: unknown } = {};
  const next = (): void => {
    while (running.size < readers && wanted.length > 0 && broken.error === undefined) {
      const work: Promise<void> = sendFile(wanted.shift() ?? 0, sending)
        .catch((error: unknown) => {
          broken.error ??= error;
          stream.close();
        })
        .finally(() => {
          running.delete(work);
          next();
        });
      running.add(work);
    }
  };
  // The builder keeps its side open and waits for us to end.
  for await (const message of messages(stream.iterator({ destroyOnReturn: false }))) {
    const packet = packetOf(message);
    if (packet.type === Packet.error) throw new Error(`the builder stopped the transfer: ${packet.data}`);
    if (packet.type === Packet.end) break;
    if (packet.type === Packet.request) wanted.push(packet.id);
    next();
  }
  await Promise.all(running);
  if (broken.error !== undefined) throw broken.error;
  await sending.send(framed(numberField(1, Packet.end)));
}

function packetOf(message: Buffer): { type: number; id: number; data: string } {
  const packet = { type: 0, id: 0, data: '' };
  for (const { number, value, bytes } of fields(message)) {
    if (number === 1) packet.type = value;
    else if (number === 3) packet.id = value;
    else if (number === 4) packet.data = bytes.toString('utf8');
  }
  return packet;
}

async function sendFile(id: number, { name, entries, sets, send, signal }: Sending): Promise<void> {
  const entry = entries[id];
  if (entry?.kind !== 'file') throw new Error(`the builder asks for file ${id}, which was not listed`);
  const head = Buffer.concat([numberField(1, Packet.data), numberField(3, id)]);
  const handle = await open(entry.file, 'r').catch((error: unknown) => {
    throw unreadable(entry.file, error);
  });
  try {
    let left = entry.size;
    if (left === 0) await send(framed(head));
    while (left > 0) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(room + Math.min(chunk, left)), room);
      // What is appended meanwhile is not sent; what was cut off would make another file of it.
      if (bytesRead === 0) throw unreadable(entry.file, 'it became shorter while it was sent');
      left -= bytesRead;
      sets.sent(name, bytesRead);
      await send(framedInPlace(buffer.subarray(0, room + bytesRead), Buffer.concat([head, bytesHead(4, bytesRead)])));
      // An empty packet ends the file.
      if (left === 0) await send(framed(head));
    }
  } catch (error) {
    throw isWaybillError(error) || signal.aborted ? error : unreadable(entry.file, error);
  } finally {
    await handle.close();
  }
}

/** Writes the frame and what stands before the data into the room that was left in front of it, so that no file is copied in memory. */
function framedInPlace(buffer: Buffer, head: Buffer): Buffer {
  const start = room - head.length - 5;
  buffer[start] = 0;
  buffer.writeUInt32BE(buffer.length - room + head.length, start + 1);
  head.copy(buffer, start + 5);
  return buffer.subarray(start);
}

/** All values of a header, of a list of names and values in turn; text beyond ASCII comes percent-encoded, and says so. */
function listOf(headers: readonly string[], name: string): readonly string[] {
  const all = (wanted: string): string[] =>
    headers.flatMap((header, index) => (index % 2 === 0 && header.toLowerCase() === wanted ? (headers[index + 1] ?? '') : []));
  const encoded = /^(1|t|true)$/i.test(all(`${name}-encoded`)[0] ?? '');
  return encoded ? all(name).map((one) => decodeURIComponent(one.replaceAll('+', ' '))) : all(name);
}
