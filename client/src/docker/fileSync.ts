import type { ServerHttp2Stream } from 'node:http2';
import { isWaybillError } from '../errors.ts';
import { type ContextEntry, unreadable } from './contextFiles.ts';
import type { FileDigests } from './fileDigests.ts';
import { type FileFilter, filtered } from './fileFilter.ts';
import { type Buffers, buffers, chunkBytes, type OpenFile, withFile } from './fileReads.ts';
import { framed, GrpcStatus, messages, type Reply } from './grpc.ts';
import { bytesField, bytesHead, fields, numberField } from './wire.ts';
import { writer } from './writing.ts';

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

/** So many files are read at once. */
const readers = 4;
/** For what stands before the data of a packet, and for the packet that ends a file; bytes. */
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
  const send = writer(stream);
  const lend = buffers(readers, room + chunkBytes + room);
  try {
    await Promise.all([list(entries, sets, send), serve(stream, { name, entries, sets, send, signal, lend })]);
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
  return BigInt((await digests.of(file)) % 1_000_000_000);
}

interface Sending {
  readonly name: string;
  readonly entries: readonly ContextEntry[];
  readonly sets: FileSets;
  readonly send: Send;
  readonly signal: AbortSignal;
  readonly lend: Buffers;
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

async function sendFile(id: number, sending: Sending): Promise<void> {
  const { entries, signal, lend } = sending;
  const entry = entries[id];
  if (entry?.kind !== 'file') throw new Error(`the builder asks for file ${id}, which was not listed`);
  try {
    await withFile(entry.file, (file) => lend((buffer) => sendContent({ file, id, entry }, buffer, sending)));
  } catch (error) {
    throw isWaybillError(error) || signal.aborted ? error : unreadable(entry.file, error);
  }
}

interface Opened {
  readonly file: OpenFile;
  readonly id: number;
  readonly entry: { readonly file: string; readonly size: number };
}

/** Reads where the packet will stand, so that no file is copied in memory. An empty packet ends the file. */
async function sendContent({ file, id, entry }: Opened, buffer: Buffer, { name, sets, send, signal }: Sending): Promise<void> {
  const head = Buffer.concat([numberField(1, Packet.data), numberField(3, id)]);
  const last = framed(head);
  if (entry.size === 0) await send(last);
  for (let left = entry.size; left > 0; ) {
    signal.throwIfAborted();
    const bytes = await file.read(buffer, room, Math.min(chunkBytes, left));
    // What is appended meanwhile is not sent; what was cut off would make another file of it.
    if (bytes === 0) throw unreadable(entry.file, 'it became shorter while it was sent');
    left -= bytes;
    sets.sent(name, bytes);
    const start = frameAround(buffer, bytes, Buffer.concat([head, bytesHead(4, bytes)]));
    const end = room + bytes;
    await send(buffer.subarray(start, left === 0 ? end + last.copy(buffer, end) : end));
  }
}

/** Writes the frame and what stands before the data into the room that was left in front of it; answers where it begins. */
function frameAround(buffer: Buffer, bytes: number, head: Buffer): number {
  const start = room - head.length - 5;
  buffer[start] = 0;
  buffer.writeUInt32BE(head.length + bytes, start + 1);
  head.copy(buffer, start + 5);
  return start;
}

/** All values of a header, of a list of names and values in turn; text beyond ASCII comes percent-encoded, and says so. */
function listOf(headers: readonly string[], name: string): readonly string[] {
  const all = (wanted: string): string[] =>
    headers.flatMap((header, index) => (index % 2 === 0 && header.toLowerCase() === wanted ? (headers[index + 1] ?? '') : []));
  const encoded = /^(1|t|true)$/i.test(all(`${name}-encoded`)[0] ?? '');
  return encoded ? all(name).map((one) => decodeURIComponent(one.replaceAll('+', ' '))) : all(name);
}
