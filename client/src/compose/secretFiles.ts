/**
 * Secrets on a host: files in memory, below /dev/shm (a tmpfs on every Linux host that has POSIX shared memory), bound read-only
 * into the containers. They outlive restarts of containers and of the engine, not of the host. They travel through the archive call
 * of a container that is never started, so that no value is ever in an inspectable field.
 */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { DockerConnection } from '../docker/connection.ts';
import { fail } from '../errors.ts';
import { createContainer, removeContainer } from './containers.ts';
import { Label } from './labels.ts';
import { bookkeepingBody } from './recordStore.ts';

export interface SecretValue {
  readonly name: string;
  readonly key: string;
  readonly value: Uint8Array;
}

export interface SecretPlace {
  readonly project: string;
  readonly service: string;
  readonly sequence: number;
}

const mountPoint = '/waybill-secrets';

/** Folder of the host that is bound to /run/secrets. */
export function secretsSource(place: SecretPlace): string {
  return `/dev/shm/waybill-${place.project}/${place.service}/${place.sequence}`;
}

/** Writes the files; with empty values it wipes them. `image` must be on the host. */
export async function writeSecrets(
  connection: DockerConnection,
  place: SecretPlace,
  values: readonly SecretValue[],
  uid: number | undefined,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  if (values.length === 0) return;
  const body = bookkeepingBody(image, { [Label.courier]: place.project });
  const host = { NetworkMode: 'none', Binds: [`/dev/shm/waybill-${place.project}:${mountPoint}`] };
  const name = `waybill-courier-${place.project}-${randomBytes(4).toString('hex')}`;
  const id = await createContainer(connection, name, { ...body, HostConfig: host }, signal);
  try {
    await checkFolder(connection, id, place, signal);
    const headers = { 'Content-Type': 'application/x-tar' };
    await connection.json(
      'PUT',
      `/containers/${id}/archive`,
      { query: { path: mountPoint }, headers, source: Readable.from(archiveOf(place, values, uid)) },
      signal,
    );
  } finally {
    await removeContainer(connection, id, false, AbortSignal.timeout(10_000)).catch(() => undefined);
  }
}

/**
 * The service's folder is closed to everybody but root; the folder that is bound is open, and each file belongs to the user of the
 * image where that is known.
 */
function archiveOf(place: SecretPlace, values: readonly SecretValue[], uid: number | undefined): ReturnType<typeof pack> {
  const archive = pack();
  const folder = `${place.service}/${place.sequence}`;
  archive.entry({ name: place.service, type: 'directory', mode: 0o700, uid: 0, gid: 0 });
  archive.entry({ name: folder, type: 'directory', mode: 0o755, uid: 0, gid: 0 });
  for (const name of new Set(values.map((value) => value.name))) {
    archive.entry({ name: `${folder}/${name}`, type: 'directory', mode: 0o755, uid: 0, gid: 0 });
  }
  for (const { name, key, value } of values) {
    const access = uid === undefined ? { mode: 0o444, uid: 0 } : { mode: 0o400, uid };
    archive.entry({ name: `${folder}/${name}/${key}`, gid: 0, ...access }, Buffer.from(value));
  }
  archive.finalize();
  return archive;
}

/** /dev/shm is open to all users: a folder that another user has made there is refused. */
async function checkFolder(connection: DockerConnection, id: string, place: SecretPlace, signal: AbortSignal): Promise<void> {
  const stream = await connection.stream('GET', `/containers/${id}/archive`, { query: { path: mountPoint } }, signal);
  let header = Buffer.alloc(0);
  for await (const chunk of stream.body) {
    header = Buffer.concat([header, chunk]);
    if (header.length >= 512) break;
  }
  stream.close();
  // POSIX ustar header: mode at 100, uid at 108, eight octal digits each.
  const octal = (offset: number): number => Number.parseInt(header.toString('latin1', offset, offset + 7), 8);
  if (octal(108) !== 0 || (octal(100) & 0o022) !== 0) {
    throw fail(
      'refused',
      `The folder /dev/shm/waybill-${place.project} of ${connection.host.name} does not belong to root alone.`,
      'Remove it on the host after finding out who made it, then deploy again.',
    );
  }
}
