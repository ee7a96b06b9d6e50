/**
 * The log of a service: every instance on every host, present and future. Streams end and connections break; reading then goes on
 * where it was left. The end of a stream does not mean that the instance is gone.
 */
import type { ComposeTarget, EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DockerConnection } from '../docker/connection.ts';
import { openEvents } from '../docker/events.ts';
import { statusOf } from '../docker/faults.ts';
import { containerLogs } from '../docker/logs.ts';
import { fail } from '../errors.ts';
import type { Clock, LogLine, LogQuery } from '../ports.ts';
import { backoff } from './backoff.ts';
import { type Channel, channel } from './channel.ts';
import { inspectContainer, listContainers, nameOf } from './containers.ts';
import type { HostPool } from './hosts.ts';
import { Label, ownedService } from './labels.ts';
import { engineTime, type LogPosition, logPosition } from './logPosition.ts';

type Batches = Channel<readonly LogLine[]>;

interface Tail {
  readonly connection: DockerConnection;
  readonly environment: EnvironmentSummary;
  readonly target: ComposeTarget;
  readonly query: LogQuery;
  readonly clock: Clock;
  readonly out: Batches;
  readonly instances: Map<string, Instance>;
}

interface Instance {
  readonly id: string;
  readonly name: string;
  readonly position: LogPosition;
  reading: boolean;
  /** A start was reported while the log was being read. */
  again: boolean;
  begun: boolean;
}

/** Batches that may wait for a slow reader; beyond them the engines wait. */
const capacity = 32;

