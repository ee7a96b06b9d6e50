/**
 * Keeps a view of a collection up to date: paged list, watch with bookmarks, relist on 410 Gone, jittered back-off after a broken
 * connection, and an end to watches that have fallen silent (Kubernetes API concepts, "Efficient detection of changes").
 */
import { isWaybillError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { jsonLines } from './lines.ts';
import { type Api, isApiError } from './request.ts';
import type { KubeList, KubeObject } from './types.ts';

export interface Collection<T> {
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What is kept of an object; undefined leaves it out. */
  readonly project: (object: KubeObject) => T | undefined;
}

export interface Watching<T> {
  /** Called after the list and after every change, with the view by UID. The map is the same one, changed in place. */
  readonly changed: (view: ReadonlyMap<string, T>) => void;
  /** The connection is gone; it is being made again. */
  readonly lost?: (error: Error) => void;
  /** A watch has begun: from here on the view is up to date, also when nothing changes. */
  readonly connected?: () => void;
}

/** Half of what kubectl asks for: a page of pods of some kilobytes each is read within a few milliseconds, so that nothing else waits for it. */
const pageSize = 250;
/** Bookmarks come about every minute: a watch that shows nothing for longer than this is half-open. */
const silence = 100_000;
const longestPause = 20_000;
/** A watch that ends sooner counts as a failure, whatever it showed: nobody is asked again and again without a pause. */
const shortest = 1_000;
/** Right after an outage an API server does not know accounts and rules yet: what it refuses then is asked again. */
const warmingUp = 15_000;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

interface Progress<T> {
  readonly view: Map<string, T>;
  /** Where the next watch begins; undefined when the collection has to be listed again. */
  version: string | undefined;
}

/** Runs until the signal is aborted (then it returns) or the API refuses for good: 401, 403, 404, 400 (then it throws). */
export async function watchCollection<T>(
  api: Api,
  collection: Collection<T>,
  watching: Watching<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const progress: Progress<T> = { view: new Map(), version: undefined };
  const line: Line = { failures: 0, lostAt: Number.NEGATIVE_INFINITY, answered: false };
  const noticing = {
    ...watching,
    connected: () => {
      line.answered = true;
      watching.connected?.();
    },
  };
  while (!signal.aborted) {
    const begun = performance.now();
    line.answered = false;
    try {
      const heard = await watchOnce(api, collection, noticing, progress, signal);
      line.failures = heard && performance.now() - begun > shortest ? 0 : line.failures + 1;
    } catch (error) {
      if (signal.aborted) return;
      noteBreak(line, error, begun);
      outlive(error, watching, progress);
    }
    if (line.failures > 0) await pause(clock, line.failures - 1, signal);
  }
}

/** How the connection has been so far. */
interface Line {
  /** In a row. */
  failures: number;
  lostAt: number;
  /** Whether the present watch has begun. */
  answered: boolean;
}

/** Throws what will not go away by itself. */
function noteBreak(line: Line, error: unknown, begun: number): void {
  const now = performance.now();
  if (!isFinal(error)) line.lostAt = now;
  else if (now - line.lostAt > warmingUp) throw error;
  // One that was cut after it had begun is soon taken up again; a server that does not answer is asked ever less often.
  if (line.answered) line.failures = now - begun > shortest ? 0 : Math.min(line.failures, 2);
  line.failures += 1;
}

/** Notes what a failure means for the next attempt. */
function outlive<T>(error: unknown, watching: Watching<T>, progress: Progress<T>): void {
  if (isApiError(error) && error.status === 410) progress.version = undefined;
  else watching.lost?.(error instanceof Error ? error : new Error(String(error)));
}

/** One list, where one is due, and one watch to its end. Answers whether the watch showed anything. */
async function watchOnce<T>(
  api: Api,
  collection: Collection<T>,
  watching: Watching<T>,
  progress: Progress<T>,
  signal: AbortSignal,
): Promise<boolean> {
  if (progress.version === undefined) {
    progress.version = await list(api, collection, progress.view, signal);
    watching.changed(progress.view);
  }
  let heard = false;
  for await (const event of events(api, collection, progress.version, signal, watching.connected)) {
    heard = true;
    if (event.type === 'ERROR') {
      // 410: the version is no longer kept. Anything else is answered by a fresh list too.
      progress.version = undefined;
      return true;
    }
    progress.version = event.object.metadata.resourceVersion ?? progress.version;
    if (event.type === 'BOOKMARK') continue;
    note(progress.view, collection, event);
    watching.changed(progress.view);
  }
  return heard;
}

const isFinal = (error: unknown): boolean =>
  isApiError(error)
    ? [400, 401, 403, 404].includes(error.status)
    : isWaybillError(error) && ['configuration', 'refused', 'unauthorized'].includes(error.waybill);

async function pause(clock: Clock, failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(longestPause, 250 * 2 ** Math.min(failures, 10));
  await clock.sleep(longest * (0.5 + Math.random() / 2), signal).catch(() => undefined);
}

function note<T>(view: Map<string, T>, collection: Collection<T>, event: WatchEvent): void {
  const key = event.object.metadata.uid ?? event.object.metadata.name;
  const projected = event.type === 'DELETED' ? undefined : collection.project(event.object);
  if (projected === undefined) view.delete(key);
  else view.set(key, projected);
}

/** Fills the view page by page and answers the version to watch from. */
async function list<T>(api: Api, collection: Collection<T>, view: Map<string, T>, signal: AbortSignal): Promise<string> {
  const fresh = new Map<string, T>();
  let next: string | undefined;
  let version = '';
  do {
    const { body } = await api.send<KubeList<KubeObject>>(
      {
        path: collection.path,
        query: { limit: pageSize, continue: next, labelSelector: collection.labelSelector, fieldSelector: collection.fieldSelector },
      },
      signal,
    );
    for (const item of body.items) {
      const projected = collection.project(item);
      if (projected !== undefined) fresh.set(item.metadata.uid ?? item.metadata.name, projected);
    }
    version = body.metadata.resourceVersion ?? '';
    next = body.metadata.continue || undefined;
  } while (next !== undefined);
  view.clear();
  for (const [key, value] of fresh) view.set(key, value);
  return version;
}

async function* events<T>(
  api: Api,
  collection: Collection<T>,
  version: string,
  signal: AbortSignal,
  connected: (() => void) | undefined,
): AsyncGenerator<WatchEvent> {
  const control = new AbortController();
  const forward = (): void => control.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  let timer = setTimeout(() => undefined, 0);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(new Error('The watch has fallen silent.')), silence);
  };
  try {
    heard();
    const body = await api.stream(
      {
        path: collection.path,
        query: {
          watch: true,
          allowWatchBookmarks: true,
          resourceVersion: version,
          timeoutSeconds: 290,
          labelSelector: collection.labelSelector,
          fieldSelector: collection.fieldSelector,
        },
      },
      control.signal,
    );
    connected?.();
    for await (const event of jsonLines<WatchEvent>(body)) {
      heard();
      yield event;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
    control.abort();
  }
}
