import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { BuildArtifact } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DockerConnection } from './connection.ts';
import { statusOf } from './faults.ts';

interface Fetching {
  readonly connection: DockerConnection;
  readonly artifact: BuildArtifact;
  readonly id: string;
  readonly signal: AbortSignal;
}

/** A file or folder of a container that is put where the manifest says, each file in one step. Throws `build-failed` when it is not there or older than `start`. */
export async function fetchOutput(
  { connection, artifact, id, signal }: Fetching,
  path: string,
  output: string,
  start: Date,
): Promise<void> {
  const target = inside(artifact.folder, output);
  const stream = await connection.stream('GET', `/containers/${id}/archive`, { query: { path } }, signal).catch((error: unknown) => {
    throw statusOf(error) === 404 ? notMade(output, 'is not there') : error;
  });
  let newest = 0;
  let odd: string | undefined;
  const reader = extract();
  const written = pipeline(Readable.from(stream.body), reader);
  for await (const entry of reader) {
    const { name, type, mtime, mode = 0o644 } = entry.header;
    // The archive's names begin with the last step of the path.
    const rest = name.split('/').slice(1).join('/').replace(/\/$/, '');
    newest = Math.max(newest, mtime?.getTime() ?? 0);
    if (type === 'file') await writeOne(entry, rest === '' ? target : inside(target, rest), mode);
    else entry.resume();
    // Read to the end all the same: leaving earlier would break the stream.
    if (type !== 'file' && type !== 'directory') odd ??= `holds \`${rest}\`, which is a ${type} and no file`;
  }
  await written;
  if (odd !== undefined) throw notMade(output, odd);
  // Archives tell whole seconds.
  if (newest < Math.floor(start.getTime() / 1000) * 1000) throw notMade(output, 'was there before the command ran and was not made anew');
}

async function writeOne(content: AsyncIterable<unknown>, file: string, mode: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  try {
    await pipeline(content, createWriteStream(part, { mode: mode & 0o777 }));
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

function inside(folder: string, path: string): string {
  const file = join(folder, path);
  if (file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return file;
  throw fail('refused', `The output \`${path}\` lies outside of the folder.`, 'Name outputs relative to waybill.yaml, in its folder.');
}

function notMade(output: string, why: string): Error {
  return fail('build-failed', `The artifact \`${output}\` ${why}.`, 'Correct `build.artifact.outputs`, or have the command make it.');
}
