/** The logs of all instances of a service, those to come included. */
import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import type { Clock, LogLine, LogQuery } from '../ports.ts';
import { kubernetesTarget, verifyIdentity } from './identity.ts';
import { type LineSource, type MergedLines, mergedLines } from './mergedLines.ts';
import { podSelector } from './names.ts';
import { hasLog, type LogSource, readLog } from './podLog.ts';
import { listPods, type PodView, podView } from './pods.ts';
import type { Api } from './request.ts';
import { watchCollection } from './watch.ts';

/** Instances that are read at the same time; the API server proxies each stream. */
const mostStreams = 20;

/** Batches of lines. With `follow` it ends only by abort or by throwing. */
export async function* serviceLogs(
  api: Api,
  environment: EnvironmentSummary,
  query: LogQuery,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  await verifyIdentity(api, environment, false, signal);
  const { namespace } = kubernetesTarget(environment);
  const scope = new AbortController();
  const inner = AbortSignal.any([signal, scope.signal]);
  const queue = mergedLines();
  const readers = readersOf(api, namespace, query, clock, queue, inner);
  const onAbort = (): void => queue.end();
  signal.addEventListener('abort', onAbort, { once: true });
  const work = query.follow
    ? watchCollection(
        api,
        { path: `/api/v1/namespaces/${namespace}/pods`, labelSelector: podSelector(query.service), project: podView },
        { changed: (view) => readers.join([...view.values()]) },
        clock,
        inner,
      )
    : listPods(api, namespace, query.service, inner)
        .then((pods) => readers.join(pods))
        .then(readers.ended);
  const settled = work.then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  try {
    yield* queue.read();
  } finally {
    signal.removeEventListener('abort', onAbort);
    scope.abort();
    await settled;
    await readers.ended();
  }
}

/** One reader per container, started when its container first runs; more than the limit wait for their turn. */
function readersOf(api: Api, namespace: string, query: LogQuery, clock: Clock, queue: MergedLines, signal: AbortSignal) {
  const known = new Set<string>();
  const waiting: { readonly source: LogSource; readonly query: LogQuery }[] = [];
  const running = new Set<Promise<void>>();
  const bells = bellsOf();
  const begin = (): void => {
    while (running.size < mostStreams && !signal.aborted) {
      const next = waiting.shift();
      if (!next) return;
      // Only now: nothing waits for a source that has not begun.
      const lines = queue.source();
      const work: Promise<void> = read(next.source, next.query, lines).finally(() => {
        lines.close();
        running.delete(work);
        begin();
      });
      running.add(work);
    }
  };
  const read = async (source: LogSource, asked: LogQuery, lines: LineSource): Promise<void> => {
    try {
      await readLog({ api, source, query: asked, emit: lines.push, clock, signal, changed: () => bells.next(source.uid) });
      if (query.follow && !signal.aborted) await lines.push([mark(source, 'the instance is gone')]);
    } catch (error) {
      if (!signal.aborted) queue.end(error);
    }
  };
  const mark = (source: LogSource, text: string): LogLine => ({
    instance: source.instance,
    time: clock.now().toISOString(),
    text,
    marker: true,
  });
  let first = true;
  return {
    join: (pods: readonly PodView[]): void => {
      const added = pods.flatMap((pod) => sourcesOf(pod, namespace, query)).filter((source) => !known.has(keyOf(source)));
      for (const source of added) known.add(keyOf(source));
      if (!first) queue.say(added.map((source) => mark(source, 'a new instance')));
      // What begins later is read from its beginning.
      const { tail: _, ...whole } = query;
      waiting.push(...added.map((source) => ({ source, query: first ? query : whole })));
      first = false;
      bells.ring(pods);
      begin();
      const [next] = waiting;
      if (next && added.length > 0) {
        queue.say([mark(next.source, `${waiting.length} more instances wait: ${mostStreams} are read at the same time`)]);
      }
    },
    ended: async (): Promise<void> => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

const keyOf = (source: LogSource): string => `${source.uid} ${source.container}`;

/** The containers of a Pod that have, or had, a run. */
const sourcesOf = (pod: PodView, namespace: string, query: LogQuery): readonly LogSource[] =>
  pod.containers
    .filter((container) => hasLog(container) && asked(pod, container.name, query))
    .map((container) => ({
      namespace,
      pod: pod.name,
      uid: pod.uid,
      container: container.name,
      instance: pod.containers.length === 1 ? pod.name : `${pod.name}/${container.name}`,
      hasLog: true,
    }));

const asked = (pod: PodView, container: string, query: LogQuery): boolean =>
  (query.instance === undefined || query.instance === pod.uid || query.instance === pod.name) &&
  (query.container === undefined || query.container === container);

/** Wakes readers whose Pod has changed or is gone. */
function bellsOf() {
  const waiting = new Map<string, (() => void)[]>();
  let before = new Map<string, string>();
  const look = (pod: PodView): string => JSON.stringify([pod.phase, pod.deleting, pod.containers]);
  return {
    next: (uid: string): Promise<void> =>
      new Promise((resolve) => {
        waiting.set(uid, [...(waiting.get(uid) ?? []), resolve]);
      }),
    ring: (pods: readonly PodView[]): void => {
      const now = new Map(pods.map((pod) => [pod.uid, look(pod)]));
      for (const [uid, wake] of waiting) {
        if (now.get(uid) === before.get(uid)) continue;
        waiting.delete(uid);
        for (const go of wake) go();
      }
      before = now;
    },
  };
}
