/** The live state of an environment: listed once, then kept by the events of each host. */
import type { ComposeTarget, EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { DockerConnection } from '../docker/connection.ts';
import { openEvents } from '../docker/events.ts';
import { fail } from '../errors.ts';
import type { Clock, EnvironmentState } from '../ports.ts';
import { backoff } from './backoff.ts';
import { inspectContainer, listContainers, nameOf } from './containers.ts';
import { canonicalJson } from './hash.ts';
import type { HostPool } from './hosts.ts';
import { digestOf } from './images.ts';
import { Label, ownedService } from './labels.ts';
import { readBook } from './recordStore.ts';
import { emptyBook } from './records.ts';
import { environmentState, type HostView, type SeenContainer } from './state.ts';

/** Events come in bursts; the host is looked at when it has been quiet for this long. */
const debounceMilliseconds = 150;

const patienceMilliseconds = 2_000;

const watched = ['create', 'start', 'die', 'oom', 'stop', 'kill', 'destroy', 'rename', 'update', 'health_status'];

interface Watch {
  readonly connection: DockerConnection;
  readonly environment: EnvironmentSummary;
  readonly target: ComposeTarget;
  readonly clock: Clock;
  readonly publish: (view: HostView) => void;
}

/** Yields at once and at every change. Throws `unreachable` when no host can be reached to begin with. */
export async function* observeEnvironment(
  pool: HostPool,
  clock: Clock,
  environment: EnvironmentSummary,
  target: ComposeTarget,
  signal: AbortSignal,
): AsyncGenerator<EnvironmentState> {
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const views = new Map<string, HostView>();
  const first = new Map<string, unknown>();
  let wake = (): void => undefined;
  const watches = target.hosts.map((host) => {
    const publish = (view: HostView): void => {
      views.set(host.name, view);
      if (view.problem === undefined) first.delete(host.name);
      wake();
    };
    const silence = (): void => {
      if (!views.has(host.name))
        publish({ host: host.name, containers: [], book: emptyBook, problem: `${host.name} has not answered yet.` });
    };
    // A host that is slow to answer does not keep the others from being shown.
    void clock.sleep(patienceMilliseconds, stop).then(silence, () => undefined);
    return watchHost({ connection: pool.of(host), environment, target, clock, publish }, (error) => first.set(host.name, error), stop);
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  let shown = '';
  try {
    for (;;) {
      const next = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (signal.aborted) throw fail('cancelled', 'Cancelled.', 'Start it again when you want it.');
      if (first.size === target.hosts.length) throw [...first.values()][0];
      if (views.size === target.hosts.length) {
        const state = environmentState(environment, [...views.values()]);
        const text = canonicalJson(state);
        if (text !== shown) {
          shown = text;
          yield state;
        }
      }
      // A host may have changed while the state was being read.
      await next;
    }
  } finally {
    own.abort(fail('cancelled', 'Cancelled.', 'Start it again when you want it.'));
    await Promise.allSettled(watches);
  }
}

/** Watches one host until the signal, reconnecting with growing pauses. */
async function watchHost(watch: Watch, firstFailure: (error: unknown) => void, signal: AbortSignal): Promise<void> {
  const wait = backoff(watch.clock);
  const { name } = watch.connection.host;
  let view: HostView = { host: name, containers: [], book: emptyBook };
  let seen = false;
  const publish = (next: HostView): void => {
    seen = true;
    view = next;
    watch.publish(next);
  };
  while (!signal.aborted) {
    try {
      await watchOnce({ ...watch, publish }, wait.reset, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!seen) firstFailure(error);
      const problem = error instanceof Error ? error.message : String(error);
      watch.publish({ ...view, problem });
      await wait.pause(signal).catch(() => undefined);
    }
  }
}

async function watchOnce(watch: Watch, connected: () => void, signal: AbortSignal): Promise<void> {
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const events = await openEvents(watch.connection, { filters: { type: ['container'], event: watched } }, stop);
  const digests = new Map<string, string | undefined>();
  let dirty = 1;
  let wake = (): void => undefined;
  const listen = async (): Promise<void> => {
    for await (const event of events) {
      if (!concerns(watch.target, event.Actor.Attributes)) continue;
      dirty += 1;
      wake();
    }
    throw fail(
      'unreachable',
      `${watch.connection.host.name} ended the stream of its events.`,
      'See whether the Docker Engine was stopped.',
    );
  };
  stop.addEventListener('abort', () => wake(), { once: true });
  const listening = listen().catch((error: unknown) => own.abort(error));
  try {
    for (;;) {
      if (stop.aborted) throw stop.reason;
      if (dirty === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await watch.clock.sleep(debounceMilliseconds, stop).catch(() => undefined);
        continue;
      }
      dirty = 0;
      watch.publish(await lookAt(watch, digests, stop));
      connected();
    }
  } finally {
    own.abort(fail('cancelled', 'Cancelled.', 'Start it again when you want it.'));
    await listening;
  }
}

function concerns(target: ComposeTarget, labels: Readonly<Record<string, string>>): boolean {
  return labels[Label.project] === target.project || labels[Label.records] === target.project;
}

async function lookAt(watch: Watch, digests: Map<string, string | undefined>, signal: AbortSignal): Promise<HostView> {
  const { connection, environment, target } = watch;
  const owner = { product: environment.product, environment: environment.name, project: target.project };
  const listed = await listContainers(connection, [`${Label.project}=${target.project}`], signal);
  const containers: SeenContainer[] = [];
  for (const container of listed) {
    const labels = container.Labels ?? {};
    const name = nameOf(container);
    const service = ownedService(owner, { name, labels });
    const inspected = service === undefined ? undefined : await inspectContainer(connection, container.Id, signal);
    if (service === undefined || !inspected) continue;
    const repository = (labels[Label.image] ?? '').split('@')[0] ?? '';
    const key = `${inspected.Image} ${repository}`;
    if (!digests.has(key)) digests.set(key, await digestOf(connection, inspected.Image, repository, signal));
    const digest = digests.get(key);
    containers.push({ host: connection.host.name, name, service, inspected, ...(digest === undefined ? {} : { digest }) });
  }
  const { book } = await readBook(connection, target.project, signal);
  return { host: connection.host.name, containers, book };
}