/** Lines of all instances. Throws `unreachable` when no host can be reached to begin with; a host lost later is tried again for ever. */
export async function* serviceLogs(
  pool: HostPool,
  clock: Clock,
  environment: EnvironmentSummary,
  target: ComposeTarget,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const out = channel<readonly LogLine[]>(capacity);
  const failures: unknown[] = [];
  let left = target.hosts.length;
  const tails = target.hosts.map(async (host) => {
    const tail: Tail = { connection: pool.of(host), environment, target, query, clock, out, instances: new Map() };
    try {
      if (query.follow) await followHost(tail, (error) => failures.push(error) < target.hosts.length, stop);
      else await readHost(tail, stop);
    } catch (error) {
      if (!stop.aborted) {
        if (!query.follow) failures.push(error);
        if (failures.length === target.hosts.length) out.close(failures[0]);
        else await out.push([marker(host.name, clock, messageOf(error))]);
      }
    } finally {
      left -= 1;
      if (left === 0) out.close();
    }
  });
  const cancelled = (): void => out.close(fail('cancelled', 'Cancelled.', 'Start it again when you want it.'));
  signal.addEventListener('abort', cancelled, { once: true });
  if (signal.aborted) cancelled();
  try {
    yield* out.read();
  } finally {
    signal.removeEventListener('abort', cancelled);
    own.abort(fail('cancelled', 'Cancelled.', 'Start it again when you want it.'));
    await Promise.allSettled(tails);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function marker(instance: string, clock: Clock, text: string): LogLine {
  return { instance, time: clock.now().toISOString(), text, marker: true };
}

/** The present log, once. */
async function readHost(tail: Tail, signal: AbortSignal): Promise<void> {
  await Promise.all((await discover(tail, true, signal)).map((instance) => readInstance(tail, instance, signal)));
}

/** @param tolerable False when this was the last host that could not be reached at the first attempt. */
async function followHost(tail: Tail, tolerable: (error: unknown) => boolean, signal: AbortSignal): Promise<void> {
  const wait = backoff(tail.clock);
  let connected = false;
  let lost = false;
  while (!signal.aborted) {
    try {
      await followOnce(
        tail,
        !connected,
        async () => {
          if (lost)
            await tail.out.push([
              marker(tail.connection.host.name, tail.clock, 'The connection is back; the log goes on where it was left.'),
            ]);
          connected = true;
          lost = false;
          wait.reset();
        },
        signal,
      );
    } catch (error) {
      if (signal.aborted) return;
      if (!connected && !lost && !tolerable(error)) throw error;
      if (!lost) await tail.out.push([marker(tail.connection.host.name, tail.clock, `${messageOf(error)} Trying again.`)]);
      lost = true;
      await wait.pause(signal).catch(() => undefined);
    }
  }
}

/** Follows until the connection breaks, and throws then. */
async function followOnce(tail: Tail, first: boolean, ready: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const readers = new Set<Promise<void>>();
  const begin = (instance: Instance): void => {
    instance.reading = true;
    const reader = followInstance(tail, instance, stop).catch((error: unknown) => own.abort(error));
    readers.add(reader);
    void reader.finally(() => {
      instance.reading = false;
      readers.delete(reader);
    });
  };
  const join = (instance: Instance): void => {
    if (instance.reading) instance.again = true;
    else begin(instance);
  };
  try {
    const filters = { type: ['container'], event: ['start', 'destroy'], label: [`${Label.project}=${tail.target.project}`] };
    const events = await openEvents(tail.connection, { filters }, stop);
    const present = await discover(tail, first, stop);
    await ready();
    for (const instance of present) join(instance);
    for await (const event of events) {
      if (event.Action === 'destroy') await goodbye(tail, event.Actor.ID);
      else for (const instance of await discover(tail, false, stop, event.Actor.ID)) join(instance);
    }
    throw fail('unreachable', `${tail.connection.host.name} ended the stream of its events.`, 'See whether the Docker Engine was stopped.');
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    own.abort(fail('cancelled', 'Cancelled.', 'Start it again when you want it.'));
    await Promise.allSettled(readers);
  }
}

async function goodbye(tail: Tail, id: string): Promise<void> {
  const instance = tail.instances.get(id);
  if (!instance) return;
  // Its last lines are still on their way when it is being read.
  if (!instance.reading) tail.instances.delete(id);
  await tail.out.push([marker(instance.name, tail.clock, `${instance.name} was removed.`)]);
}

/** Containers of the service on the host. Those of the first look are read by `tail`, later ones from their beginning. */
async function discover(tail: Tail, first: boolean, signal: AbortSignal, only?: string): Promise<Instance[]> {
  const { environment, target, query } = tail;
  const owner = { product: environment.product, environment: environment.name, project: target.project };
  const listed = await listContainers(tail.connection, [`${Label.project}=${target.project}`, `${Label.service}=${query.service}`], signal);
  const found: Instance[] = [];
  for (const container of listed) {
    if (only !== undefined && container.Id !== only) continue;
    const name = nameOf(container);
    if (ownedService(owner, { name, labels: container.Labels ?? {} }) !== query.service) continue;
    const known = tail.instances.get(container.Id);
    if (known) {
      found.push(known);
      continue;
    }
    const instance = await meet(tail, container.Id, name, first, signal);
    tail.instances.set(container.Id, instance);
    if (!first) {
      const release = container.Labels?.[Label.alias] ?? container.Labels?.[Label.release] ?? '';
      await tail.out.push([marker(name, tail.clock, `${name} (${release}) started on ${tail.connection.host.name}.`)]);
    }
    found.push(instance);
  }
  return found;
}

async function meet(tail: Tail, id: string, name: string, first: boolean, signal: AbortSignal): Promise<Instance> {
  const { query } = tail;
  let from = query.since === undefined ? undefined : engineTime(query.since);
  if (first && query.tail === 0) {
    // Nothing of the past: from now on, by the clock of the host.
    const { SystemTime } = await tail.connection.json<{ SystemTime: string }>('GET', '/info', {}, signal);
    from = engineTime(SystemTime);
  }
  const tailed = first && query.tail !== undefined && query.tail > 0;
  return { id, name, position: logPosition(from, tailed), reading: false, again: false, begun: !tailed };
}

async function readInstance(tail: Tail, instance: Instance, signal: AbortSignal): Promise<void> {
  const { position } = instance;
  const since = position.since();
  let skip = position.skip();
  const lines = instance.begun ? {} : { tail: tail.query.tail ?? 0 };
  const query = { tty: false, follow: tail.query.follow, ...lines, ...(since === undefined ? {} : { since }) };
  for await (const batch of containerLogs(tail.connection, instance.id, query, signal)) {
    instance.begun = true;
    const fresh = skip === 0 ? batch : batch.slice(skip);
    skip -= batch.length - fresh.length;
    if (fresh.length === 0) continue;
    position.note(fresh.map((line) => line.time));
    await tail.out.push(fresh.map((line) => ({ instance: instance.name, time: line.time, text: line.text })));
  }
}

/** Reads until the container stands still; goes on when it was started again meanwhile. Throws when the connection breaks. */
async function followInstance(tail: Tail, instance: Instance, signal: AbortSignal): Promise<void> {
  for (;;) {
    instance.again = false;
    if (!(await readOrTell(tail, instance, signal))) return;
    signal.throwIfAborted();
    const now = await inspectContainer(tail.connection, instance.id, signal);
    if (now?.State.Running || instance.again) {
      await tail.out.push([marker(instance.name, tail.clock, `${instance.name} started again.`)]);
      continue;
    }
    if (now) await tail.out.push([marker(instance.name, tail.clock, `${instance.name} stopped (exit code ${now.State.ExitCode}).`)]);
    if (!instance.again) return;
  }
}

/** False when the engine refuses this instance's log: that says nothing about the others. */
async function readOrTell(tail: Tail, instance: Instance, signal: AbortSignal): Promise<boolean> {
  try {
    await readInstance(tail, instance, signal);
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    // 404 and 409: it was removed meanwhile, which an event tells.
    if (status !== 404 && status !== 409) await tail.out.push([marker(instance.name, tail.clock, messageOf(error))]);
    return false;
  }
}
