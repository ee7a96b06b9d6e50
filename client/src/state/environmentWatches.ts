import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { isCancelled } from '../errors.ts';
import type { Clock, Denials, EnvironmentState, Platforms } from '../ports.ts';
import { type Failure, failureOf } from './failure.ts';
import { createStore, type ReadableStore, withEntry, withoutEntry } from './store.ts';

/** What is known of one environment while somebody looks at it. */
export type EnvironmentWatch =
  | { readonly state: 'connecting' }
  | {
      readonly state: 'live';
      readonly value: EnvironmentState;
      /** What the user may not do there, by verb; absent until it is known. */
      readonly denials?: Denials;
    }
  | { readonly state: 'failed'; readonly failure: Failure };

export interface EnvironmentWatches {
  readonly store: ReadableStore<ReadonlyMap<string, EnvironmentWatch>>;
  /** Since when nothing is watched: what is known is of then. Undefined while it is watched, and before the first watch. */
  readonly paused: ReadableStore<Date | undefined>;
  /** Watches exactly these environments from now on; an environment whose description changed is watched anew. */
  show(environments: readonly EnvironmentSummary[]): void;
  /** Ends every watch; what was known stays until `show` is called again (S19: nothing is watched that nobody sees). */
  hide(): void;
  /** Tries one environment again at once. */
  retry(key: string): void;
}

/** `product/name`: environments of different products may share a name. */
export function environmentKey(environment: { readonly product: string; readonly name: string }): string {
  return `${environment.product}/${environment.name}`;
}

const firstPause = 5_000;
const longestPause = 60_000;

interface Watch {
  readonly environment: EnvironmentSummary;
  readonly fingerprint: string;
  readonly abort: AbortController;
}

/** Live states of environments from `Platform.observe`; a broken watch is taken up again after 5 s, 10 s … 60 s. */
export function environmentWatches(platforms: () => Promise<Platforms>, clock: Clock): EnvironmentWatches {
  const store = createStore<ReadonlyMap<string, EnvironmentWatch>>(new Map());
  const paused = createStore<Date | undefined>(undefined);
  const watches = new Map<string, Watch>();

  function start(environment: EnvironmentSummary): void {
    const key = environmentKey(environment);
    const abort = new AbortController();
    watches.set(key, { environment, fingerprint: JSON.stringify(environment), abort });
    if (store.get().get(key)?.state !== 'live') store.set(withEntry(store.get(), key, { state: 'connecting' }));
    void follow(environment, key, abort.signal);
  }

  function stop(key: string): void {
    watches.get(key)?.abort.abort();
    watches.delete(key);
  }

  function put(key: string, watch: EnvironmentWatch): void {
    store.set(withEntry(store.get(), key, watch));
  }

  async function follow(environment: EnvironmentSummary, key: string, signal: AbortSignal): Promise<void> {
    let pause = firstPause;
    const seen = (value: EnvironmentState) => {
      pause = firstPause;
      if (signal.aborted) return;
      const before = store.get().get(key);
      const denials = before?.state === 'live' ? before.denials : undefined;
      put(key, { state: 'live', value, ...(denials ? { denials } : {}) });
      if (!asked) void askDenials(environment, key, signal);
      asked = true;
    };
    let asked = false;
    while (!signal.aborted) {
      const failure = await observeOnce(environment, seen, signal);
      if (signal.aborted) return;
      if (failure) put(key, { state: 'failed', failure });
      if (failure?.kind === 'untrusted' || failure?.kind === 'wrong-target') return;
      // Jitter keeps many watches from meeting a server that has just come back all at once.
      await clock.sleep(pause * (0.75 + Math.random() / 2), signal).catch(() => undefined);
      pause = Math.min(pause * 2, longestPause);
    }
  }

  /** What the user may do is asked once per watch; not knowing it hides nothing. */
  async function askDenials(environment: EnvironmentSummary, key: string, signal: AbortSignal): Promise<void> {
    const denials = await (await platforms())
      .of(environment.target)
      .denials?.(environment, signal)
      .catch(() => undefined);
    const now = store.get().get(key);
    if (denials && now?.state === 'live' && !signal.aborted) put(key, { ...now, denials });
  }

  /** Follows one watch to its end; answers why it ended, if it failed. */
  async function observeOnce(
    environment: EnvironmentSummary,
    seen: (value: EnvironmentState) => void,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    try {
      const platform = (await platforms()).of(environment.target);
      for await (const value of platform.observe(environment, signal)) seen(value);
      return undefined;
    } catch (error) {
      return isCancelled(error) ? undefined : failureOf(error);
    }
  }

  return {
    store,
    paused,
    show(environments) {
      paused.set(undefined);
      const wanted = new Map(environments.map((environment) => [environmentKey(environment), environment]));
      for (const [key, watch] of [...watches]) {
        const environment = wanted.get(key);
        if (!environment || JSON.stringify(environment) !== watch.fingerprint) stop(key);
      }
      for (const key of store.get().keys()) if (!wanted.has(key)) store.set(withoutEntry(store.get(), key));
      for (const [key, environment] of wanted) if (!watches.has(key)) start(environment);
    },
    hide() {
      if (watches.size > 0) paused.set(clock.now());
      for (const key of [...watches.keys()]) stop(key);
    },
    retry(key) {
      const watch = watches.get(key);
      if (!watch) return;
      stop(key);
      put(key, { state: 'connecting' });
      start(watch.environment);
    },
  };
}
