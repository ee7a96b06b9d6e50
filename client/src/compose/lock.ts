/**
 * One deployment at a time in a project (S11): a stopped container of a fixed name on every host. Creating a name is atomic. The age
 * of a lock is told by the host's own clock, so that clocks of different machines do not matter (S21).
 */
import { randomBytes } from 'node:crypto';
import type { DockerConnection } from '../docker/connection.ts';
import { statusOf } from '../docker/faults.ts';
import { fail } from '../errors.ts';
import { createContainer, inspectContainer, removeContainer } from './containers.ts';
import { Label } from './labels.ts';
import { bookkeepingBody } from './recordStore.ts';

export interface LockWish {
  readonly project: string;
  readonly holder: string;
  /** What it is held for: `order-api 2026.11-3`. */
  readonly purpose: string;
  /** Seconds after which others may break it. */
  readonly seconds: number;
}

export interface LockPlace {
  readonly connection: DockerConnection;
  /** An image that stands on the host. */
  readonly image: string;
}

export interface Lock {
  /** Locks of others that had expired and were broken. */
  readonly notes: readonly string[];
  release(signal: AbortSignal): Promise<void>;
}

export function lockName(project: string): string {
  return `waybill-lock-${project}`;
}

/** Takes the lock on all hosts, or on none. Throws `conflict` naming the holder. */
export async function takeLock(places: readonly LockPlace[], wish: LockWish, signal: AbortSignal): Promise<Lock> {
  const held: { connection: DockerConnection; id: string }[] = [];
  const notes: string[] = [];
  const release = async (by: AbortSignal): Promise<void> => {
    for (const { connection, id } of held.splice(0).reverse()) await removeContainer(connection, id, false, by);
  };
  // Always in the same order, so that two people cannot each hold a half.
  const ordered = [...places].sort((left, right) => (left.connection.host.name < right.connection.host.name ? -1 : 1));
  try {
    for (const place of ordered) {
      held.push({ connection: place.connection, id: await takeOn(place, wish, notes, signal) });
    }
  } catch (error) {
    await release(AbortSignal.timeout(10_000)).catch(() => undefined);
    throw error;
  }
  return { notes, release };
}

async function takeOn(place: LockPlace, wish: LockWish, notes: string[], signal: AbortSignal): Promise<string> {
  const name = lockName(wish.project);
  const body = bookkeepingBody(place.image, {
    [Label.lock]: wish.project,
    [Label.lockHolder]: `${wish.holder} (${wish.purpose})`,
    [Label.lockSeconds]: String(Math.ceil(wish.seconds)),
    [Label.lockToken]: randomBytes(16).toString('hex'),
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createContainer(place.connection, name, body, signal);
    } catch (error) {
      if (statusOf(error) !== 409 || attempt > 2) throw error;
    }
    const note = await breakExpired(place.connection, wish.project, signal);
    if (note !== undefined) notes.push(note);
  }
}

/** Removes a lock that has expired. Throws `conflict` when it has not. */
async function breakExpired(connection: DockerConnection, project: string, signal: AbortSignal): Promise<string | undefined> {
  const name = lockName(project);
  const lock = await inspectContainer(connection, name, signal);
  if (!lock) return undefined;
  const labels = lock.Config.Labels ?? {};
  const host = connection.host.name;
  if (labels[Label.lock] !== project) {
    throw fail('conflict', `A container named ${name} on ${host} is not Waybill's.`, 'Rename or remove that container.');
  }
  const { SystemTime } = await connection.json<{ SystemTime: string }>('GET', '/info', {}, signal);
  const holder = labels[Label.lockHolder] ?? 'somebody';
  const left = Date.parse(lock.Created) / 1000 + Number(labels[Label.lockSeconds] ?? 0) - Date.parse(SystemTime) / 1000;
  if (left > 0) {
    throw fail(
      'conflict',
      `${holder} is deploying to project ${project} on ${host}.`,
      `Wait until it is done. The lock of a deployment that died ends by itself in ${duration(left)}; whoever is sure of that removes container ${name} on ${host}.`,
    );
  }
  await removeContainer(connection, lock.Id, false, signal);
  return `The expired lock of ${holder} on ${host} was removed.`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
