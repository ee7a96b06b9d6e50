/** Records and lock of a project, on all hosts. */

import type { DockerConnection } from '../docker/connection.ts';
import type { DeploymentRecord } from '../ports.ts';
import { imageReference } from './containerSpec.ts';
import { inspectImage } from './images.ts';
import type { LockPlace } from './lock.ts';
import { type Draft, newestBook, recordedConfigHash } from './plan.ts';
import { readBook, writeBook } from './recordStore.ts';
import { bookKey, withRecord } from './records.ts';

/** An image that stands on each host, to make bookkeeping containers of; undefined where none does. */
export async function bookkeepingImages(
  drafted: Draft,
  signal: AbortSignal,
): Promise<readonly { connection: DockerConnection; image?: string }[]> {
  return await Promise.all(
    drafted.surveys.map(async (survey) => {
      const wanted = [
        imageReference(drafted.spec.image),
        survey.stored.image,
        ...survey.owned.map((container) => container.inspected.Image),
      ];
      for (const image of wanted) {
        const found = image === undefined ? undefined : await inspectImage(survey.connection, image, signal);
        if (found) return { connection: survey.connection, image: found.Id };
      }
      return { connection: survey.connection };
    }),
  );
}

/** Number of the next deployment of the service. */
export function nextSequence(drafted: Draft): number {
  const records = drafted.book.services[keyOf(drafted)] ?? [];
  const containers = drafted.surveys.flatMap((survey) => survey.owned.map((container) => container.sequence));
  return Math.max(0, ...records.map((record) => record.sequence), ...containers) + 1;
}

export function keyOf(drafted: Draft): string {
  return bookKey(drafted.owner.environment, drafted.owner.product, drafted.owner.service);
}

/** The intent, before anything is touched (S10). */
export function intentRecord(drafted: Draft, sequence: number, planHash: string, at: Date): DeploymentRecord {
  const { intent } = drafted;
  return {
    sequence,
    environment: intent.environment.name,
    service: intent.service.name,
    release: intent.release,
    alias: intent.alias,
    image: intent.image,
    tag: intent.tag,
    at: at.toISOString(),
    by: intent.by,
    ...(intent.reason === undefined ? {} : { reason: intent.reason }),
    ...(intent.promotedFrom === undefined ? {} : { promotedFrom: intent.promotedFrom }),
    rollback: intent.rollback,
    result: 'Pending',
    message: 'The deployment began.',
    configHash: recordedConfigHash(drafted),
    planHash,
    effective: intent.service,
  };
}

/** Writes a record on all hosts. Throws the first failure after trying all of them. */
export async function saveRecord(
  drafted: Draft,
  places: readonly LockPlace[],
  record: DeploymentRecord,
  signal: AbortSignal,
): Promise<void> {
  const { project } = drafted.target;
  const stored = await Promise.allSettled(places.map(({ connection }) => readBook(connection, project, signal)));
  const books = stored.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.book] : []));
  const book = withRecord(newestBook(books), keyOf(drafted), record, drafted.intent.environment.keepRecords);
  const written = await Promise.allSettled(places.map(({ connection, image }) => writeBook(connection, project, book, image, signal)));
  const failure = written.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}
