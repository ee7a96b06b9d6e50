/**
 * Where the records stand on a host: the labels of a stopped container `waybill-records-<project>`. Labels cannot be changed, so a
 * new container takes the place of the old one; whoever reads finds the highest revision, also in the moment between the two.
 */
import { randomBytes } from 'node:crypto';
import type { DockerConnection } from '../docker/connection.ts';
import { createContainer, listContainers, nameOf, removeContainer, renameContainer } from './containers.ts';
import { Label } from './labels.ts';
import { decodeBook, emptyBook, encodeWithinLimit, type RecordBook } from './records.ts';

export interface StoredBook {
  readonly book: RecordBook;
  /** Image id of the container that holds it: it stands on the host, so the next one can be made of it. */
  readonly image?: string;
}

export function recordsName(project: string): string {
  return `waybill-records-${project}`;
}

/** The newest book on a host; empty when there is none. */
export async function readBook(connection: DockerConnection, project: string, signal: AbortSignal): Promise<StoredBook> {
  const containers = await listContainers(connection, [`${Label.records}=${project}`], signal);
  let best: StoredBook = { book: emptyBook };
  for (const container of containers) {
    const book = decodeBook(container.Labels?.[Label.recordsData] ?? '');
    if (book && book.revision > best.book.revision) best = { book, image: container.ImageID };
  }
  return best;
}

/** Replaces the book of a host. `image` must be on the host; the container is never started. */
export async function writeBook(
  connection: DockerConnection,
  project: string,
  book: RecordBook,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const old = await listContainers(connection, [`${Label.records}=${project}`], signal);
  const name = recordsName(project);
  const body = bookkeepingBody(image, {
    [Label.records]: project,
    [Label.recordsRevision]: String(book.revision),
    [Label.recordsData]: encodeWithinLimit(book),
  });
  const id = await createContainer(connection, `${name}-${book.revision}-${randomBytes(4).toString('hex')}`, body, signal);
  for (const container of old) {
    if (nameOf(container).startsWith(name)) await removeContainer(connection, container.Id, false, signal);
  }
  await renameContainer(connection, id, name, signal);
}

/** Body of a container that only carries labels: never started, without network, its command does not exist. */
export function bookkeepingBody(image: string, labels: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    Image: image,
    Entrypoint: ['/waybill-does-not-run'],
    Cmd: [],
    Labels: labels,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } },
  };
}
